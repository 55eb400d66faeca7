import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { plainConventions } from "../../../framework/sequence/conventions.ts"
import { keptWeights, replaced, type Selection } from "../../../framework/sequence/mask.ts"
import { randomStream } from "../../../framework/sequence/random.ts"
import { type Segment, segments } from "../../../framework/sequence/Segment.ts"
import type { Sequence } from "../../../framework/sequence/Sequence.ts"
import { canonicalSegments, segmentSets } from "../../../framework/sequence/supervise.ts"
import { type KeptSpans, keptSpans, tokensIn } from "../../../framework/sequence/truncate.ts"
import { makeView, sequenceInfo } from "../../../framework/sequence/view.ts"
import type { Kept, SelectorContext, SequenceInfo } from "../../../framework/plugin/define.ts"
import { Keep, Lengths, Percent, preparedOf, requestOf, sequenceOf, SetBits, textOf, truncationOf } from "./traces.ts"

const noRandom = () => randomStream(0, "none")
const population = { lengths_N: new Int32Array(0), derivedAt_N: new Int32Array(0) }
const keptOf = (sequence: Sequence, truncation: ReturnType<typeof truncationOf>): KeptSpans =>
  keptSpans(sequenceInfo(sequence, textOf), truncation, noRandom, population)
const answering = (kept: Kept | readonly [number, number]) =>
  ({ ...truncationOf("first", 100), plugin: { ...truncationOf("first", 100).plugin, span: () => kept } })

/** Weights of the whole sequence under a set of segments. */
const weightsOf = (sequence: Sequence, supervised: ReadonlyArray<Segment>, truncation = truncationOf("first", 100)): Float32Array =>
  makeView(preparedOf([sequence]), requestOf({ truncation, supervised, mainRows: 1 }), textOf).row(0).weights

/** Any spans of a sequence, and what of them is context: bounds are drawn and sorted. */
const Bounds = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 47 }))).check(Schema.isMinLength(2), Schema.isMaxLength(8))
const spansOf = (bounds: ReadonlyArray<number>, length: number): ReadonlyArray<readonly [number, number]> => {
  const sorted = [...new Set(bounds.map((bound) => bound % (length + 1)))].sort((a, b) => a - b)
  const spans = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => [sorted[2 * i]!, sorted[2 * i + 1]!] as const)
  return spans.length === 0 ? [[0, length]] : spans
}

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
    const truncation = truncationOf(keep, percent)
    const [start, end] = keptOf(sequence, truncation).spans as unknown as readonly [number, number]
    const maskedFirst = weightsOf(sequence, supervised).slice(start, end)
    maskedFirst[0] = 0
    // what is left of the sequence, as if nothing else had ever been
    const cut = { ...sequence, tokens_T: sequence.tokens_T.slice(start, end), segments_T: sequence.segments_T.slice(start, end), derivedAt: null, openerAt: null, closerAt: null, endOfTurnAt: null }
    assert.deepStrictEqual(weightsOf(sequence, supervised, truncation), maskedFirst)
    assert.deepStrictEqual(weightsOf(cut, supervised), maskedFirst)
  })

  it.prop("commute for several spans with context in them", { lengths: Lengths, bits: SetBits, spans: Bounds, masked: Bounds }, (
    { lengths, bits, spans: bounds, masked: maskedBounds }
  ) => {
    const sequence = sequenceOf(lengths)
    const T = sequence.tokens_T.length
    const spans = spansOf(bounds, T)
    const masked = spansOf(maskedBounds, T).flatMap(([from, to]) => spans
      .map(([start, end]) => [Math.max(from, start), Math.min(to, end)] as const).filter(([start, end]) => start < end))
    const whole_T = weightsOf(sequence, segmentSets[bits]!)
    const expected = spans.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => {
      const t = start + i
      return i === 0 || masked.some(([from, to]) => from <= t && t < to) ? 0 : whole_T[t]!
    }))
    assert.deepStrictEqual(Array.from(weightsOf(sequence, segmentSets[bits]!, answering({ spans, masked }))), expected)
    // hiding before cutting: the same
    const hidden_T = whole_T.map((weight, t) => masked.some(([from, to]) => from <= t && t < to) ? 0 : weight)
    const flat = Int32Array.from(spans.flat())
    assert.deepStrictEqual(Array.from(keptWeights(hidden_T, { spans: flat, masked: new Int32Array(0) })), expected)
    assert.strictEqual(tokensIn(flat), expected.length)
  })

  it.prop("shift by exactly one: logits at t - 1 answer for token t", { lengths: Lengths, bits: SetBits }, ({ lengths, bits }) => {
    const { segments_T, ...sequence } = sequenceOf(lengths)
    const supervised = segmentSets[bits]!
    const weights_T = weightsOf({ ...sequence, segments_T }, supervised)
    // what a trainer does that shifts labels: the label of position t is token t + 1, the last position has none
    const labelIsSupervised = Array.from(segments_T, (_, t) => t + 1 < segments_T.length && supervised.includes(segments[segments_T[t + 1]!]!))
    assert.deepStrictEqual(labelIsSupervised.slice(0, -1), Array.from(weights_T.slice(1), (weight) => weight === 1))
    assert.strictEqual(weights_T[0], 0)
  })

  it.prop("of disjoint sets add up", { lengths: Lengths }, ({ lengths }) => {
    const of = (...set: ReadonlyArray<Segment>) => weightsOf(sequenceOf(lengths), set)
    const [p, c, a] = [of("prompt"), of("cot"), of("answer")]
    assert.deepStrictEqual(of("prompt", "cot", "answer"), p.map((weight, t) => weight + c[t]! + a[t]!))
  })
})

