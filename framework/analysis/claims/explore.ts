/** What no claim names: every other cell against its baseline, for the eye, with the false discovery rate held. */
import type { PlannedCell, RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { ContrastInterval } from "../../statistics/contrast.ts"
import { benjaminiHochberg } from "../../statistics/multiplicity.ts"
import { pairedDifference } from "../../statistics/paired-difference.ts"
import { type PairedTest, pairedTest } from "../../statistics/paired-tests.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import type { Rule } from "../item-tables.ts"
import { isSameTrials, paired } from "../paired.ts"
import type { Against } from "../retention.ts"

export interface Explored {
  readonly cell: number
  readonly cellName: string
  readonly baseline: number
  readonly baselineName: string
  readonly against: Against
  readonly evaluation: string
  readonly rule: Rule
  readonly items: number
  readonly seeds: number
  /** score of the cell less the baseline's, 95 % interval, not adjusted */
  readonly difference: ContrastInterval
  /** two-sided, over new items, for these trained students */
  readonly p: number
  /** exact McNemar for one seed and one sample alone; else signs of the items' mean differences are flipped */
  readonly method: PairedTest["method"]
  /** Benjamini-Hochberg over all rows of this table */
  readonly adjustedP: number
}

/** Fixed: the same results give the same bytes. */
const seed = 20251221

/** Cells that no claim is about, each against its matched baseline (or the reference where none is declared). Exploratory. */
export const explore = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<Explored> => {
  const claimed = new Set(plan.claims.flatMap(({ cells, evaluation, evaluations }) =>
    (evaluations ?? [evaluation]).flatMap((name) => cells.map((cell) => `${name} ${cell}`))))
  const rows = plan.evaluations.flatMap(({ name, samples }) => plan.cells.flatMap((cell) => {
    if (cell.status !== "distinct" || claimed.has(`${name} ${cell.index}`)) return []
    const against: Against = cell.baselines.matched === null ? "reference" : "matched"
    const baseline: PlannedCell | undefined = plan.cells.find(({ index }) => index === cell.baselines[against])
    if (baseline === undefined || isSameTrials(cell, baseline)) return []
    const pair = paired(plan, outcomes, cell, baseline, { evaluations: [name], rule: plan.primaryRule, tier: null })
    if (pair.kind !== "paired") return []
    const { method, p } = pairedTest(pair.cell, pair.baseline, { samples, seed })
    return [{
      cell: cell.index, cellName: cell.name, baseline: baseline.index, baselineName: baseline.name, against, evaluation: name,
      rule: plan.primaryRule, items: pair.cell.numItems, seeds: pair.seeds.length, difference: pairedDifference(pair.cell, pair.baseline), p, method
    }]
  }))
  const adjusted = benjaminiHochberg(rows.map(({ p }, index) => ({ name: String(index), p })))
  return rows.map((row, index) => ({ ...row, adjustedP: adjusted[index]!.adjusted }))
}
