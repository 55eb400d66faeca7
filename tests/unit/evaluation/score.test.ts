import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import chainArithmetic from "../../../plugins/benchmarks/chain-arithmetic.ts"
import data from "../../../plugins/datasets/chain-arithmetic.ts"
import type { GenerateOutput } from "../../../framework/engines/Task.ts"
import { benchmarkItems, generateItems, majorityShare } from "../../../framework/evaluation/items.ts"
import { openJudge } from "../../../framework/evaluation/judge.ts"
import { score, type ScoreRequest } from "../../../framework/evaluation/score.ts"
import { summarise, summaryMetrics } from "../../../framework/evaluation/summary.ts"
import { optionsOf } from "../datasets/options.ts"
import { promptIds } from "../../../framework/sequence/render.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"

const tokenizer = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))
const options = optionsOf(chainArithmetic, {})
const items = await Effect.runPromise(benchmarkItems(chainArithmetic, { count: 8, seed: 0 }, options))
const records = [...data.records({ split: "test", count: 8, seed: 0 }, optionsOf(data, {}))]
const closer = tokenizer.template!.frame.closer
const decoder = { decode: tokenizer.decode, endOfThoughtId: tokenizer.idOf(closer) }
const ids = (text: string) => Array.from(tokenizer.encode(text).ids_T)

const output = (item: string, text: string, finish: "stop" | "length" = "stop", forced: ReadonlyArray<string> = []): GenerateOutput =>
  ({ item, sample: 0, ids: ids(text), finish, forced: forced.map((answer, i) => ({ thoughtTokens: [96, 48][i]!, ids: ids(answer) })) })
const request = (outputs: ReadonlyArray<GenerateOutput>, changes: Partial<ScoreRequest> = {}): ScoreRequest => ({
  benchmark: chainArithmetic, options, judge: openJudge(chainArithmetic, 1).judge, items: items.slice(0, outputs.length), outputs: outputs.map((line) => `${JSON.stringify(line)}\n`).join(""),
  where: "outputs.jsonl", samples: 1, thoughtTokens: [], decoder, ...changes
})
const perfect = (n: number) => records[n]!.cot + closer + records[n]!.answer
const wrong = (n: number) => items[n]!.gold === "00" ? "11" : "00"

describe("scoring", () => {
  it.effect("a perfect output is right by every rule", () => Effect.gen(function*() {
    const lines = yield* score(request(items.map((item, n) => output(item.id, perfect(n)))))
    assert.deepStrictEqual(lines.map(({ strict, lenient, first, finished, thoughtClosed }) => [strict, lenient, first, finished, thoughtClosed]),
      items.map(() => [true, true, true, true, true]))
    assert.deepStrictEqual(lines[0], {
      item: items[0]!.id, sample: 0, cluster: items[0]!.problem, tier: "standard", strict: true, lenient: true, first: true, forced: [],
      finished: true, thoughtClosed: true, tokens: perfect(0).length,
      extracted: { strict: items[0]!.gold, lenient: items[0]!.gold, first: items[0]!.gold, forced: [] }
    })
  }))

  it.effect("rules part where a student derives well and runs on into garbage", () => Effect.gen(function*() {
    const derived = records.map(({ cot, derivedAt }) => cot.slice(0, derivedAt!))
    const wrongCheck = `W1=${wrong(2)}!`
    const lines = yield* score(request([
      output(items[0]!.id, derived[0]!, "length"),
      output(items[1]!.id, `${derived[1]}${closer}A${items[1]!.gold}7`),
      output(items[2]!.id, derived[2]! + wrongCheck, "length"),
      output(items[3]!.id, `${derived[3]}${closer}A${wrong(3)}`),
      output(items[4]!.id, "", "stop")
    ]))
    assert.deepStrictEqual(lines.map(({ strict, lenient, first, finished, thoughtClosed }) => [strict, lenient, first, finished, thoughtClosed]), [
      [false, true, true, false, false],
      [false, true, true, true, true],
      [false, false, true, false, false],
      [false, false, true, true, true],
      [false, false, false, true, false]
    ])
  }))

  it.effect("forced answers have one verdict a budget", () => Effect.gen(function*() {
    const lines = yield* score(request([
      output(items[0]!.id, "M", "length", [items[0]!.gold, `${wrong(0)}7`]),
      output(items[1]!.id, "M", "length", ["", `${items[1]!.gold}x`.replace("x", "M")])
    ], { thoughtTokens: [96, 48] }))
    assert.deepStrictEqual(lines.map((line) => line.forced), [[true, false], [false, true]])
  }))

  it.effect("lines come in the order of the items, whatever the order of the outputs", () => Effect.gen(function*() {
    const outputs = items.slice(0, 3).map((item, n) => output(item.id, perfect(n)))
    assert.deepStrictEqual(yield* score(request([...outputs].reverse())), yield* score(request(outputs)))
  }))

  it.effect("missing, doubled, unknown or torn outputs stop the step and are located", () => Effect.gen(function*() {
    const good = items.slice(0, 3).map((item, n) => output(item.id, perfect(n)))
    const all = request(good)
    const cases = [
      [{ ...all, outputs: request(good.slice(0, 2)).outputs }, /outputs\.jsonl {2}item-missing .*sample 0/u],
      [{ ...all, outputs: all.outputs + all.outputs }, /outputs\.jsonl:4 {2}output-malformed .*again/u],
      [request([output("nobody", "M")]), /outputs\.jsonl:1 {2}item-unknown/u],
      [{ ...all, outputs: all.outputs.slice(0, -10) }, /outputs\.jsonl:3 {2}output-malformed/u],
      [{ ...all, samples: 2 }, /item-missing .*sample 1/u],
      [{ ...all, thoughtTokens: [96] }, /budget-count .*thought budgets 96/u]
    ] as const
    for (const [bad, message] of cases) assert.match((yield* Effect.flip(score(bad))).message, message)
  }))
})

