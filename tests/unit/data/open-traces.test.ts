/** Which records are used, in which order, and that every other one is counted. */
import { existsSync, readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Tally } from "../../../framework/sequence/Tally.ts"
import { drawn, fileOf, scratch } from "./traces-file.ts"

const trace = (n: number) => ({ prompt: `What is ${n} + 1?`, cot: `It is ${n + 1}, because … \u{1F600}`, answer: `${n + 1}` })
const records = Array.from({ length: 500 }, (_, n) => trace(n))
const countOf = (tally: Tally, reason: string): number => tally.reasons.find((each) => each.reason === reason)?.count ?? 0
const sumsUp = (tally: Tally): void =>
  assert.strictEqual(tally.used + tally.reasons.reduce((sum, { count }) => sum + count, 0), tally.read, JSON.stringify(tally))

describe("splits and order", () => {
  it.effect("no problem is in two splits, and none is lost", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf(records)}`
    const seen = new Set<string>()
    let all = 0
    for (const split of ["train", "validation", "test"] as const) {
      const { tally, traces } = yield* drawn({ source, seed: 1 }, { split, count: 500 })
      for (const { problem } of traces) assert.isFalse(seen.has(problem))
      for (const { problem } of traces) seen.add(problem)
      all += traces.length
      sumsUp(tally)
      assert.strictEqual(countOf(tally, "other-split"), 500 - traces.length)
    }
    assert.strictEqual(all, 500)
  }))

  it.effect("draws by seed and problem; unshuffled it takes the file's order", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf(records)}`
    const problems = (seed: number, shuffle = true) => Effect.map(drawn({ source, seed, shuffle }, { split: "train", count: 50 }), ({ traces }) => traces.map(({ problem }) => problem))
    assert.deepStrictEqual(yield* problems(1), yield* problems(1))
    assert.notDeepEqual(yield* problems(1), yield* problems(2))
    const numbers = (yield* problems(1, false)).map((problem) => Number(/\d+/u.exec(problem)![0]))
    assert.deepStrictEqual(numbers, [...numbers].sort((a, b) => a - b))
    assert.deepStrictEqual(yield* problems(1, false), yield* problems(2, false))
  }))

  // The first five of seed 3, as this file's records were drawn before there were formats.
  it.effect("reads texts whole, and keeps to the draw that there always was", () => Effect.gen(function*() {
    const { traces } = yield* drawn({ source: `jsonl:${fileOf(records)}`, seed: 3 }, { split: "train", count: 100 })
    for (const { answer, cot, prompt } of traces) assert.deepStrictEqual({ prompt, cot, answer }, trace(Number(answer) - 1))
    assert.deepStrictEqual(traces.slice(0, 5).map(({ answer }) => Number(answer) - 1), [143, 296, 280, 120, 220])
  }))

  it.effect("leaves nothing on the disk", () => Effect.gen(function*() {
    yield* drawn({ source: `jsonl:${fileOf(records)}` }, { split: "train", count: 10 })
    assert.deepStrictEqual(existsSync(scratch) ? readdirSync(scratch) : [], [])
  }))
})

describe("what is not used is counted", () => {
  it.effect("by what stands in the record", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf([
      trace(1), trace(1), { ...trace(1), cot: "another way" }, { ...trace(2), prompt: " " }, { ...trace(3), cot: "" }, { ...trace(4), answer: "\n" },
      { prompt: "no more" }, trace(5), trace(6)
    ])}`
    const { tally, traces } = yield* drawn({ source, limit: 8 }, { split: "all", count: 100 })
    assert.deepStrictEqual(traces.map(({ place }) => place!.split(":")[1]), ["1", "3", "8"])
    for (const [reason, lines] of Object.entries({ duplicate: [2], "empty-prompt": [4], "empty-thought": [5], "empty-answer": [6], "missing-fields": [7], "beyond-limit": [9] })) {
      assert.deepStrictEqual(tally.reasons.find((each) => each.reason === reason)?.examples.map((place) => Number(place.split(":")[1])), lines, reason)
    }
    sumsUp(tally)
    const one = yield* drawn({ source, onePerProblem: true }, { split: "all", count: 100 })
    assert.deepStrictEqual([countOf(one.tally, "same-problem"), countOf(one.tally, "duplicate"), one.traces.length], [2, 0, 3])
    const every = yield* drawn({ source, deduplicate: false }, { split: "all", count: 100 })
    assert.strictEqual(every.traces.length, 5)
    sumsUp(every.tally)
  }))

  it.effect("a broken line stops, or is counted", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf([...records.slice(0, 6), "{ broken", trace(7)])}`
    assert.match(String(yield* Effect.flip(drawn({ source }, { split: "all", count: 9 }))), /traces-\d+\.jsonl:7/u)
    const { tally, traces } = yield* drawn({ source, onBadRecord: "skip" }, { split: "all", count: 9 })
    assert.deepStrictEqual([traces.length, countOf(tally, "broken-json")], [7, 1])
    sumsUp(tally)
  }))

  it.effect("correctness, and thoughts that never end, by what the spec says", () => Effect.gen(function*() {
    const text = (thought: string) => `<think>${thought}</think>\nThe answer is \\boxed{2}.`
    const source = `jsonl:${fileOf([
      { problem: "p1 1 + 1", solution: "2", answer: "2", generations: [text("one"), text("two"), "<think>never"], correctness_math_verify: [true, false, false] },
      { problem: "p2 1 + 1", solution: "2", answer: "2", generations: [text("three"), text("four"), text("five")], correctness_math_verify: [true, null, true] }
    ])}`
    const all = yield* drawn({ source, format: "openr1-math" }, { split: "all", count: 9 })
    assert.deepStrictEqual([all.traces.length, all.tally.read, countOf(all.tally, "thought-never-ends")], [5, 6, 1])
    assert.strictEqual(new Set(all.traces.map(({ id }) => id)).size, 5)
    const right = yield* drawn({ source, format: "openr1-math", correctOnly: true }, { split: "all", count: 9 })
    assert.deepStrictEqual([right.traces.map(({ cot }) => cot), countOf(right.tally, "incorrect"), countOf(right.tally, "correctness-unknown")],
      [["one", "three", "five"], 1, 1])
    const kept = yield* drawn({ source, format: "openr1-math", thoughtNeverEnds: "keep" }, { split: "all", count: 9 })
    assert.deepStrictEqual(kept.traces.filter(({ closed }) => closed === false).map(({ answer, cot }) => [cot, answer]), [["never", ""]])
    for (const { tally } of [all, right, kept]) sumsUp(tally)
  }))

  const Kinds = Schema.Array(Schema.Literals(["good", "same", "blank", "broken", "none"])).check(Schema.isMaxLength(20), Schema.isMinLength(1))
  it.effect.prop("used and reasons are what was read, whatever the file", { kinds: Kinds }, ({ kinds }) => Effect.gen(function*() {
    const source = `jsonl:${fileOf([trace(0), ...kinds.map((kind, n) => ({
      good: trace(n), same: trace(0), blank: { ...trace(n), cot: " " }, broken: "{", none: { x: n }
    })[kind])])}`
    for (const split of ["train", "validation", "all"] as const) {
      const { tally, traces } = yield* drawn({ source, format: "plain", onBadRecord: "skip" }, { split, count: 3 })
      assert.strictEqual(tally.used, traces.length)
      if (split !== "all") assert.strictEqual(tally.read, kinds.length + 1)
      sumsUp(tally)
    }
  }), { arbitrary: { runs: 15 } })
})

