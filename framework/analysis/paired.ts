/** Two cells on the same items: the only thing that may be compared. */
import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import type { ItemBySeed } from "../statistics/ItemBySeed.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { itemTable, sameItems } from "./item-tables.ts"
import { linesOn, type Question } from "./question.ts"

export type ItemTable = ItemBySeed & { readonly items_n: ReadonlyArray<string> }

export type Paired =
  /** `seeds`: those that both have been scored on */
  | { readonly kind: "paired"; readonly cell: ItemTable; readonly baseline: ItemTable; readonly seeds: ReadonlyArray<number> }
  | { readonly kind: "not-defined"; readonly reason: string }
  | { readonly kind: "waiting" }

/** Trials that failed for good, of one cell. */
export const failedTrial = (outcomes: ExperimentOutcomes, cell: PlannedCell): PlannedCell["trials"][number] | undefined =>
  cell.trials.find(({ id }) => outcomes.trials.get(id)?.status === "failed")

/** Scores of a cell and of what it is compared with; cells with different items are refused. */
export const paired = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, cell: PlannedCell, baseline: PlannedCell, question: Question
): Paired => {
  const tops = linesOn(plan, outcomes, cell, question)
  const bottoms = linesOn(plan, outcomes, baseline, question)
  const seeds = [...tops.keys()].filter((seed) => bottoms.has(seed))
  if (seeds.length === 0) {
    const failed = failedTrial(outcomes, baseline)
    if (failed !== undefined) return { kind: "not-defined", reason: `baseline ${baseline.name} failed with seed ${failed.seed}` }
    const hasFailed = cell.trials.length > 0 && cell.trials.every(({ id }) => outcomes.trials.get(id)?.status === "failed")
    if (hasFailed) return { kind: "not-defined", reason: `${cell.name} failed with every seed` }
    const isOfNoTier = question.tier !== null &&
      [cell, baseline].every((one) => linesOn(plan, outcomes, one, { ...question, tier: null }).size > 0)
    if (isOfNoTier) return { kind: "not-defined", reason: `no item is of tier ${question.tier}` }
    return { kind: "waiting" }
  }
  const of = (lines: typeof tops) => itemTable(new Map(seeds.map((seed) => [seed, lines.get(seed)!])), question.rule)
  const top = of(tops)
  const bottom = of(bottoms)
  if (top === null || bottom === null || !sameItems(top, bottom)) {
    return { kind: "not-defined", reason: `${cell.name} and ${baseline.name} were not scored on the same items` }
  }
  return { kind: "paired", cell: top, baseline: bottom, seeds }
}

/** Whether two cells stand for the same trials, asked the same. */
export const isSameTrials = (cell: PlannedCell, baseline: PlannedCell): boolean =>
  cell.index === baseline.index ||
  (cell.trials.length > 0 &&
    cell.trials.length === baseline.trials.length &&
    cell.trials.every((trial, place) => answersOf(trial) === answersOf(baseline.trials[place]!)))

/** Names a trial and what became of its evaluations: trials that are trained alike may be asked otherwise. */
export const answersOf = ({ evaluations, id }: PlannedCell["trials"][number]): string =>
  [id, ...Object.entries(evaluations).map(([name, { score }]) => `${name}=${score}`).sort()].join(" ")