describe("selectors", () => {
  type Weights = (sequence: SequenceInfo, supervised_T: Uint8Array, context: SelectorContext) => ReadonlyArray<number>
  const selection = (weights: Weights, placement: Selection["placement"] = "chosen"): Selection => ({
    plugin: {
      kind: "selector", name: "test", options: null as never, examples: [],
      weights: (sequence, supervised_T, _, context) => Float32Array.from(weights(sequence, supervised_T, context))
    },
    options: {}, placement
  })
  const sequence = sequenceOf({ prompt: 2, cot: 4, answer: 2 })
  const rowOf = (selected: Selection, kept: Kept | readonly [number, number], seed = 0, id = "s") => Array.from(makeView(
    preparedOf([{ ...sequence, id }]), requestOf({ truncation: answering(kept), supervised: ["cot"], selection: selected, seed, mainRows: 1 }), textOf
  ).row(0).weights)

  it("see the whole sequence; the first kept token is no target", () => {
    const byPlace = selection(({ tokens_T }) => Array.from(tokens_T, (_, t) => t / 2))
    assert.deepStrictEqual(rowOf(byPlace, [3, 6]), [0, 2, 2.5])
  })
  it("are told what is supervised, by segments and conventions, and cannot supervise more", () => {
    const seen: Array<ReadonlyArray<number>> = []
    const all = selection(({ tokens_T }, supervised_T) => {
      seen.push(Array.from(supervised_T))
      return Array.from(tokens_T, () => 2)
    })
    const ask = (thinkTags: "closer" | "both" | "none") => Array.from(makeView(preparedOf([sequence]), requestOf({
      truncation: truncationOf("first", 100), supervised: ["cot"], selection: all, mainRows: 1, conventions: { ...plainConventions, thinkTags }
    }), textOf).row(0).weights)
    assert.deepStrictEqual(ask("closer"), [0, 0, 2, 2, 2, 2, 0, 0])
    assert.deepStrictEqual(ask("both"), [0, 2, 2, 2, 2, 2, 0, 0])
    assert.deepStrictEqual(ask("none"), [0, 0, 2, 2, 2, 0, 0, 0])
    assert.deepStrictEqual(seen, [[0, 0, 1, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 1, 0, 0, 0]])
  })
  it("draw by seed and sample, never by cell", () => {
    const drawn = selection(({ tokens_T }, _, { random }) => {
      const next = random("weights")
      return Array.from(tokens_T, () => next())
    })
    assert.deepStrictEqual(rowOf(drawn, [0, 8], 1), rowOf(drawn, [0, 8], 1))
    assert.deepStrictEqual(rowOf(drawn, [0, 5], 1), rowOf(drawn, [0, 8], 1).slice(0, 5))
    assert.notDeepEqual(rowOf(drawn, [0, 8], 2), rowOf(drawn, [0, 8], 1))
    assert.notDeepEqual(rowOf(drawn, [0, 8], 1, "other"), rowOf(drawn, [0, 8], 1))
  })
  it("are refused if they answer with the wrong length or a negative weight, or throw", () => {
    assert.throws(() => rowOf(selection(() => [1]), [0, 4]), /Found 1 weights, expected 8/u)
    assert.throws(() => rowOf(selection(({ tokens_T }) => Array(tokens_T.length).fill(-1)), [0, 4]), /Found -1 at token 0/u)
    assert.throws(() => rowOf(selection(() => { throw new Error("of its own") }), [0, 4]), /selector test, sample "s".*of its own/u)
  })

  it.prop("a twin has the same weights, on supervised tokens that are kept", {
    lengths: Lengths, percent: Percent, keep: Keep, bits: SetBits, seed: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
  }, ({ lengths, percent, keep, bits, seed }) => {
    const one = sequenceOf(lengths)
    const some = selection(({ tokens_T }) => Array.from(tokens_T, (_, t) => t % 3))
    const row = (selected: Selection | null) => makeView(preparedOf([one]), requestOf({
      truncation: truncationOf(keep, percent), supervised: segmentSets[bits]!, selection: selected, seed, mainRows: 1
    }), textOf).row(0)
    const [chosen, random, all] = [row(some), row({ ...some, placement: "random" }), row(null)]
    assert.deepStrictEqual(random.spans, chosen.spans)
    assert.deepStrictEqual(random.weights.slice().sort(), chosen.weights.slice().sort())
    assert.isTrue(random.weights.every((weight, i) => weight === 0 || all.weights[i]! > 0))
  })
  it("equal numbers of equal weights make equal twins, whoever chose them", () => {
    const early = selection(({ tokens_T }) => Array.from(tokens_T, (_, t) => t < 4 ? 1 : 0), "random")
    const late = selection(({ tokens_T }) => Array.from(tokens_T, (_, t) => t < 4 ? 0 : 1), "random")
    assert.deepStrictEqual(rowOf(early, [0, 8]), rowOf(late, [0, 8]))
  })
  it("a twin's places are drawn uniformly", () => {
    const counts = [0, 0, 0, 0, 0]
    const mayBe = Float32Array.of(0, 1, 1, 1, 1)
    for (let n = 0; n < 4000; n++) replaced(Float32Array.of(0, 1, 0, 0, 0), mayBe, randomStream(1, "twin", n)).forEach((weight, i) => { counts[i]! += weight })
    assert.strictEqual(counts[0], 0)
    for (const count of counts.slice(1)) assert.closeTo(count, 1000, 120)
  })
})

