/** Verdicts by tier of difficulty, and whether the hard items are lost first. Exploratory, unless a claim names the tier. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { type CombinedInterval, retentionDifference } from "../../statistics/combined-retention.ts"
import { verdict } from "../../statistics/verdict.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { itemTable } from "../item-tables.ts"
import { type Paired, paired } from "../paired.ts"
import { linesOn, modelLinesOn, tiersOf } from "../question.ts"
import { type Retention, retentionOfPair } from "../retention.ts"
import { type Hypothesis, hypothesesOf } from "./hypotheses.ts"
import type { JudgedClaim } from "./JudgedClaim.ts"
import { exploratoryJudging, judge } from "./judge.ts"

export interface TierVerdict extends Pick<JudgedClaim, "claim" | "cell" | "cellName" | "threshold" | "verdict" | "adjustedP" | "seeds" | "items"> {
  readonly tier: string
  readonly retention: Retention
  /** a claim of the same terms names this tier: its own verdict counts, this row repeats it */
  readonly isDeclared: boolean
}

export interface TierContrast extends Pick<JudgedClaim, "claim" | "cell" | "cellName"> {
  readonly easy: string
  readonly hard: string
  /** what names a tier hard: the scores of `of`, which the interval does not rest on unless it says "baseline" */
  readonly orderedBy: "teacher" | "base student" | "baseline"
  /**
   * Loss of hard less loss of easy, in retention (0.05 is 5 points): above 0, the hard items are lost first. 95 % interval, not
   * adjusted; null where the verdict waits or a baseline scores 0.
   */
  readonly difference: CombinedInterval | null
}

type Pair = Extract<Paired, { readonly kind: "paired" }>

const score = (table: ReturnType<typeof itemTable>): number | null =>
  table === null ? null : table.values_nS.reduce((sum, value) => sum + value, 0) / table.values_nS.length

/** Tiers from easy to hard. Whoever takes no part in the comparison says which is which, so that luck of the baseline does not. */
const byDifficulty = (plan: RecordedPlan, outcomes: ExperimentOutcomes, { baseline, question }: Hypothesis, tiers: ReadonlyArray<string>) => {
  const scorers = [
    { of: "teacher", lines: (tier: string) => modelLinesOn(plan, outcomes, plan.teacher, { ...question, tier }) },
    { of: "base student", lines: (tier: string) => modelLinesOn(plan, outcomes, plan.baseStudent, { ...question, tier }) },
    { of: "baseline", lines: (tier: string) => [...linesOn(plan, outcomes, baseline, { ...question, tier }).values()].flat() }
  ] as const
  for (const { lines, of } of scorers) {
    const scores = tiers.map((tier) => {
      const found = lines(tier)
      return { tier, score: found === null || found.length === 0 ? null : score(itemTable(new Map([[0, found]]), question.rule)) }
    })
    const distinct = new Set(scores.map((one) => one.score))
    // one that is right, or wrong, on every tier alike tells nothing
    if (scores.some((one) => one.score === null) || distinct.size < 2) continue
    const sorted = [...scores].sort((a, b) => b.score! - a.score! || (a.tier < b.tier ? -1 : 1))
    return { easy: sorted[0]!.tier, hard: sorted.at(-1)!.tier, orderedBy: of }
  }
  return null
}

/** Claims whose items are of one tier, or that name their tier, have no tiers beside them. */
const tiered = (plan: RecordedPlan, outcomes: ExperimentOutcomes) => {
  const isDue = new Map(judge(plan, outcomes).map((judged) => [`${judged.claim} ${judged.cell}`, judged.look !== null]))
  return hypothesesOf(plan).flatMap((hypothesis) => {
    const { cell, claim, question } = hypothesis
    const tiers = question.tier === null ? tiersOf(plan, outcomes, question.evaluations) : []
    // where the claim itself waits for its look, so do its tiers
    return tiers.length < 2 || isDue.get(`${claim.name} ${cell.index}`) !== true ? [] : [{ hypothesis, tiers }]
  })
}

const pairOf = (plan: RecordedPlan, outcomes: ExperimentOutcomes, { baseline, cell, question }: Hypothesis, tier: string): Paired =>
  paired(plan, outcomes, cell, baseline, { ...question, tier })

/** The verdict of every claim on each tier of its items. */
export const tierVerdicts = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<TierVerdict> => {
  const rows = tiered(plan, outcomes).flatMap(({ hypothesis, tiers }) => tiers.map((tier) => {
    const pair = pairOf(plan, outcomes, hypothesis, tier)
    const retention: Retention = pair.kind === "paired"
      ? retentionOfPair(plan, outcomes, hypothesis.baseline, { ...hypothesis.question, tier }, pair)
      : pair
    const alone = pair.kind === "paired" && retention.kind === "measured" ? verdict(pair.cell, pair.baseline, hypothesis.claim.threshold) : null
    return { hypothesis, tier, pair, retention, p: alone !== null && "pSupported" in alone ? Math.min(1, alone.pSupported, alone.pRefuted) : 1 }
  }))
  const judgings = exploratoryJudging(rows.map(({ p }) => p))
  return rows.map(({ hypothesis: { cell, claim }, pair, retention, tier }, index) => {
    const { adjusted, alpha } = judgings[index]!
    const given = pair.kind === "paired" && retention.kind === "measured"
      ? verdict(pair.cell, pair.baseline, claim.threshold, alpha)
      : { kind: "not-defined" as const, reason: retention.kind === "not-defined" ? retention.reason : "not scored yet" }
    return {
      claim: claim.name, cell: cell.index, cellName: cell.name, threshold: claim.threshold, tier, retention,
      verdict: given.kind === "no-verdict" ? { ...given, label: `${given.numSeeds} of the 3 seeds it needs` } : given,
      adjustedP: "pSupported" in given ? adjusted : null,
      seeds: pair.kind === "paired" ? pair.seeds.length : 0, items: pair.kind === "paired" ? pair.cell.numItems : 0,
      isDeclared: plan.claims.some((other) => other.tier === tier && other.threshold === claim.threshold && other.rule === claim.rule &&
        other.against === claim.against && other.evaluation === claim.evaluation && other.cells.includes(cell.index))
    }
  })
}

/** Does what is cut away cost the hard items first? One contrast a hypothesis: the hardest tier against the easiest. */
export const tierContrasts = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<TierContrast> =>
  tiered(plan, outcomes).flatMap(({ hypothesis, tiers }) => {
    const order = byDifficulty(plan, outcomes, hypothesis, tiers)
    if (order === null) return []
    const [easy, hard] = [order.easy, order.hard].map((tier) => pairOf(plan, outcomes, hypothesis, tier)) as [Paired, Paired]
    const isComparable = easy.kind === "paired" && hard.kind === "paired" && easy.seeds.join() === hard.seeds.join()
    const { cell, claim } = hypothesis
    return [{
      claim: claim.name, cell: cell.index, cellName: cell.name, ...order,
      // loss is 1 - retention: loss of hard less loss of easy is retention of easy less retention of hard
      difference: isComparable ? retentionDifference(easy as Pair, hard as Pair) : null
    }]
  })
