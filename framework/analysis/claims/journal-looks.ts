/** The looks that this judging has taken, as records of the journal. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { Judged } from "../../journal/Record.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { hypothesesOf } from "./hypotheses.ts"
import type { JudgedClaim } from "./JudgedClaim.ts"

/** New ones only: data that were judged before are no new look, and two names of one comparison are one. */
export const newLooks = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, all: ReadonlyArray<JudgedClaim>
): ReadonlyArray<Judged> => {
  const hypotheses = hypothesesOf(plan)
  const known = new Set(outcomes.claims.looks.map(({ data, terms }) => `${terms} ${data}`))
  return all.flatMap((judged): ReadonlyArray<Judged> => {
    const hypothesis = hypotheses.find(({ cell, claim }) => claim.name === judged.claim && cell.index === judged.cell)
    if (hypothesis === undefined || judged.look === null || judged.data === null) return []
    const key = `${hypothesis.terms} ${judged.data}`
    if (known.has(key)) return []
    known.add(key)
    return [{
      type: "judged", claim: judged.claim, cell: judged.cellName, baseline: judged.baselineName, terms: hypothesis.terms,
      trials: hypothesis.cell.trials.map(({ id }) => id), baselineTrials: hypothesis.baseline?.trials.map(({ id }) => id) ?? [], data: judged.data, seeds: judged.seeds, items: judged.items,
      share: judged.look.share, alpha: judged.look.alpha, verdict: judged.verdict.kind
    }]
  })
}
