/** Cells with a score and a price, and the prices that they are compared by. */
import type { ScoreInterval } from "../../../statistics/score-interval.ts"
import type { TrialCost } from "../../cost.ts"
import type { CellRow } from "../../tidy.ts"
import type { EvaluationView } from "../EvaluationView.ts"

export const costPanels: ReadonlyArray<{
  readonly id: "time" | "compute" | "memory" | "tokens"; readonly title: string; readonly xTitle: string; readonly of: (cost: TrialCost) => number
}> = [
  { id: "time", title: "Time", xTitle: "Seconds a trial", of: (cost) => cost.seconds },
  { id: "compute", title: "Compute", xTitle: "FLOPs a trial, teacher's pass included", of: (cost) => cost.flopsStandalone },
  { id: "memory", title: "Memory", xTitle: "Peak bytes of a trial", of: (cost) => cost.peakBytes },
  { id: "tokens", title: "Tokens", xTitle: "Tokens trained on", of: (cost) => cost.tokens }
]

export interface PricedRow {
  readonly row: CellRow
  readonly cost: TrialCost
  readonly score: ScoreInterval
}

export const pricedRows = ({ cells, plan }: EvaluationView): ReadonlyArray<PricedRow> =>
  cells.flatMap((row) => {
    const score = row.scores[plan.primaryRule]
    return row.role !== "cell" || row.cost === null || score === null ? [] : [{ row, cost: row.cost, score }]
  })
