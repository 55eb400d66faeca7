import { assert, describe, it } from "@effect/vitest"
import { selectedWeights, targetWeights } from "../../../framework/sequence/mask.ts"
import { segments } from "../../../framework/sequence/Segment.ts"
import { canonicalSegments, segmentSets } from "../../../framework/sequence/supervise.ts"
import { keptSpan } from "../../../framework/sequence/truncate.ts"
import { Keep, Lengths, Percent, sequenceOf, SetBits, truncationOf } from "./traces.ts"

describe("segment sets", () => {
  it("are the seven non-empty subsets", () => {
    assert.deepStrictEqual(segmentSets, [
      ["prompt"], ["cot"], ["prompt", "cot"], ["answer"], ["prompt", "answer"], ["cot", "answer"], ["prompt", "cot", "answer"]
    ])
  })
  it("have one order", () => {
    assert.deepStrictEqual(canonicalSegments(["answer", "cot", "answer"]), ["cot", "answer"])
  })
})

describe("target weights", () => {
  it.prop("truncating and masking commute", { lengths: Lengths, percent: Percent, keep: Keep, bits: SetBits }, (
    { lengths, percent, keep, bits }
  ) => {
    const sequence = sequenceOf(lengths)
    const supervised = segmentSets[bits]!
    const [start, end] = keptSpan(sequence, truncationOf(keep, percent))
    const maskedFirst = targetWeights(sequence.segments_T, supervised, 0, sequence.tokens_T.length).slice(start, end)
    maskedFirst[0] = 0
    const cutFirst = targetWeights(sequence.segments_T.slice(start, end), supervised, 0, end - start)
    assert.deepStrictEqual(targetWeights(sequence.segments_T, supervised, start, end), maskedFirst)
    assert.deepStrictEqual(cutFirst, maskedFirst)
  })

  it.prop("shift by exactly one: logits at t - 1 answer for token t", { lengths: Lengths, bits: SetBits }, ({ lengths, bits }) => {
    const { segments_T } = sequenceOf(lengths)
    const supervised = segmentSets[bits]!
    const weights_T = targetWeights(segments_T, supervised, 0, segments_T.length)
    // what a trainer does that shifts labels: the label of position t is token t + 1, the last position has none
    const labelIsSupervised = Array.from(segments_T, (_, t) => t + 1 < segments_T.length && supervised.includes(segments[segments_T[t + 1]!]!))
    assert.deepStrictEqual(labelIsSupervised.slice(0, -1), Array.from(weights_T.slice(1), (weight) => weight === 1))
    assert.strictEqual(weights_T[0], 0)
  })

  it.prop("of disjoint sets add up", { lengths: Lengths }, ({ lengths }) => {
    const { segments_T } = sequenceOf(lengths)
    const of = (...set: ReadonlyArray<"prompt" | "cot" | "answer">) => targetWeights(segments_T, set, 0, segments_T.length)
    const [p, c, a] = [of("prompt"), of("cot"), of("answer")]
    assert.deepStrictEqual(of("prompt", "cot", "answer"), p.map((weight, t) => weight + c[t]! + a[t]!))
  })
})

describe("selectors", () => {
  const selector = (weights: (length: number) => ReadonlyArray<number>) => ({
    plugin: {
      kind: "selector" as const, name: "test", options: null as never, examples: [],
      weights: (sequence: { readonly tokens_T: Int32Array }) => Float32Array.from(weights(sequence.tokens_T.length))
    },
    options: {}, seed: 1
  })
  const sequence = sequenceOf({ prompt: 2, cot: 4, answer: 2 })

  it("see the whole sequence; the first kept token is no target", () => {
    const byPlace = selector((length) => Array.from({ length }, (_, t) => t / 2))
    assert.deepStrictEqual(Array.from(selectedWeights(sequence, ["cot"], byPlace, 3, 6)), [0, 2, 2.5])
  })
  it("are refused if they answer with the wrong length or a negative weight", () => {
    assert.throws(() => selectedWeights(sequence, ["cot"], selector(() => [1]), 0, 4), /Found 1 weights, expected 8/u)
    assert.throws(() => selectedWeights(sequence, ["cot"], selector((n) => Array(n).fill(-1)), 0, 4), /Found -1 at token 0/u)
  })
})

describe("kept span", () => {
  it.prop("is what the formula says", { lengths: Lengths, percent: Percent }, ({ lengths, percent }) => {
    const sequence = sequenceOf(lengths)
    const T = sequence.tokens_T.length
    const L = Math.max(1, Number(BigInt(percent) * BigInt(T) / 100n))
    assert.deepStrictEqual(keptSpan(sequence, truncationOf("first", percent)), [0, L])
    assert.deepStrictEqual(keptSpan(sequence, truncationOf("last", percent)), [T - L, T])
    const start = Math.floor((T - L) / 2)
    assert.deepStrictEqual(keptSpan(sequence, truncationOf("middle", percent)), [start, start + L])
  })
  it("of a faulty plugin is refused with its name", () => {
    const faulty = (span: readonly [number, number]) => ({ ...truncationOf("first", 50), plugin: { ...truncationOf("first", 50).plugin, span: () => span } })
    const sequence = sequenceOf({ prompt: 2, cot: 4, answer: 2 })
    for (const span of [[0, 9], [3, 3], [-1, 2], [0.5, 2], [Number.NaN, 2]] as const) {
      assert.throws(() => keptSpan(sequence, faulty(span)), /truncation first, sample "s".*0 <= start < end <= 8/u)
    }
  })
})
