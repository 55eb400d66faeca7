import { assert, describe, it } from "@effect/vitest"
import { dataViews } from "../../../framework/sequence/data-views.ts"
import type { Kept } from "../../../framework/plugin/define.ts"
import type { Segment } from "../../../framework/sequence/Segment.ts"
import { countTargets, reasonToLeaveOut } from "../../../framework/sequence/sparse.ts"
import type { Prepared } from "../../../framework/sequence/prepared-file.ts"
import { makeView, type ViewRequest } from "../../../framework/sequence/view.ts"
import { viewDigest } from "../../../framework/sequence/view-digest.ts"
import { preparedOf, requestOf, rowsOf, sequenceOf, textOf, truncationOf } from "./traces.ts"

const rows = Array.from({ length: 20 }, (_, n) => sequenceOf({ prompt: 4, cot: 10 + n % 3, answer: 3 }, `s${n}`))
const prepared = preparedOf(rows)
const mainRows = rows.length
const request = (percent: number, supervised: ReadonlyArray<Segment>, keep: "first" | "last" = "first") =>
  requestOf({ truncation: truncationOf(keep, percent), supervised, mainRows })
const viewOf = (data: Prepared, asked: ViewRequest) => makeView(data, asked, textOf)
const digest = (percent: number, supervised: ReadonlyArray<Segment>, keep: "first" | "last" = "first") =>
  viewDigest(prepared, viewOf(prepared, request(percent, supervised, keep)))

describe("view digest", () => {
  it("P+CoT+A is P+CoT where the answer is cut from every sample", () => {
    assert.deepStrictEqual(digest(50, ["prompt", "cot", "answer"]), digest(50, ["prompt", "cot"]))
    assert.notStrictEqual(digest(100, ["prompt", "cot", "answer"]).targets, digest(100, ["prompt", "cot"]).targets)
  })
  it("one sample that keeps a token of its answer makes two views", () => {
    // 85 % of 17, 18, 19 tokens: 14, 15, 16; the shortest sequence's answer starts at token 14, the others' at 15 and 16
    assert.deepStrictEqual(digest(85, ["prompt", "cot", "answer"]), digest(85, ["prompt", "cot"]))
    const longer = preparedOf([...rows.slice(1), sequenceOf({ prompt: 4, cot: 3, answer: 13 })])
    const of = (supervised: ReadonlyArray<Segment>) => viewDigest(longer, viewOf(longer, request(50, supervised))).targets
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
    assert.notStrictEqual(viewDigest(changed, viewOf(changed, request(50, ["cot"]))).targets, digest(50, ["cot"]).targets)
  })
  it("positions count where they are kept", () => {
    const view = viewOf(prepared, request(50, ["cot"], "last"))
    assert.notStrictEqual(viewDigest(prepared, view, "original").targets, viewDigest(prepared, view, "restart").targets)
    const prefix = viewOf(prepared, request(50, ["cot"]))
    assert.strictEqual(viewDigest(prepared, prefix, "original").targets, viewDigest(prepared, prefix, "restart").targets)
  })
})

describe("several spans", () => {
  const whole = sequenceOf({ prompt: 4, cot: 10, answer: 3 })
  const one = preparedOf([whole])
  const keeping = (kept: Kept, data = one) => viewDigest(data, viewOf(data, requestOf({
    truncation: { ...truncationOf("first", 100), plugin: { ...truncationOf("first", 100).plugin, span: () => kept } }, supervised: ["cot"], mainRows: 1
  }))).targets
  it("of one piece are that piece", () => {
    assert.strictEqual(keeping({ spans: [[0, 5], [5, 8]] }), keeping({ spans: [[0, 8]] }))
    assert.strictEqual(keeping({ spans: [[0, 8], [14, 17]] }), keeping({ spans: [[0, 8]] }), "what follows the last target does not count")
  })
  it("are told apart by tokens, by weights and by the places they come from", () => {
    const repeated = preparedOf([{ ...whole, tokens_T: Int32Array.from([1, 1, 1, 1, 7, 8, 7, 8, 7, 8, 2, 2, 2, 2, 3, 3, 3]) }])
    const gaps = [{ spans: [[0, 6], [8, 10]] }, { spans: [[0, 4], [6, 10]] }] as const
    assert.strictEqual(new Set(gaps.map((kept) => keeping(kept, repeated))).size, 2, "equal tokens, other targets of the teacher")
    assert.strictEqual(new Set([
      keeping({ spans: [[0, 10]] }), keeping({ spans: [[0, 6], [8, 10]] }), keeping({ spans: [[0, 6], [8, 10]], masked: [[5, 6]] }),
      keeping({ spans: [[0, 10]], masked: [[5, 6]] }), keeping({ spans: [[0, 6], [7, 9]] })
    ]).size, 5)
  })
  it("context after the last target is nothing", () =>
    assert.strictEqual(keeping({ spans: [[0, 10]], masked: [[8, 10]] }), keeping({ spans: [[0, 8]] })))
})

