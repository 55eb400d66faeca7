/** What the journal tells of claims: when each was declared, and how often it has been judged. */

/** One judging on new data, as the journal keeps it. */
export interface RecordedLook {
  /** digest of the terms: threshold, baseline, rule, evaluations, tier, assumed retention, declared looks */
  readonly terms: string
  /** ids of the train steps of its cell */
  readonly trials: ReadonlyArray<string>
  readonly data: string
  readonly share: number
  readonly alpha: number
  readonly verdict: string
}

export interface ClaimHistory {
  /** hypotheses, as `hypothesisKey` names them, that entered the plan when results of their cells existed */
  readonly declaredAfter: ReadonlySet<string>
  /** in the order in which they were taken */
  readonly looks: ReadonlyArray<RecordedLook>
  /** hypotheses of earlier plans that were dropped after results of their cells existed: they still count in the family */
  readonly withdrawn: ReadonlyArray<{ readonly claim: string; readonly cellName: string }>
}

export const noHistory: ClaimHistory = { declaredAfter: new Set(), looks: [], withdrawn: [] }
