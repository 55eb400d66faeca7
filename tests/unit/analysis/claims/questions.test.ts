/** Tiers, pooled evaluations, several benchmarks, and what no claim names. */
import { describe, expect, it } from "vitest"
import { across } from "../../../../framework/analysis/claims/across.ts"
import { bands } from "../../../../framework/analysis/claims/bands.ts"
import { explore } from "../../../../framework/analysis/claims/explore.ts"
import { judge } from "../../../../framework/analysis/claims/judge.ts"
import { tierContrasts, tierVerdicts } from "../../../../framework/analysis/claims/tiers.ts"
import { curves } from "../../../../framework/analysis/curves.ts"
import { tidy } from "../../../../framework/analysis/tidy.ts"
import { cellsCsv } from "../../../../framework/analysis/tables-csv.ts"
import type { ScoreLine } from "../../../../framework/journal/RecordedPlan.ts"
import { claimAt, claimed } from "./claimed.ts"

/** Every second item is hard: there the cells that keep a half lose every third right answer. */
const tiered = () => {
  const { outcomes, plan } = claimed([claimAt("half", [2]), claimAt("half-hard", [2], { tier: "hard" })])
  const scores = new Map([...outcomes.scores].map(([step, lines]) => [step, lines.map((line, place): ScoreLine => {
    const isHard = place % 2 === 1
    const isLost = isHard && (step.startsWith("score-2-") ? place % 3 === 0 : step === "score-teacher" && place % 7 === 0)
    return { ...line, tier: isHard ? "hard" : "easy", first: line.first && !isLost }
  })]))
  return { plan, outcomes: { ...outcomes, scores } }
}

describe("tiers", () => {
  it("have a verdict each beside the claim, exploratory unless declared", () => {
    const { outcomes, plan } = tiered()
    const rows = tierVerdicts(plan, outcomes)
    expect(rows.map(({ claim, isDeclared, items, tier, verdict }) => [claim, tier, verdict.kind, items, isDeclared])).toEqual([
      ["half", "easy", "supported", 150, false], ["half", "hard", "refuted", 150, true]
    ])
    const declared = judge(plan, outcomes).find(({ claim }) => claim === "half-hard")
    expect([declared!.verdict.kind, declared!.items, declared!.tier]).toEqual(["refuted", 150, "hard"])
  })
  it("tell whether the hard items are lost first, by an order that the comparison does not make", () => {
    const { outcomes, plan } = tiered()
    const [contrast, ...rest] = tierContrasts(plan, outcomes)
    expect(rest).toEqual([])
    expect([contrast!.easy, contrast!.hard, contrast!.orderedBy]).toEqual(["easy", "hard", "teacher"])
    expect(contrast!.difference!.estimate).toBeGreaterThan(0.25)
    expect(contrast!.difference!.low).toBeGreaterThan(0.2)
    expect(contrast!.difference!.kind).toBe("crossed")
  })
  it("stand in cells.csv; a plan of one tier has no such columns", () => {
    const { outcomes, plan } = tiered()
    const [head, , , row] = cellsCsv(plan, tidy(plan, outcomes)).split("\n")
    expect(head).toContain(",tier_easy,tier_easy_low,tier_easy_high,tier_easy_matched,")
    const value = (name: string) => Number(row!.split(",")[head!.split(",").indexOf(name)])
    expect(value("tier_easy")).toBeGreaterThan(value("tier_hard") + 0.25)
    const plain = claimed([])
    expect(cellsCsv(plain.plan, tidy(plain.plan, plain.outcomes))).not.toContain("tier_")
  })
  it("that no item has are not defined", () => {
    const { outcomes, plan } = tiered()
    const [judged] = judge({ ...plan, claims: [claimAt("none", [2], { tier: "harder" })] }, outcomes)
    expect(judged!.verdict).toEqual({ kind: "not-defined", reason: "no item is of tier harder" })
  })
})

/** A second evaluation with the outputs of the first: of one benchmark, or of two whose items have the same names. */
const twice = (benchmark: string) => {
  const { outcomes, plan } = claimed([claimAt("both", [2], { evaluation: "chain-arithmetic+again", evaluations: ["chain-arithmetic", "again"] })])
  const [evaluation] = plan.evaluations
  const cells = plan.cells.map((cell) => ({
    ...cell,
    trials: cell.trials.map((trial) => ({ ...trial, evaluations: { ...trial.evaluations, again: trial.evaluations["chain-arithmetic"]! } }))
  }))
  return { outcomes, plan: { ...plan, cells, baseStudent: { ...plan.baseStudent, again: "score-base" }, evaluations: [evaluation!, { ...evaluation!, name: "again", benchmark }] } }
}

describe("several evaluations", () => {
  it("are pooled item by item; items that share a problem of one benchmark are one unit", () => {
    const other = twice("another")
    const [apart] = judge(other.plan, other.outcomes)
    expect([apart!.items, apart!.evaluation]).toEqual([600, "chain-arithmetic+again"])
    const same = twice("chain-arithmetic")
    const [together] = judge(same.plan, same.outcomes)
    expect(together!.items).toBe(600)
    const width = (judged: typeof apart) => "contrast" in judged!.verdict ? judged!.verdict.contrast!.high - judged!.verdict.contrast!.low : 0
    // twice the same answers to the same problems say nothing new
    expect(width(together)).toBeGreaterThan(1.2 * width(apart))
  })
  it("have one figure: the mean of log ratios, with the ratio of means beside it", () => {
    const { outcomes, plan } = twice("another")
    const rows = across(plan, outcomes)
    const row = rows.find(({ cell }) => cell === 1)!
    const [judged] = judge({ ...plan, claims: [claimAt("one", [1])] }, outcomes)
    const single = judged!.retention
    expect(single.kind === "measured" && Math.abs(single.interval.estimate - row.meanOfLogRatios.estimate)).toBeLessThan(1e-12)
    expect(row.ratioOfMeans).toBeCloseTo(row.meanOfLogRatios.estimate, 12)
    expect(across({ ...plan, evaluations: plan.evaluations.slice(0, 1) }, outcomes)).toEqual([])
  })
})

describe("what no claim names", () => {
  it("is tested pairwise, with the false discovery rate held; claimed cells are left to their claims", () => {
    const { outcomes, plan } = claimed([claimAt("half", [2])])
    const rows = explore(plan, outcomes)
    expect(rows.map(({ cell }) => cell)).toEqual([1, 8, 9, 10])
    for (const { adjustedP, method, p } of rows) {
      expect(adjustedP).toBeGreaterThanOrEqual(p)
      expect(method).toBe("sign-flip-monte-carlo")
    }
  })
  it("is tested by McNemar only for one seed and one sample", () => {
    const { outcomes, plan } = claimed([], { seeds: [1] })
    expect(new Set(explore(plan, outcomes).map(({ method }) => method))).toEqual(new Set(["mcnemar-exact"]))
  })
  it("curves have bands that are wider than the intervals of their points", () => {
    const { outcomes, plan } = claimed([])
    const drawn = curves(plan, tidy(plan, outcomes).cells)
    const [band] = bands(plan, outcomes, drawn)
    const curve = drawn.find(({ key }) => key === band!.key)!
    expect(band!.points.map(({ ratio }) => ratio)).toEqual([0.25, 0.5])
    for (const point of band!.points) {
      const single = curve.points.find(({ cell }) => cell === point.cell)!
      expect(point.low).toBeLessThan(single.low!)
      expect(point.high).toBeGreaterThan(single.high!)
      expect(point.estimate).toBe(single.retention)
    }
  })
})