describe("a prefix that grows", () => {
  const grown = (ratio: number, to: string, phases: number) =>
    ({ ...request(ratio, ["cot"]), truncation: { ...truncationOf("first", ratio), grow: { to, phases } } })
  it("has a row for each phase of each sequence", () => {
    const view = viewOf(prepared, grown(25, "1", 4))
    assert.strictEqual(view.count, 4 * rows.length)
    for (const [phase, percent] of [25, 50, 75, 100].entries()) {
      assert.deepStrictEqual(rowsOf(view).slice(phase * rows.length, (phase + 1) * rows.length), rowsOf(viewOf(prepared, request(percent, ["cot"]))))
    }
  })
  it("counts the samples of every phase, and is the plain view where it does not grow", () => {
    const views = dataViews(prepared, textOf)
    const view = views.get(grown(25, "1", 4))
    assert.strictEqual(view.phases, 4)
    assert.strictEqual(view.counts.rows, 4 * rows.length)
    assert.strictEqual(view.counts.targets, [25, 50, 75, 100].reduce((sum, percent) => sum + views.get(request(percent, ["cot"])).counts.targets, 0))
    assert.strictEqual(views.get(grown(50, "0.50", 3)), views.get(request(50, ["cot"])))
    assert.notStrictEqual(view.digest.targets, views.get(grown(25, "1", 3)).digest.targets)
  })
})

describe("data views", () => {
  it("are made once for all cells that ask for the same", () => {
    const views = dataViews(prepared, textOf)
    assert.strictEqual(views.get(request(50, ["cot", "prompt"])), views.get(request(50, ["prompt", "cot"])))
    assert.notStrictEqual(views.get(request(50, ["cot"])), views.get(request(75, ["cot"])))
    assert.deepStrictEqual(Array.from(views.get(request(50, ["cot"])).lengths.slice(0, 3)), [8, 9, 9])
    assert.deepStrictEqual(rowsOf(views.get(request(50, ["cot"])).view()), rowsOf(viewOf(prepared, request(50, ["cot"]))))
  })
  it("of different seeds are one unless something is drawn", () => {
    const views = dataViews(prepared, textOf)
    const asked = request(50, ["cot"])
    assert.strictEqual(views.get({ ...asked, seed: 1 }), views.get({ ...asked, seed: 2 }))
    const drawn = { ...asked, truncation: { ...asked.truncation, plugin: { ...asked.truncation.plugin, isRandom: true } } }
    assert.notStrictEqual(views.get({ ...drawn, seed: 1 }), views.get({ ...drawn, seed: 2 }))
  })
})

describe("replay", () => {
  it("rows stay whole, thought and answer supervised, and say nothing about the cell", () => {
    const view = viewOf(prepared, { ...request(10, ["answer"]), mainRows: 18, conventions: { thinkTags: "none", endOfTurn: "none", quirks: [] } })
    assert.deepStrictEqual(Array.from(view.row(17).spans), [0, 1])
    assert.deepStrictEqual(Array.from(view.row(18).spans), [0, rows[18]!.tokens_T.length])
    assert.deepStrictEqual(Array.from(view.row(18).weights), [0, 0, 0, 0, ...Array(rows[18]!.tokens_T.length - 4).fill(1)])
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
    return countTargets(viewOf(data, { ...request(25, ["cot"]), mainRows: 10 }), 10)
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