describe("summary", () => {
  it.effect("counts shares by rule, by tier and given finished", () => Effect.gen(function*() {
    const lines = yield* score(request([
      output(items[0]!.id, perfect(0), "stop", [items[0]!.gold, wrong(0)]),
      output(items[1]!.id, records[1]!.cot, "length", [items[1]!.gold, wrong(1)])
    ], { thoughtTokens: [96, 48] }))
    const summary = summarise(lines)
    assert.deepStrictEqual(summary.accuracy, { strict: 0.5, lenient: 1, first: 1, forced: [1, 0] })
    assert.deepStrictEqual(summary.accuracyGivenFinished, { strict: 1, lenient: 1, first: 1, forced: [1, 0] })
    assert.deepStrictEqual(Object.keys(summary.byTier), ["standard"])
    assert.deepStrictEqual(summaryMetrics("main", summary), {
      "eval/main/strict": 0.5, "eval/main/lenient": 1, "eval/main/first": 1, "eval/main/finished": 0.5, "eval/main/thought_closed": 0.5,
      "eval/main/tokens": (perfect(0).length + records[1]!.cot.length) / 2, "eval/main/forced": 1, "eval/main/forced_half": 0
    })
  }))
  it("of nothing is zero, not NaN", () => {
    assert.deepStrictEqual(summarise([]).accuracy, { strict: 0, lenient: 0, first: 0, forced: [] })
    assert.strictEqual(summarise([]).accuracyGivenFinished, null)
  })
})

describe("items", () => {
  it("become the prompt ids that training sequences begin with", () => {
    const [first] = generateItems(items.slice(0, 1), (prompt, where) => promptIds(tokenizer, prompt, where))
    assert.strictEqual(tokenizer.decode(first!.ids), `${items[0]!.prompt}${tokenizer.template!.frame.opener}`)
  })
  it("majority is the share of the most frequent answer", () => {
    const gold = (text: string) => ({ ...items[0]!, gold: text })
    assert.strictEqual(majorityShare(["1", "2", "1", "3"].map(gold)), 0.5)
    assert.strictEqual(majorityShare([]), 0)
  })
  it("the benchmark's own examples hold", () => {
    const openEqual = chainArithmetic.equal as (gold: string, predicted: string) => boolean
    for (const { output: written, gold, options: _, ...expected } of chainArithmetic.examples) {
      const { strict, lenient, first } = chainArithmetic
      const verdicts = Object.fromEntries(Object.entries({ strict, lenient, first }).map(([rule, read]) => {
        const predicted = read(written, options, gold)
        return [rule, predicted !== null && openEqual(gold, predicted)]
      }))
      assert.deepStrictEqual(verdicts, expected)
    }
  })
})