describe("problems that an evaluation asks", () => {
  const problem = "A farmer has seventeen sheep and all but nine of them run away one night; how many are left on the farm?"
  const source = () => `jsonl:${fileOf([{ ...trace(1), prompt: `Return your final response within \\boxed{}. ${problem}` }, trace(2), { ...trace(3), prompt: "what is 7+7?" }])}`
  const items = [{ evaluation: "sheep", id: "i1", problem }, { evaluation: "sums", id: "i2", problem: "What is 7 + 7 ?" }]

  it.effect("are reported with the item, or dropped", () => Effect.gen(function*() {
    const report = yield* drawn({ source: source() }, { split: "all", count: 9 }, items)
    assert.strictEqual(report.traces.length, 3)
    const { count, examples } = report.contamination as { count: number; examples: ReadonlyArray<{ evaluation: string; item: string; share: number }> }
    assert.deepStrictEqual([count, examples.map(({ evaluation, item, share }) => [evaluation, item, share])], [2, [["sheep", "i1", 1], ["sums", "i2", 1]]])
    const dropped = yield* drawn({ source: source(), contamination: { check: "drop" } }, { split: "all", count: 9 }, items)
    assert.deepStrictEqual([dropped.traces.length, countOf(dropped.tally, "contaminated")], [1, 2])
    sumsUp(dropped.tally)
    assert.strictEqual((yield* drawn({ source: source(), contamination: { check: "off" } }, { split: "all", count: 9 }, items)).contamination, null)
  }))
})

describe("derivations and transforms", () => {
  it.effect("the first derivation is found by the matcher that the spec names", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf([{ prompt: "p", cot: "Try 42? No: 6 * 7 = 42. So 42.", answer: "The answer is \\boxed{42}." }])}`
    const at = (derivation: string) => Effect.map(drawn({ source, derivation }, { split: "all", count: 1 }), ({ traces }) => traces[0]!.derivedAt)
    assert.deepStrictEqual([yield* at("strict"), yield* at("loose"), yield* at("off")], [22, 6, null])
  }))

  it.effect("a transform changes traces, and with them the identity", () => Effect.gen(function*() {
    const source = `jsonl:${fileOf(records.slice(0, 20))}`
    const plain = yield* drawn({ source }, { split: "all", count: 20 })
    const changed = yield* drawn({ source, transform: [{ name: "corrupt-digits" }] }, { split: "all", count: 20 })
    assert.notDeepEqual(changed.traces.map(({ cot }) => cot), plain.traces.map(({ cot }) => cot))
    assert.deepStrictEqual(changed.traces.map(({ prompt }) => prompt), plain.traces.map(({ prompt }) => prompt))
    assert.notDeepEqual(changed.identity, plain.identity)
    assert.deepStrictEqual(yield* drawn({ source, transform: [{ name: "corrupt-digits" }] }, { split: "all", count: 20 }), changed)
  }))
})

describe("a data-set plugin", () => {
  it.effect("gives what it always gave", () => Effect.gen(function*() {
    const { format, tally, traces } = yield* drawn({ source: "chain-arithmetic" }, { split: "train", count: 40 })
    assert.deepStrictEqual([format, tally, traces.length], [null, { read: 40, used: 40, reasons: [] }, 40])
    assert.strictEqual(traces[0]!.id, "train-standard-early-0-0")
    assert.isNotNull(traces[0]!.derivedAt)
  }))
})
