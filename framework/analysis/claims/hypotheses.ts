/** From the claims of a plan to hypotheses: one claim at one cell, against one baseline. */
import { createHash } from "node:crypto"
import type { PlannedCell, PlannedClaim, RecordedPlan } from "../../journal/RecordedPlan.ts"
import { answersOf } from "../paired.ts"
import { type Question, questionOf } from "../question.ts"

export interface Hypothesis {
  readonly claim: PlannedClaim
  readonly cell: PlannedCell
  readonly baseline: PlannedCell
  readonly question: Question
  /** digest of all that is claimed, but the name and the cells */
  readonly terms: string
}

/** Names a hypothesis within its plan. */
export const hypothesisKey = (claim: string, cell: number): string => `${claim} ${cell}`

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32)

/**
 * Digest of what a claim says, whatever its name and its cells: a changed threshold makes another claim, a new name does not.
 */
export const termsOf = (claim: PlannedClaim): string =>
  digest([claim.threshold, claim.against, claim.rule, claim.evaluations ?? [claim.evaluation], claim.tier ?? null, claim.assume,
    claim.looks === undefined ? null : [claim.looks.shares, claim.looks.spending]])

/** What is compared: two names of one comparison have one key, and count once. */
export const comparedKey = ({ baseline, cell, claim }: Hypothesis): string =>
  digest([cell.trials.map(answersOf), baseline.trials.map(answersOf), claim.threshold, claim.rule,
    claim.evaluations ?? [claim.evaluation], claim.tier ?? null, claim.looks === undefined ? null : [claim.looks.shares, claim.looks.spending]])

export const hypothesesOf = (plan: RecordedPlan): ReadonlyArray<Hypothesis> =>
  plan.claims.flatMap((claim) => claim.cells.flatMap((index) => {
    const cell = plan.cells.find((one) => one.index === index)
    const baseline = plan.cells.find((one) => one.index === cell?.baselines[claim.against])
    if (cell === undefined || baseline === undefined) return []
    return [{ claim, cell, baseline, question: questionOf(claim), terms: termsOf(claim) }]
  }))
