/** How cells and seeds really vary: from results, so that what a plan can detect need not be assumed any more. */
import type { PlannedCell, RecordedPlan } from "../../journal/RecordedPlan.ts"
import { combine, grandMean } from "../../statistics/ItemBySeed.ts"
import { crossedMean, itemsOnlyMean, type VarianceComponents } from "../../statistics/mean-estimate.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { isSameTrials, paired } from "../paired.ts"
import type { Question } from "../question.ts"
import type { Against } from "../retention.ts"

export interface Pilot {
  /** of one observation of cell - threshold * baseline, mean over the comparisons; `seed` null where one seed was run */
  readonly components: Omit<VarianceComponents, "seed"> & { readonly seed: number | null }
  readonly baseline: number
  /** comparisons, and the fewest seeds of any */
  readonly pairs: number
  readonly seeds: number
}

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Components of the given cells against their baselines; null where none is scored yet. */
export const pilotOf = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, cells: ReadonlyArray<PlannedCell>, against: Against, question: Question, threshold: number
): Pilot | null => {
  const found = cells.flatMap((cell) => {
    const baseline = plan.cells.find(({ index }) => index === cell.baselines[against])
    if (baseline === undefined || isSameTrials(cell, baseline)) return []
    const pair = paired(plan, outcomes, cell, baseline, question)
    if (pair.kind !== "paired" || pair.cell.numClusters < 2) return []
    const table = combine(1, pair.cell, -threshold, pair.baseline)
    const seeds = pair.seeds.length
    const crossed = seeds > 1 ? crossedMean(table).components : null
    // with one seed the spread of items and what is left cannot be told apart: all of it counts as the items'
    const components = crossed ?? { item: itemsOnlyMean(table).standardError ** 2 * pair.cell.numClusters, seed: null, residual: 0 }
    return [{ components, baseline: grandMean(pair.baseline), seeds }]
  })
  if (found.length === 0) return null
  const seeds = found.flatMap(({ components }) => (components.seed === null ? [] : [components.seed]))
  return {
    components: {
      item: mean(found.map(({ components }) => components.item)),
      seed: seeds.length === 0 ? null : mean(seeds),
      residual: mean(found.map(({ components }) => components.residual))
    },
    baseline: mean(found.map(({ baseline }) => baseline)),
    pairs: found.length,
    seeds: Math.min(...found.map((one) => one.seeds))
  }
}
