import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import { type ContrastInterval, contrast } from "../statistics/contrast.ts"
import { gainRetention } from "../statistics/gain-retention.ts"
import { defaultLevel, type Interval } from "../statistics/Interval.ts"
import { logRetention, type RetentionInterval } from "../statistics/log-retention.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { percent } from "./format.ts"
import { itemTable, sameItems, type Verdict } from "./item-tables.ts"
import { isSameTrials, type Paired, paired } from "./paired.ts"
import { linesOn, modelLinesOn, type Question } from "./question.ts"

export type Against = "matched" | "reference"

export type Retention =
  /** the cell is its own baseline, or an alias of it: 1 by definition */
  | { readonly kind: "baseline" }
  /** `seeds`: those that both have been scored on; `gain` is null where not defined or without a base student */
  | {
      readonly kind: "measured"
      readonly interval: RetentionInterval
      readonly gain: Interval | null
      readonly seeds: ReadonlyArray<number>
      readonly label: string
    }
  | { readonly kind: "not-defined"; readonly reason: string }
  /** results it needs are not there yet */
  | { readonly kind: "waiting" }

/** What an interval speaks of, in words that stand beside it. */
export const generalises = (seeds: number): string =>
  seeds >= 3 ? "over new items and newly trained students" : "for these trained students"

/** Retention of one cell against one of its baselines, on all items of one evaluation. */
export const retentionOf = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  cell: PlannedCell,
  evaluation: string,
  against: Against,
  verdict: Verdict
): Retention => retentionOn(plan, outcomes, cell, against, { evaluations: [evaluation], rule: verdict, tier: null })

/** The same for any question: a rule, a tier, several evaluations whose items are pooled. */
export const retentionOn = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, cell: PlannedCell, against: Against, question: Question, level?: number
): Retention => {
  const index = cell.baselines[against]
  if (index === null) return { kind: "not-defined", reason: `the spec names no ${against} baseline` }
  const baseline = plan.cells.find((other) => other.index === index)
  if (baseline === undefined) return { kind: "not-defined", reason: `baseline cell ${index} is not in the plan` }
  if (isSameTrials(cell, baseline)) return { kind: "baseline" }
  const pair = paired(plan, outcomes, cell, baseline, question)
  return pair.kind === "paired" ? retentionOfPair(plan, outcomes, baseline, question, pair, level) : pair
}

/** Retention of two cells that are paired already. */
export const retentionOfPair = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, baseline: PlannedCell, question: Question,
  { baseline: bottom, cell: top, seeds }: Extract<Paired, { readonly kind: "paired" }>, level: number = defaultLevel
): Retention => {
  const margin = marginOn(plan, outcomes, baseline, question)
  if (margin !== null && margin.low <= 0) {
    return { kind: "not-defined", reason: `baseline ${baseline.name} does not beat the base student: ${points(margin)}` }
  }
  const interval = logRetention(top, bottom, level)
  if (interval === null) return { kind: "not-defined", reason: `baseline ${baseline.name} scores 0` }
  const base = baseTable(plan, outcomes, question)
  const gain = base === null || !sameItems(base, bottom) ? null : gainRetention(top, bottom, base, level)
  return { kind: "measured", interval, gain, seeds, label: generalises(seeds.length) }
}

/** By how much a baseline cell's score exceeds the base student's, paired by item; null where one is not scored. */
export const baselineMargin = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  baseline: PlannedCell,
  evaluation: string,
  verdict: Verdict
): ContrastInterval | null => marginOn(plan, outcomes, baseline, { evaluations: [evaluation], rule: verdict, tier: null })

const marginOn = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, baseline: PlannedCell, question: Question
): ContrastInterval | null => {
  const base = baseTable(plan, outcomes, question)
  const table = itemTable(linesOn(plan, outcomes, baseline, question), question.rule)
  if (base === null || table === null || !sameItems(base, table)) return null
  return contrast(table, base)
}

/** A difference of scores in points with its interval: "+71.3 points (66.0 to 76.7)". */
export const points = ({ estimate, high, low }: Interval): string =>
  `${estimate < 0 ? "" : "+"}${percent(estimate).replace(" %", "")} points (${percent(low).replace(" %", "")} to ${percent(high).replace(" %", "")})`

const baseTable = (plan: RecordedPlan, outcomes: ExperimentOutcomes, question: Question) => {
  const lines = modelLinesOn(plan, outcomes, plan.baseStudent, question)
  return lines === null ? null : itemTable(new Map([[0, lines]]), question.rule)
}