describe("kept spans", () => {
  it.prop("are what the formula says", { lengths: Lengths, percent: Percent }, ({ lengths, percent }) => {
    const sequence = sequenceOf(lengths)
    const T = sequence.tokens_T.length
    const L = Math.max(1, Number(BigInt(percent) * BigInt(T) / 100n))
    const start = Math.floor((T - L) / 2)
    assert.deepStrictEqual(Array.from(keptOf(sequence, truncationOf("first", percent)).spans), [0, L])
    assert.deepStrictEqual(Array.from(keptOf(sequence, truncationOf("last", percent)).spans), [T - L, T])
    assert.deepStrictEqual(Array.from(keptOf(sequence, truncationOf("middle", percent)).spans), [start, start + L])
  })
  const sequence = sequenceOf({ prompt: 2, cot: 4, answer: 2 })
  it("of a faulty plugin are refused with its name", () => {
    for (const span of [[0, 9], [3, 3], [-1, 2], [0.5, 2], [Number.NaN, 2]] as const) {
      assert.throws(() => keptOf(sequence, answering(span)), /truncation first, sample "s".*0 <= start < end <= 8/u)
    }
    for (const spans of [[], [[0, 2], [1, 3]], [[4, 6], [0, 2]], [[0, 2], [2, 2]], [[0, 9]], [[0]], null] as ReadonlyArray<any>) {
      assert.throws(() => keptOf(sequence, answering({ spans })), /truncation first, sample "s".*expected/u)
    }
    for (const masked of [[[2, 5]], [[4, 6]], [[1, 2], [0, 1]], [[7, 8]]] as const) {
      assert.throws(() => keptOf(sequence, answering({ spans: [[0, 3], [5, 7]], masked })), /masked spans in order and inside the kept \[0, 3\), \[5, 7\)/u)
    }
  })
  it("that touch are one; context may be all of a span", () => {
    const { masked, spans } = keptOf(sequence, answering({ spans: [[0, 2], [2, 3], [5, 7]], masked: [[1, 3], [5, 7]] }))
    assert.deepStrictEqual([Array.from(spans), Array.from(masked)], [[0, 3, 5, 7], [1, 3, 5, 7]])
  })
  it("are told of all sequences but the replayed ones, and draw by seed and sample", () => {
    const seen: Array<unknown> = []
    const plugin = { ...truncationOf("first", 100).plugin, span: (...[, ratio, , context]: Parameters<ReturnType<typeof truncationOf>["plugin"]["span"]>) => {
      seen.push([ratio, Array.from(context.population.lengths_N), Array.from(context.population.derivedAt_N), context.random("place")()])
      return [0, 1] as const
    } }
    const view = (seed: number) => makeView(preparedOf([sequence, { ...sequence, id: "replayed" }]),
      requestOf({ truncation: { ...truncationOf("first", 50), plugin }, seed, mainRows: 1 }), textOf)
    const rows = [view(1).row(0), view(1).row(0), view(2).row(0), view(1).row(1)]
    assert.deepStrictEqual(rows.map(({ spans }) => Array.from(spans)), [[0, 1], [0, 1], [0, 1], [0, 8]])
    assert.deepStrictEqual(seen[0], seen[1])
    assert.notDeepEqual(seen[0], seen[2])
    assert.deepStrictEqual((seen[0] as ReadonlyArray<unknown>).slice(0, 3), ["0.50", [8], [4]])
  })
})
