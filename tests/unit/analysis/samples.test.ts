/** avg@n and pass@k where items have several samples. */
import { assert, describe, it } from "vitest"
import { forcedColumns } from "../../../framework/analysis/axis-values.ts"
import { reportHtml } from "../../../framework/analysis/report/page.ts"
import { reportMarkdown } from "../../../framework/analysis/report/markdown.ts"
import { passesOf, samplesOf } from "../../../framework/analysis/samples.ts"
import { cellsCsv } from "../../../framework/analysis/tables-csv.ts"
import { tidy } from "../../../framework/analysis/tidy.ts"
import { withBudgets } from "../../../framework/evaluation/budgets.ts"
import { budgetMetrics, sampleMetrics, summarise } from "../../../framework/evaluation/summary.ts"
import type { ScoreLine } from "../../../framework/journal/RecordedPlan.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

/** @param right right samples of each item, of `samples` */
const linesOf = (right: ReadonlyArray<number>, samples: number): ReadonlyArray<ScoreLine> => right.flatMap((count, item) =>
  Array.from({ length: samples }, (_, sample) => ({
    item: `i${item}`, sample, cluster: `i${item}`, tier: "t", strict: sample < count, lenient: sample < count, first: sample < count,
    forced: [sample < count], finished: true, thoughtClosed: true, tokens: 10
  })))

const sampled = () => {
  const { outcomes, plan } = simulatedExperiment({ items: 40, ratios: [0.5, 1], sets: [["cot"]] })
  const scores = new Map([...outcomes.scores].map(([id, lines], place) =>
    [id, linesOf(lines.map((_, item) => (item + place) % 9), 8)] as const))
  return { plan: { ...plan, evaluations: plan.evaluations.map((one) => ({ ...one, samples: 8 })) }, outcomes: { ...outcomes, scores } }
}

describe("several samples an item", () => {
  it("pass@k is the mean of each item's own chance, for k up to half the samples", () => {
    const passes = passesOf(new Map([[0, linesOf([0, 1, 4], 4)]]), "strict")
    // k = 1: 0, 1/4, 1. k = 2: 0, 1 - C(3,2)/C(4,2) = 1/2, 1.
    assert.deepStrictEqual(passes.map(({ k, score }) => [k, Number(score!.estimate.toFixed(6))]), [[1, 0.416667], [2, 0.5]])
    assert.deepStrictEqual(passesOf(new Map([[0, linesOf([1, 0], 1)]]), "strict"), [])
    assert.strictEqual(samplesOf(new Map([[0, [...linesOf([1], 2), ...linesOf([0, 1], 1).slice(1)]]])), null)
  })
  it("stands in the CSV, the report and its Markdown, and is nowhere where there is one sample", async () => {
    const { outcomes, plan } = sampled()
    const tables = tidy(plan, outcomes)
    const [head, first] = cellsCsv(plan, tables).split("\n").map((line) => line.split(","))
    const at = (name: string) => Number(first![head!.indexOf(name)])
    assert.includeMembers([...head!], ["samples", "pass_at_1", "pass_at_2", "pass_at_4", "pass_at_4_low", "pass_at_4_high"])
    assert.notInclude([...head!], "pass_at_8")
    assert.strictEqual(at("samples"), 8)
    assert.closeTo(at("pass_at_1"), at(plan.primaryRule), 1e-12)
    assert.isTrue(at("pass_at_1") < at("pass_at_2") && at("pass_at_2") < at("pass_at_4") && at("pass_at_4_high") <= 1)
    const page = await reportHtml(plan, outcomes, tables)
    assert.include(page, "<h2>Several samples an item</h2>")
    assert.include(page, "<th scope=\"col\">pass@4</th>")
    assert.match(reportMarkdown(plan, outcomes, tables), /\| cell \| samples \| avg@n \| pass@2 \| pass@4 \|/u)

    const { outcomes: single, plan: usual } = simulatedExperiment({ items: 40, ratios: [0.5, 1], sets: [["cot"]] })
    assert.notInclude(cellsCsv(usual, tidy(usual, single)), "pass_at")
    assert.notInclude(await reportHtml(usual, single), "Several samples")
  })
  it("MLflow's metrics have no @", () => {
    assert.deepStrictEqual(sampleMetrics("aime", 8, 0.25, [{ k: 1, value: 0.25 }, { k: 2, value: 0.4 }, { k: 4, value: 0.6 }]),
      { "eval/aime/avg_at_8": 0.25, "eval/aime/pass_at_2": 0.4, "eval/aime/pass_at_4": 0.6 })
  })
})

describe("thought budgets of several cells", () => {
  const line = (budgets: ReadonlyArray<number>) =>
    JSON.stringify({ item: "a", sample: 0, ids: [1], finish: "stop", forced: budgets.map((thoughtTokens) => ({ thoughtTokens, ids: [thoughtTokens] })) })
  it("a cell reads its own of the outputs, in its order", () => {
    assert.strictEqual(withBudgets(`${line([20, 40, 80])}\n`, [20, 40, 80], [80, 20]), `${line([80, 20])}\n`)
    const whole = `${line([20, 40])}\n`
    assert.strictEqual(withBudgets(whole, [20, 40], [20, 40]), whole)
    assert.strictEqual(withBudgets(`{"broken\n${line([20])}\n`, [20, 40], [40]), `{"broken\n${line([20])}\n`)
  })
  it("columns and metrics are named by the budget, or say that each cell has its own", () => {
    const { plan } = simulatedExperiment({})
    const evaluation = { ...plan.evaluations[0]!, thoughtTokens: [20] }
    const row = (...budgets: ReadonlyArray<number>) => ({ forcedBudgets: budgets.map((thoughtTokens) => ({ thoughtTokens })) })
    assert.deepStrictEqual(forcedColumns(evaluation, [row(20), row(20)]), ["forced 20"])
    assert.deepStrictEqual(forcedColumns(evaluation, [row(20), row(40)]), ["forced, own budget"])
    assert.deepStrictEqual(forcedColumns(evaluation, [row(20), row(40, 20)]), ["forced, own budget 1", "forced, own budget 2"])
    assert.deepStrictEqual(budgetMetrics("chain", summarise(linesOf([1, 0], 1)), [92]), { "eval/chain/forced_at_92": 0.5 })
  })
})
