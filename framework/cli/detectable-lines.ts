/** What a plan can find, with its assumptions, before anything runs; after a pilot, with what the pilot measured. */
import { Effect } from "effect"
import { type Asked, type Detectable, detectable } from "../analysis/claims/detectable.ts"
import { type Pilot, pilotOf } from "../analysis/claims/pilot.ts"
import type { ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { percent } from "../analysis/format.ts"
import { gatherOutcomes } from "../analysis/gather.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { JournalState } from "../journal/state.ts"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { openExperiment } from "./Experiment.ts"
import type { Session } from "./session.ts"

export interface WhatPlanDetects {
  readonly rows: ReadonlyArray<Detectable>
  readonly assumptions: ExperimentSpec["power"]
  /** experiment whose results were used; null where there were none */
  readonly pilot: string | null
}

const context = { versions: {}, commands: [] }

/** In the pilot every comparison counts: the same evaluation if it has it, else the one of the same benchmark, else its first. */
const fromOther = (plan: RecordedPlan, pilot: RecordedPlan, outcomes: ExperimentOutcomes) => ({ against, question, threshold }: Asked): Pilot | null => {
  const benchmark = plan.evaluations.find(({ name }) => name === question.evaluations[0])?.benchmark
  const evaluation = pilot.evaluations.find(({ name }) => name === question.evaluations[0]) ??
    pilot.evaluations.find((one) => one.benchmark === benchmark) ?? pilot.evaluations[0]
  if (evaluation === undefined) return null
  return pilotOf(pilot, outcomes, pilot.cells.filter(({ status }) => status === "distinct"), against,
    { evaluations: [evaluation.name], rule: question.rule, tier: null }, threshold)
}

/**
 * A pilot that the spec names comes first; else what this experiment itself has already; else assumptions. Fails with
 * `UnknownExperiment` where the named one has not been run.
 */
export const whatPlanDetects = Effect.fnUntraced(function*(
  session: Session, plan: RecordedPlan, power: ExperimentSpec["power"], own: JournalState
) {
  if (power.pilot !== null) {
    const ran = yield* openExperiment(session, power.pilot)
    const outcomes = gatherOutcomes(ran.plan, ran.state, session.store, context)
    return { rows: detectable(plan, power, fromOther(plan, ran.plan, outcomes)), assumptions: power, pilot: ran.name } satisfies WhatPlanDetects
  }
  const outcomes = gatherOutcomes(plan, own, session.store, context)
  const rows = detectable(plan, power, ({ against, cells, question, threshold }) =>
    pilotOf(plan, outcomes, plan.cells.filter(({ index }) => cells.includes(index)), against, question, threshold))
  return { rows, assumptions: power, pilot: rows.some(({ from }) => from !== "assumed") ? plan.experiment : null } satisfies WhatPlanDetects
})

const rounded = (value: number): string => (Number.isFinite(value) ? value.toFixed(3).replace(/0$/u, "") : "any")

const claimRow = (row: Detectable): string => {
  const found = row.threshold + row.effectInRetention
  const lost = row.threshold - row.effectInRetention
  const possible = found * row.baseline <= 1 ? `a true retention of ${rounded(found)} or more would be found` : "no true retention would be found: it would take scores above 100 %"
  const refuted = lost > 0 ? `, of ${rounded(lost)} or less refuted` : ""
  const needed = row.itemsNeeded === "not reachable"
    ? "not reachable by items alone"
    : `${row.itemsNeeded} items would do`
  const atAssumed = row.power === null ? `no verdict: ${row.seeds} of the 3 seeds it needs` : `power ${percent(row.power, 0)} at ${row.assume}, ${needed}`
  return `  ${row.claim} >= ${row.threshold}: ${possible}${refuted}; ${atAssumed}`
}

const plainRow = (row: Detectable): string =>
  `  ${row.evaluation}, cell against its ${row.against} baseline: a difference of ${(100 * row.effect).toFixed(1)} points (${rounded(row.effectInRetention)} of retention) would be found`

const pilotLine = (pilot: string, rows: ReadonlyArray<Detectable>): string => {
  const measured = rows.find(({ from }) => from !== "assumed")
  if (measured === undefined) return `  the pilot ${pilot} tells nothing of this: none of its cells is scored beside a baseline of this kind`
  const { components, baseline } = measured
  const sd = (variance: number) => rounded(Math.sqrt(variance))
  return `  measured in ${pilot}: baseline ${percent(baseline)}, SD of items ${sd(components.item)}, of seeds ${sd(components.seed)}, of the rest ${sd(components.residual)}, in score` +
    (rows.some(({ from }) => from === "pilot, seeds assumed") ? "; seeds are assumed, since the pilot has one" : "")
}

/** Empty where nothing is compared with anything. */
export const detectableLines = ({ assumptions, pilot, rows }: WhatPlanDetects): ReadonlyArray<string> => {
  const [first] = rows
  if (first === undefined) return []
  const hypotheses = rows.reduce((sum, row) => sum + row.hypotheses, 0)
  const holm = first.claim === null ? "" : `, the first of Holm's steps over ${hypotheses} hypothes${hypotheses === 1 ? "is" : "es"}`
  const seeds = new Set(rows.map((row) => row.seeds))
  return [
    `detectable with 80 % power at one-sided alpha ${Number(first.alpha.toPrecision(2))}${holm}, ${[...new Set(rows.map(({ items }) => items))].join(" or ")} items x ${[...seeds].join(" or ")} seeds:`,
    ...rows.map((row) => (row.claim === null ? plainRow(row) : claimRow(row))),
    ...(rows.some(({ from }) => from === "assumed")
      ? [`  assumed: baseline ${percent(assumptions.baseline, 0)}, item correlation ${assumptions.correlation}, seed SD ${assumptions.seedSd} logits, all spread between items their own (docs/claims.md); state yours in \`power\`, or run a pilot`]
      : []),
    ...(pilot === null ? [] : [pilotLine(pilot, rows)])
  ]
}
