/** Which look at a claim this is, and what of alpha it may spend. */
import { alphaSpending } from "../../statistics/alpha-spending.ts"
import { defaultAlpha } from "../../statistics/verdict.ts"
import type { ClaimHistory, RecordedLook } from "./ClaimHistory.ts"
import type { Hypothesis } from "./hypotheses.ts"

export interface Look {
  /** times the claim has been judged on new data, this one included */
  readonly taken: number
  /** looks declared beforehand; null: none were */
  readonly declared: number | null
  readonly share: number
  /** one-sided, of this look, before it is shared among claims */
  readonly alpha: number
}

export type Due =
  | { readonly kind: "due"; readonly look: Look }
  /** `next`: share of the planned seeds at which it is judged */
  | { readonly kind: "early"; readonly next: number; readonly taken: ReadonlyArray<RecordedLook> }

/** The decimal as written may be a hair above what a division gives. */
const reaches = (share: number, declared: number): boolean => share >= declared - 1e-9

const numDeclared = ({ claim }: Hypothesis): number | null => claim.looks?.shares.length ?? null

/** Looks at the hypothesis that were taken before, whatever it was called then: the same terms, trials and trials of the baseline. */
export const looksAt = ({ baseline, cell, terms }: Hypothesis, { looks }: ClaimHistory): ReadonlyArray<RecordedLook> => {
  const [own, others] = [cell, baseline].map((one) => new Set(one?.trials.map(({ id }) => id)))
  return looks.filter((look) => look.terms === terms && look.trials.some((id) => own!.has(id)) &&
    (look.baselineTrials === undefined ? look.baseline === baseline?.name : look.baselineTrials.some((id) => others!.has(id))))
}

/**
 * Without declared looks a claim is judged once all its planned seeds are there, at the whole alpha; whoever then adds seeds or
 * items takes a further look, and the verdict says so. With declared ones it is judged when a declared share is reached, at
 * what the spending function has added since the last look; a look beyond the last declared one spends what is not there, and
 * is labelled.
 * @param share of the planned seeds that are scored (or failed for good), 0 to 1
 * @param data digest of what would be judged: data that were judged before are that look, not a new one
 */
export const lookDue = (hypothesis: Hypothesis, history: ClaimHistory, share: number, data: string): Due => {
  const before = looksAt(hypothesis, history)
  const declared = numDeclared(hypothesis)
  const known = before.findIndex((look) => look.data === data)
  if (known >= 0) {
    const look = before[known]!
    return { kind: "due", look: { taken: known + 1, declared, share: look.share, alpha: look.alpha } }
  }
  const further = { taken: before.length + 1, declared, share, alpha: defaultAlpha }
  const plan = hypothesis.claim.looks
  if (plan === undefined) return reaches(share, 1) ? { kind: "due", look: further } : { kind: "early", next: 1, taken: before }
  const done = Math.max(0, ...before.map((look) => look.share))
  const reached = plan.shares.filter((one) => reaches(share, one)).length
  const used = plan.shares.filter((one) => reaches(done, one)).length
  if (reached > used) {
    const spent = before.reduce((sum, look) => sum + look.alpha, 0)
    const allowed = alphaSpending(plan.shares, defaultAlpha, plan.spending).slice(0, reached).reduce((sum, part) => sum + part, 0)
    return { kind: "due", look: { ...further, alpha: Math.max(0, allowed - spent) } }
  }
  // every declared look is taken: one more is judged, and labelled
  return used === plan.shares.length && reaches(share, 1)
    ? { kind: "due", look: further }
    : { kind: "early", next: plan.shares[reached] ?? 1, taken: before }
}

/** Whether a look is one more than was declared (or than the one that needs no declaration). */
export const isBeyondDeclared = ({ declared, taken }: { readonly taken: number; readonly declared: number | null }): boolean =>
  taken > (declared ?? 1)
