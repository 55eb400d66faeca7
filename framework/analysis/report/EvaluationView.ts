/** What every section of a report draws from, for one evaluation. */
import type { PlannedEvaluation, RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { Band } from "../claims/bands.ts"
import type { Curve } from "../curves.ts"
import type { DifferenceRow } from "../differences.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import type { Judgements } from "../Judgements.ts"
import type { CellRow, ModelRow, TidyTables } from "../tidy.ts"
import { type Series, seriesOf } from "./figures/series.ts"

export interface EvaluationView {
  readonly plan: RecordedPlan
  readonly outcomes: ExperimentOutcomes
  readonly evaluation: PlannedEvaluation
  readonly cells: ReadonlyArray<CellRow>
  readonly models: ReadonlyArray<ModelRow>
  /** of cells, not of controls */
  readonly curves: ReadonlyArray<Curve>
  readonly bands: ReadonlyArray<Band>
  readonly differences: ReadonlyArray<DifferenceRow>
  readonly series: ReadonlyArray<Series>
  /** the baseline that curves are drawn against */
  readonly against: "matched" | "reference"
  /** prefix of ids on the page */
  readonly id: string
}

/** A cell on its varying axes in a few words, "cot, 25 %"; its full name where nothing varies. */
export const shortName = (row: CellRow): string => {
  const words = [row.curve, row.ratio === null ? "" : `${percentOf(row.ratio)} %`].filter((word) => word !== "")
  return `${row.status === "alias" ? "= " : ""}${words.length === 0 ? row.name : words.join(", ")}`
}

/** 0.29 -> 29: the decimal as written, free of binary rounding. */
export const percentOf = (ratio: number): number => Number((ratio * 100).toPrecision(12))

export const evaluationViews = (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables,
  { bands, curves, differences }: Judgements
): ReadonlyArray<EvaluationView> => {
  const all = curves.filter(({ role }) => role === "cell")
  const series = seriesOf(all)
  return plan.evaluations.map((evaluation, place) => ({
    plan, outcomes, evaluation, series, bands, differences,
    cells: tables.cells.filter((row) => row.evaluation === evaluation.name),
    models: tables.models.filter((row) => row.evaluation === evaluation.name),
    curves: all.filter((curve) => curve.evaluation === evaluation.name),
    against: all[0]?.against ?? "matched",
    id: `e${place}`
  }))
}
