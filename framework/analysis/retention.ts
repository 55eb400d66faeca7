import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import { type ContrastInterval, contrast } from "../statistics/contrast.ts"
import { gainRetention } from "../statistics/gain-retention.ts"
import type { Interval } from "../statistics/Interval.ts"
import { logRetention, type RetentionInterval } from "../statistics/log-retention.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { percent } from "./format.ts"
import { itemTable, sameItems, scoredSeeds, type Verdict } from "./item-tables.ts"

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

/** Retention of one cell against one of its baselines under one verdict. */
export const retentionOf = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  cell: PlannedCell,
  evaluation: string,
  against: Against,
  verdict: Verdict
): Retention => {
  const index = cell.baselines[against]
  if (index === null) return { kind: "not-defined", reason: `the spec names no ${against} baseline` }
  const baseline = plan.cells.find((other) => other.index === index)
  if (baseline === undefined) return { kind: "not-defined", reason: `baseline cell ${index} is not in the plan` }
  if (isSameTrials(cell, baseline)) return { kind: "baseline" }
  const failed = baseline.trials.find(({ id }) => outcomes.trials.get(id)?.status === "failed")
  const tops = scoredSeeds(cell, evaluation, outcomes)
  const bottoms = scoredSeeds(baseline, evaluation, outcomes)
  const seeds = [...tops.keys()].filter((seed) => bottoms.has(seed))
  if (seeds.length === 0) {
    return failed === undefined
      ? { kind: "waiting" }
      : { kind: "not-defined", reason: `baseline ${baseline.name} failed with seed ${failed.seed}` }
  }
  const of = (lines: typeof tops) => itemTable(new Map(seeds.map((seed) => [seed, lines.get(seed)!])), verdict)
  const top = of(tops)
  const bottom = of(bottoms)
  if (top === null || bottom === null || !sameItems(top, bottom)) {
    return { kind: "not-defined", reason: `${cell.name} and ${baseline.name} were not scored on the same items` }
  }
  const margin = baselineMargin(plan, outcomes, baseline, evaluation, verdict)
  if (margin !== null && margin.low <= 0) {
    return { kind: "not-defined", reason: `baseline ${baseline.name} does not beat the base student: ${points(margin)}` }
  }
  const interval = logRetention(top, bottom)
  if (interval === null) return { kind: "not-defined", reason: `baseline ${baseline.name} scores 0` }
  const base = baseTable(plan, outcomes, evaluation, verdict)
  const gain = base === null || !sameItems(base, bottom) ? null : gainRetention(top, bottom, base)
  return { kind: "measured", interval, gain, seeds, label: generalises(seeds.length) }
}

/** By how much a baseline cell's score exceeds the base student's, paired by item; null where one is not scored. */
export const baselineMargin = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  baseline: PlannedCell,
  evaluation: string,
  verdict: Verdict
): ContrastInterval | null => {
  const base = baseTable(plan, outcomes, evaluation, verdict)
  const table = itemTable(scoredSeeds(baseline, evaluation, outcomes), verdict)
  if (base === null || table === null || !sameItems(base, table)) return null
  return contrast(table, base)
}

/** A difference of scores in points with its interval: "+71.3 points (66.0 to 76.7)". */
export const points = ({ estimate, high, low }: Interval): string =>
  `${estimate < 0 ? "" : "+"}${percent(estimate).replace(" %", "")} points (${percent(low).replace(" %", "")} to ${percent(high).replace(" %", "")})`

const baseTable = (plan: RecordedPlan, outcomes: ExperimentOutcomes, evaluation: string, verdict: Verdict) => {
  const lines = outcomes.scores.get(plan.baseStudent?.[evaluation] ?? "")
  return lines === undefined || lines.length === 0 ? null : itemTable(new Map([[0, lines]]), verdict)
}

const isSameTrials = (cell: PlannedCell, baseline: PlannedCell): boolean =>
  cell.index === baseline.index ||
  (cell.trials.length > 0 &&
    cell.trials.length === baseline.trials.length &&
    cell.trials.every((trial, place) => trial.id === baseline.trials[place]!.id))
