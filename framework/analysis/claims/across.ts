/** One figure over several benchmarks: the mean of log ratios, and the ratio of means beside it. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import { type CombinedInterval, meanLogRetention } from "../../statistics/combined-retention.ts"
import { grandMean } from "../../statistics/ItemBySeed.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { isSameTrials, paired } from "../paired.ts"
import type { Against } from "../retention.ts"

export interface Across {
  readonly cell: number
  readonly cellName: string
  readonly against: Against
  readonly evaluations: ReadonlyArray<string>
  /** geometric mean of the retentions: every benchmark counts alike, whatever its score; 95 % interval */
  readonly meanOfLogRatios: CombinedInterval
  /** sum of scores over sum of baselines' scores: benchmarks with high scores count more */
  readonly ratioOfMeans: number
  readonly seeds: number
}

/** Every distinct cell that was scored on all evaluations; none where the spec has one evaluation. */
export const across = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<Across> => {
  const evaluations = plan.evaluations.map(({ name }) => name)
  if (evaluations.length < 2) return []
  return plan.cells.flatMap((cell): ReadonlyArray<Across> => {
    const against: Against = cell.baselines.matched === null ? "reference" : "matched"
    const baseline = plan.cells.find(({ index }) => index === cell.baselines[against])
    if (cell.status !== "distinct" || baseline === undefined || isSameTrials(cell, baseline)) return []
    const pairs = evaluations.flatMap((name) => {
      const pair = paired(plan, outcomes, cell, baseline, { evaluations: [name], rule: plan.primaryRule, tier: null })
      return pair.kind === "paired" ? [pair] : []
    })
    const seeds = pairs[0]?.seeds ?? []
    if (pairs.length < evaluations.length || pairs.some((pair) => pair.seeds.join() !== seeds.join())) return []
    const meanOfLogRatios = meanLogRetention(pairs)
    if (meanOfLogRatios === null) return []
    const total = (of: "cell" | "baseline") => pairs.reduce((sum, pair) => sum + grandMean(pair[of]), 0)
    return [{ cell: cell.index, cellName: cell.name, against, evaluations, meanOfLogRatios, ratioOfMeans: total("cell") / total("baseline"), seeds: seeds.length }]
  })
}
