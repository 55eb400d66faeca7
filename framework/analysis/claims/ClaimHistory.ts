/** What the journal tells of claims: when each was declared, and how often it has been judged. */
import type { Judged } from "../../journal/Record.ts"

/** One judging on new data, as the journal keeps it. */
export type RecordedLook = Pick<Judged, "terms" | "trials" | "baseline" | "baselineTrials" | "data" | "share" | "alpha" | "verdict">

export interface ClaimHistory {
  /** hypotheses, as `hypothesisKey` names them, that entered the plan when results of their cells existed */
  readonly declaredAfter: ReadonlySet<string>
  /** in the order in which they were taken */
  readonly looks: ReadonlyArray<RecordedLook>
  /** hypotheses of earlier plans that were dropped after results of their cells existed: they still count in the family */
  readonly withdrawn: ReadonlyArray<{ readonly claim: string; readonly cellName: string }>
}

export const noHistory: ClaimHistory = { declaredAfter: new Set(), looks: [], withdrawn: [] }
