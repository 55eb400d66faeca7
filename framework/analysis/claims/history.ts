/** From the journal: which claims were declared before there was anything to see, which were dropped afterwards, and all looks. */
import { Option, Schema } from "effect"
import { PlannedCell, PlannedClaim, type RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { JournalState } from "../../journal/state.ts"
import { type ClaimHistory, noHistory } from "./ClaimHistory.ts"
import { hypothesisKey, termsOf } from "./hypotheses.ts"

/** What of a plan bears on claims. */
const ClaimingPlan = Schema.Struct({ claims: Schema.Array(PlannedClaim), cells: Schema.Array(PlannedCell) })
const decode = Schema.decodeUnknownOption(Schema.fromJsonString(ClaimingPlan))

interface Declared {
  readonly claim: string
  readonly cell: number
  readonly cellName: string
  readonly terms: string
  readonly trials: ReadonlySet<string>
  /** ids of the score steps that its results are in */
  readonly scores: ReadonlyArray<string>
}

const declaredIn = ({ cells, claims }: Pick<RecordedPlan, "cells" | "claims">): ReadonlyArray<Declared> =>
  claims.flatMap((claim) => claim.cells.flatMap((index) => {
    const cell = cells.find((one) => one.index === index)
    if (cell === undefined) return []
    const asked = claim.evaluations ?? [claim.evaluation]
    return [{
      claim: claim.name, cell: index, cellName: cell.name, terms: termsOf(claim),
      trials: new Set(cell.trials.map(({ id }) => id)),
      scores: cell.trials.flatMap((trial) => asked.flatMap((name) => trial.evaluations[name]?.score ?? []))
    }]
  }))

/** By the digest of the plan's object, whose contents never change: a run asks again and again. */
const remembered = new Map<string, ReadonlyArray<Declared>>()

const declaredBy = (object: string, getObject: (digest: string) => string | null): ReadonlyArray<Declared> => {
  const known = remembered.get(object)
  if (known !== undefined) return known
  const text = getObject(object)
  const plan = text === null ? null : Option.getOrNull(decode(text))
  const declared = plan === null ? [] : declaredIn(plan)
  remembered.set(object, declared)
  return declared
}

/** Cells that share a trial are the same cell, whatever their axes are called now; one of the same name stands in its place. */
const isSame = (a: Declared, b: Declared): boolean =>
  a.terms === b.terms && (a.cellName === b.cellName || [...a.trials].some((id) => b.trials.has(id)))

/**
 * A hypothesis was declared in time if a plan that holds it stands in the journal before the first result of its cell. Results
 * of the baseline alone do not count: tuning on full-length cells is allowed. What another experiment made was there before.
 */
export const claimHistory = (
  plan: RecordedPlan, state: JournalState, getObject: (digest: string) => string | null
): ClaimHistory => {
  if (state.plans.length === 0 || (plan.claims.length === 0 && state.judged.length === 0)) return { ...noHistory, looks: state.judged }
  const plans = state.plans.map(({ object, place }) => ({ place, declared: declaredBy(object, getObject) }))
  const now = declaredIn(plan)
  const everywhere = [...plans.flatMap(({ declared }) => declared), ...now]
  /** place of the first result of a hypothesis' cell, also by an older grader; Infinity: none yet */
  const firstResult = (one: Declared): number => Math.min(Infinity, ...everywhere
    .filter((other) => [...other.trials].some((id) => one.trials.has(id)))
    .flatMap(({ scores }) => scores.map((id) => state.steps.get(id)?.firstDone ?? Infinity)))
  const isLate = (one: Declared): boolean => {
    const first = plans.find(({ declared }) => declared.some((other) => isSame(other, one)))
    // a plan that is not in the journal yet comes after all that is
    return firstResult(one) < (first?.place ?? Infinity)
  }
  const withdrawn = new Map<string, { readonly claim: string; readonly cellName: string }>()
  for (const [index, { declared }] of plans.entries()) {
    for (const one of declared) {
      const dropped = plans.slice(index + 1).find((later) => !later.declared.some((other) => isSame(other, one)))
      const isGone = dropped !== undefined && !now.some((other) => isSame(other, one))
      if (isGone && firstResult(one) < dropped.place && !isLate(one)) {
        withdrawn.set(`${one.terms} ${one.cellName}`, { claim: one.claim, cellName: one.cellName })
      }
    }
  }
  return {
    declaredAfter: new Set(now.filter(isLate).map(({ cell, claim }) => hypothesisKey(claim, cell))),
    looks: state.judged,
    withdrawn: [...withdrawn.values()]
  }
}
