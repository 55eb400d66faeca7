/** Every cell against its baseline as a difference of scores, paired item by item: those that claims name, and the rest. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { ContrastInterval } from "../statistics/contrast.ts"
import { combine } from "../statistics/ItemBySeed.ts"
import { pairedDifference } from "../statistics/paired-difference.ts"
import { type PairedTest, pairedTest } from "../statistics/paired-tests.ts"
import type { Explored } from "./claims/explore.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { isSameTrials, paired } from "./paired.ts"
import type { Against } from "./retention.ts"

export interface DifferenceRow {
  readonly cell: number
  readonly cellName: string
  readonly baseline: number
  readonly baselineName: string
  readonly against: Against
  readonly evaluation: string
  /** null: the reason stands in `instead` */
  readonly measured: {
    /** score of the cell less the baseline's, 95 %, not adjusted */
    readonly interval: ContrastInterval
    readonly p: number
    readonly method: PairedTest["method"]
    /** Benjamini-Hochberg over the cells that no claim names; null for those that one does: their verdicts are adjusted */
    readonly adjustedP: number | null
    readonly items: number
    readonly seeds: number
    /** items that the cell's students get right less often, and more often, than the baseline's */
    readonly lost: number
    readonly gained: number
  } | null
  readonly instead: string
}

/** Fixed: the same results give the same bytes. */
const seed = 20251221

/** @param explored of `explore`: cells that no claim names */
export const differences = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, explored: ReadonlyArray<Explored>
): ReadonlyArray<DifferenceRow> => plan.evaluations.flatMap(({ name, samples }) => plan.cells.flatMap((cell): ReadonlyArray<DifferenceRow> => {
  const against: Against = cell.baselines.matched === null ? "reference" : "matched"
  const baseline = plan.cells.find(({ index }) => index === cell.baselines[against])
  if (cell.status !== "distinct" || baseline === undefined || isSameTrials(cell, baseline)) return []
  const row = { cell: cell.index, cellName: cell.name, baseline: baseline.index, baselineName: baseline.name, against, evaluation: name }
  const pair = paired(plan, outcomes, cell, baseline, { evaluations: [name], rule: plan.primaryRule, tier: null })
  if (pair.kind !== "paired") return [{ ...row, measured: null, instead: pair.kind === "waiting" ? "waits for results" : `not defined: ${pair.reason}` }]
  const known = explored.find((one) => one.cell === cell.index && one.evaluation === name)
  const { method, p } = known ?? pairedTest(pair.cell, pair.baseline, { samples, seed })
  const { numItems, numSeeds, values_nS } = combine(1, pair.cell, -1, pair.baseline)
  const sums = Array.from({ length: numItems }, (_, item) => values_nS.subarray(item * numSeeds, (item + 1) * numSeeds).reduce((sum, value) => sum + value, 0))
  // sums of halves and thirds that cancel may leave a last digit
  const [lost, gained] = [sums.filter((sum) => sum < -1e-9).length, sums.filter((sum) => sum > 1e-9).length]
  return [{
    ...row, instead: "",
    measured: {
      interval: known?.difference ?? pairedDifference(pair.cell, pair.baseline), p, method, adjustedP: known?.adjustedP ?? null,
      items: numItems, seeds: pair.seeds.length, lost, gained
    }
  }]
}))
