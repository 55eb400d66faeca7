import { assert, describe, it } from "@effect/vitest"
import { dataViews } from "../../../framework/sequence/data-views.ts"
import type { Segment } from "../../../framework/sequence/Segment.ts"
import { countTargets, reasonToLeaveOut } from "../../../framework/sequence/sparse.ts"
import { makeView } from "../../../framework/sequence/view.ts"
import { viewDigest } from "../../../framework/sequence/view-digest.ts"
import { preparedOf, sequenceOf, truncationOf } from "./traces.ts"

const rows = Array.from({ length: 20 }, (_, n) => sequenceOf({ prompt: 4, cot: 10 + n % 3, answer: 3 }, `s${n}`))
const prepared = preparedOf(rows)
const mainRows = rows.length
const request = (percent: number, supervised: ReadonlyArray<Segment>, keep: "first" | "last" = "first") =>
  ({ truncation: truncationOf(keep, percent), supervised, selection: null, mainRows })
const digest = (percent: number, supervised: ReadonlyArray<Segment>, keep: "first" | "last" = "first") =>
  viewDigest(prepared, makeView(prepared, request(percent, supervised, keep)))

describe("view digest", () => {
  it("P+CoT+A is P+CoT where the answer is cut from every sample", () => {
    assert.deepStrictEqual(digest(50, ["prompt", "cot", "answer"]), digest(50, ["prompt", "cot"]))
    assert.notStrictEqual(digest(100, ["prompt", "cot", "answer"]).targets, digest(100, ["prompt", "cot"]).targets)
  })
  it("one sample that keeps a token of its answer makes two views", () => {
    // 85 % of 17, 18, 19 tokens: 14, 15, 16; the shortest sequence's answer starts at token 14, the others' at 15 and 16
    assert.deepStrictEqual(digest(85, ["prompt", "cot", "answer"]), digest(85, ["prompt", "cot"]))
    const longer = preparedOf([...rows.slice(1), sequenceOf({ prompt: 4, cot: 3, answer: 13 })])
    const of = (supervised: ReadonlyArray<Segment>) => viewDigest(longer, makeView(longer, request(50, supervised))).targets
    assert.notStrictEqual(of(["prompt", "cot", "answer"]), of(["prompt", "cot"]))
  })
  it("what stands after the last target does not count, except where lengths do", () => {
    const [half, whole] = [digest(25, ["prompt"]), digest(100, ["prompt"])]
    assert.strictEqual(half.targets, whole.targets)
    assert.notStrictEqual(half.kept, whole.kept)
  })
  it("tokens, weights, ratio and place count", () => {
    const all = [digest(50, ["cot"]), digest(75, ["cot"]), digest(50, ["prompt", "cot"]), digest(50, ["cot"], "last")]
    assert.strictEqual(new Set(all.map(({ targets }) => targets)).size, 4)
    const changed = preparedOf([{ ...rows[0]!, tokens_T: rows[0]!.tokens_T.map((id, t) => t === 2 ? 7 : id) }, ...rows.slice(1)])
    assert.notStrictEqual(viewDigest(changed, makeView(changed, request(50, ["cot"]))).targets, digest(50, ["cot"]).targets)
  })
  it("positions count where they are kept", () => {
    const view = makeView(prepared, request(50, ["cot"], "last"))
    assert.notStrictEqual(viewDigest(prepared, view, "original").targets, viewDigest(prepared, view, "restart").targets)
    const prefix = makeView(prepared, request(50, ["cot"]))
    assert.strictEqual(viewDigest(prepared, prefix, "original").targets, viewDigest(prepared, prefix, "restart").targets)
  })
})

describe("data views", () => {
  it("are made once for all cells that ask for the same", () => {
    const views = dataViews(prepared)
    assert.strictEqual(views.get(request(50, ["cot", "prompt"])), views.get(request(50, ["prompt", "cot"])))
    assert.notStrictEqual(views.get(request(50, ["cot"])), views.get(request(75, ["cot"])))
    assert.deepStrictEqual(Array.from(views.get(request(50, ["cot"])).lengths.slice(0, 3)), [8, 9, 9])
    assert.deepStrictEqual(views.get(request(50, ["cot"])).view(), makeView(prepared, request(50, ["cot"])))
  })
})

describe("replay", () => {
  it("rows stay whole, thought and answer supervised, and say nothing about the cell", () => {
    const view = makeView(prepared, { ...request(10, ["answer"]), mainRows: 18 })
    assert.strictEqual(view.ends[17], 1)
    assert.strictEqual(view.ends[18], rows[18]!.tokens_T.length)
    const replayed = Array.from(view.weights.subarray(view.weightOffsets[18], view.weightOffsets[19]))
    assert.deepStrictEqual(replayed, [0, 0, 0, 0, ...Array(rows[18]!.tokens_T.length - 4).fill(1)])
    const counts = countTargets(view, 18)
    assert.deepStrictEqual([counts.rows, counts.targets, counts.rowsWithoutTarget, counts.keptTokens], [18, 0, 18, 18])
    assert.strictEqual(reasonToLeaveOut(counts, [], false), "nothing to supervise: no sample has a target")
  })
})

describe("sparse cells", () => {
  // the last rows are so long in the prompt that a quarter keeps no thought
  const sparse = (long: number) => preparedOf(Array.from({ length: 10 }, (_, n) =>
    sequenceOf(n < 10 - long ? { prompt: 1, cot: 30, answer: 2 } : { prompt: 30, cot: 20, answer: 2 }, `s${n}`)))
  const countsOf = (long: number) => {
    const data = sparse(long)
    return countTargets(makeView(data, { ...request(25, ["cot"]), mainRows: 10 }), 10)
  }
  it("20 % of samples without target is trained, more is left out unless allowed", () => {
    assert.strictEqual(reasonToLeaveOut(countsOf(2), [], false), null)
    assert.match(reasonToLeaveOut(countsOf(3), [], false)!, /30\.0 % of the samples have no target/u)
    assert.strictEqual(reasonToLeaveOut(countsOf(3), [[7, 8, 9]], true), null)
    assert.match(reasonToLeaveOut(countsOf(10), [], true)!, /nothing to supervise/u)
  })
  it("a whole optimiser step without target leaves the cell out", () => {
    assert.match(reasonToLeaveOut(countsOf(2), [[0, 1], [8, 9]], false)!, /optimiser step 1 has no target/u)
    assert.strictEqual(reasonToLeaveOut(countsOf(2), [[0, 8], [1, 9]], false), null)
  })
})
