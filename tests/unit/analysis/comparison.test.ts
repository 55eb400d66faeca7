import { describe, expect, it } from "vitest"
import { comparisonTable } from "../../../framework/analysis/comparison/comparison-table.ts"
import { comparisonCsv, differenceText } from "../../../framework/analysis/comparison/comparison-words.ts"
import { compare } from "../../../framework/analysis/comparison/Comparison.ts"
import { pairCells } from "../../../framework/analysis/comparison/pair-cells.ts"
import { comparisonMarkdown } from "../../../framework/analysis/report/comparison-markdown.ts"
import { comparisonPage } from "../../../framework/analysis/report/comparison-page.ts"
import type { RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import { simulatedExperiment } from "./simulated-experiment.ts"

type Simulated = ReturnType<typeof simulatedExperiment>

/** The same trials under other ids: another experiment that shares nothing of the store. */
const apart = ({ outcomes, plan }: Simulated): Simulated => ({
  plan: {
    ...plan, experiment: "other", description: "The same again, trained anew?",
    cells: plan.cells.map((cell) => ({ ...cell, trials: cell.trials.map((trial) => ({
      ...trial, id: `other-${trial.id}`,
      evaluations: Object.fromEntries(Object.entries(trial.evaluations).map(([name, { generate, score }]) => [name, { generate, score: `other-${score}` }]))
    })) }))
  },
  outcomes: {
    ...outcomes,
    scores: new Map([...outcomes.scores].flatMap(([step, lines]) => [[step, lines] as const, [`other-${step}`, lines] as const])),
    trials: new Map([...outcomes.trials].map(([id, trial]) => [`other-${id}`, trial]))
  }
})

/** Every third item that was right under `first` is wrong. */
const worse = (one: Simulated, step: RegExp): Simulated => ({
  plan: one.plan,
  outcomes: { ...one.outcomes, scores: new Map([...one.outcomes.scores].map(([id, lines]) =>
    [id, step.test(id) ? lines.map((line, place) => (place % 3 === 0 ? { ...line, first: false } : line)) : lines])) }
})

const a = simulatedExperiment()
const b = worse(apart(simulatedExperiment()), /^other-score-2-/)
const comparison = compare(a, b, [{ field: "train.learningRate", a: "0.001", b: "0.002" }])
const rowOf = (of: typeof comparison, cell: number) => of.rows.find((row) => row.a.cell === cell)!

describe("compare", () => {
  it("pairs cells by their axes, and tells what differs on the same items", () => {
    const row = rowOf(comparison, 2)
    expect(row.by).toBe("axes")
    const { difference } = row
    if (difference.kind !== "measured") throw new Error(difference.kind)
    expect(difference.interval.estimate).toBeLessThan(-0.25)
    expect(difference.interval.high).toBeLessThan(-0.2)
    expect(difference.adjustedP).toBeLessThan(0.01)
    expect(difference.test.method).toBe("sign-flip-monte-carlo")
    const same = rowOf(comparison, 10).difference
    expect(same).toMatchObject({ kind: "measured", interval: { estimate: 0 }, test: { p: 1 } })
  })

  it("says which trials are one and the same, and compares nothing where all are", () => {
    const again = compare(a, { ...a, plan: { ...a.plan, experiment: "again" } }, [])
    expect(again.sharedTrials).toBe(16)
    expect(new Set(again.rows.map(({ difference }) => difference.kind))).toEqual(new Set(["same-trials"]))
    expect(comparison.sharedTrials).toBe(0)
    expect(again.remarks).toContain("The specs say the same.")
  })

  it("compares on shared items only, and refuses to pair where an item is another problem", () => {
    const half: Simulated = { plan: b.plan, outcomes: { ...b.outcomes, scores: new Map([...b.outcomes.scores].map(([id, lines]) => [id, lines.slice(0, 100)])) } }
    const onHalf = compare(a, half, [])
    expect(rowOf(onHalf, 2).difference).toMatchObject({ kind: "measured", items: 100, itemsOf: [300, 100] })
    expect(onHalf.remarks.join()).toContain("on the 100 items that both have, of 300 and 100")
    const other: Simulated = { plan: b.plan, outcomes: { ...b.outcomes, scores: new Map([...b.outcomes.scores].map(([id, lines]) => [id, lines.map((line) => ({ ...line, cluster: "x" }))])) } }
    expect(differenceText(rowOf(compare(a, other, []), 2).difference)).toBe("not defined: item p0000 is another problem in B: they cannot be paired")
    const strangers: Simulated = { plan: b.plan, outcomes: { ...b.outcomes, scores: new Map([...b.outcomes.scores].map(([id, lines]) => [id, lines.map((line) => ({ ...line, item: `q${line.item}` }))])) } }
    expect(differenceText(rowOf(compare(a, strangers, []), 2).difference)).toBe("not defined: no item in common: they cannot be paired")
  })

  it("has nothing to say of seeds that differ, of what failed, of what waits, and of other benchmarks", () => {
    const seeds: RecordedPlan = { ...b.plan, cells: b.plan.cells.map((cell) => ({ ...cell, trials: cell.trials.map((trial) => ({ ...trial, seed: trial.seed + 10 })) })) }
    expect(differenceText(rowOf(compare(a, { ...b, plan: seeds }, []), 2).difference)).toBe("not defined: no training seed in common: 1, 2 and 11, 12")
    expect(rowOf(compare(a, { ...b, outcomes: { ...b.outcomes, scores: new Map() } }, []), 2).difference.kind).toBe("waiting")
    const trials = new Map([...b.outcomes.trials].map(([id, trial]) => [id, { ...trial, status: "failed" as const }]))
    expect(differenceText(rowOf(compare(a, { ...b, outcomes: { ...b.outcomes, trials, scores: new Map() } }, []), 2).difference)).toBe("not defined: failed in B")
    const benchmark = { ...b.plan, evaluations: b.plan.evaluations.map((one) => ({ ...one, benchmark: "gsm8k" })) }
    expect(compare(a, { ...b, plan: benchmark }, []).remarks[0]).toContain("No evaluation is of the same benchmark in both")
  })
})

describe("pairCells", () => {
  it("refuses what is not one to one, unless trials tell", () => {
    const withoutRatio = { ...b.plan, axes: b.plan.axes.filter(({ name }) => name !== "ratio"), cells: b.plan.cells.slice(3, 4).map((cell) => ({ ...cell, axes: { "sequence.supervise": cell.axes["sequence.supervise"] } })) }
    const { pairs, unpaired } = pairCells(a.plan, withoutRatio)
    expect(pairs).toEqual([])
    expect(unpaired.find(({ cell, side }) => side === "A" && cell.index === 3)!.reason).toBe("not one to one: 3 and 1 cells agree on supervise")
    expect(unpaired.find(({ cell, side }) => side === "A" && cell.index === 8)!.reason).toBe("no cell of B has these values")
    expect(unpaired.find(({ cell, side }) => side === "A" && cell.index === 0)!.reason).toContain("left out: nothing to supervise")
    const sharing = { ...withoutRatio, cells: withoutRatio.cells.map((cell) => ({ ...cell, trials: a.plan.cells[3]!.trials })) }
    expect(pairCells(a.plan, sharing).pairs.map(({ a: one, by, sharedTrials }) => [one.index, by, sharedTrials])).toEqual([[3, "trials", 2]])
  })
})

describe("a comparison", () => {
  it("is the same bytes for the same results, escaped, with no script", async () => {
    const evil = `</style><script>alert("x")</script>`
    const hostile = compare({ ...a, plan: { ...a.plan, experiment: evil, description: evil } }, b, [{ field: evil, a: evil, b: null }])
    const page = await comparisonPage(hostile)
    expect(await comparisonPage(hostile)).toBe(page)
    expect(page).not.toContain("<script")
    expect(page.match(/<\/style>/g)!.length).toBe(1)
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'\"")
    expect(comparisonMarkdown(hostile).replace(/```[\s\S]*?```/g, "")).not.toContain("<script")
  })

  it("tells the same as text", () => {
    const text = comparisonTable(comparison)
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(text).toMatch(/ {2}cot, 50 % +9\d\.\d % +6\d\.\d % +-3\d\.\d +\(-\d+\.\d to -\d+\.\d\) +0\.000\d/)
    expect(text).toContain("Differs: train.learningRate: 0.001 | 0.002")
    const markdown = comparisonMarkdown(comparison)
    expect(markdown).toContain("| train.learningRate | 0.001 | 0.002 |")
    expect(markdown).toContain("sign flips, 9,999 draws")
    expect(comparisonCsv(comparison).trim().split("\n").length).toBe(11)
  })
})
