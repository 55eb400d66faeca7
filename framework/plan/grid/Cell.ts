/** The points of a grid. A cell has no seed yet: cell and seed make a trial. */
import type { AxisValue } from "../../spec/axes.ts"
import type { CellSettings } from "../../spec/ExperimentSpec.ts"
import type { Json } from "../../spec/Json.ts"
import type { SpendingRule } from "../../statistics/alpha-spending.ts"
import type { ScoringRule } from "../../spec/schema/Evaluation.ts"

export interface CellBaselines {
  /** index of the cell; null where the spec declares none, or a control has none */
  readonly matched: number | null
  readonly reference: number | null
}

export interface Cell {
  readonly index: number
  /** short and readable, e.g. "ratio=0.5 supervise=cot+answer" */
  readonly name: string
  /** this cell's value on every axis of the spec, null where a field is not there */
  readonly axes: Readonly<Record<string, Json>>
  /** by the axis' path: the words that name it, of the axes that its block varies, of its ratio and segments */
  readonly words: Readonly<Record<string, string>>
  readonly role: "cell" | "control"
  /** index of the block that made it */
  readonly block: number
  /** everything that bears on the cell; equal sections are one object */
  readonly settings: CellSettings
  /** index of the cell whose selector's control it is: as many targets of the same weights, placed at random; null for all others */
  readonly twinOf: number | null
  /** what its block set, for locating problems */
  readonly values: ReadonlyArray<AxisValue>
  readonly baselines: CellBaselines
}

export interface GridAxis {
  readonly path: string
  /** shortest end of the path that no other axis shares: "ratio" */
  readonly name: string
  /** distinct values that the grid's blocks list, in the order of the file */
  readonly values: ReadonlyArray<Json>
}

export interface ResolvedClaim {
  readonly name: string
  /** retention >= threshold */
  readonly threshold: number
  readonly against: "matched" | "reference"
  readonly rule: ScoringRule
  /** names of several, whose items are pooled, joined by "+" */
  readonly evaluation: string
  readonly evaluations?: ReadonlyArray<string>
  readonly assume: number
  readonly tier?: string
  readonly looks?: { readonly shares: ReadonlyArray<number>; readonly spending: SpendingRule }
  /** indices of the cells it is about: each is a hypothesis */
  readonly cells: ReadonlyArray<number>
}

export interface Grid {
  readonly cells: ReadonlyArray<Cell>
  readonly axes: ReadonlyArray<GridAxis>
  readonly claims: ReadonlyArray<ResolvedClaim>
  /** points before conditions and duplicates were taken out */
  readonly numPoints: number
  /** points that `exclude`, `only` and `when` took out */
  readonly numLeftOut: number
  /** points equal to an earlier cell in every setting of every axis */
  readonly duplicates: ReadonlyArray<{ readonly block: number; readonly sameAs: number }>
}
