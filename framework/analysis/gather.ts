/** From the journal and the store to outcomes: the one place where analysis reads what a run has left behind. */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { type RecordedPlan, ScoreLine } from "../journal/RecordedPlan.ts"
import type { JournalState, StepState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import { claimHistory } from "./claims/history.ts"
import { readAdvice } from "./DataAdvice.ts"
import { textReader } from "./texts.ts"
import type { Cost, DataOutcome, ExperimentOutcomes, TrialOutcome } from "./ExperimentOutcomes.ts"

const decodeLine = Schema.decodeUnknownSync(ScoreLine)
const isLine = Schema.is(ScoreLine)

/** A run asks again and again, and a step's output does not change: read once for each time and size of its file. */
const read = new WeakMap<Store, Map<string, { readonly stamp: string; readonly lines: ReadonlyArray<ScoreLine> }>>()

/** Verdicts of a score step, or null where it has not been done. */
export const readScores = (store: Store, step: string): ReadonlyArray<ScoreLine> | null => {
  const file = join(store.path(step), "scores.jsonl")
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return null
  const stamp = `${stat.mtimeMs} ${stat.size}`
  const known = read.get(store) ?? new Map<string, { readonly stamp: string; readonly lines: ReadonlyArray<ScoreLine> }>()
  read.set(store, known)
  const before = known.get(step)
  if (before?.stamp === stamp) return before.lines
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "").map((line): ScoreLine => {
    const value: unknown = JSON.parse(line)
    // decoding would take its time over millions of lines that are as they should be
    const { extracted: _, ...kept } = isLine(value) ? value : decodeLine(value)
    // what was read stands in the texts, too, and would take most of the memory
    return kept
  })
  known.set(step, { stamp, lines })
  return lines
}

/** The last journaled value of each metric that begins with `prefix`. */
export const lastMetrics = (state: StepState | undefined, prefix: string): Readonly<Record<string, number>> => {
  const last = new Map<string, { readonly step: number; readonly value: number }>()
  for (const { key, step, value } of state?.metrics.values() ?? []) {
    if (key.startsWith(prefix) && step >= (last.get(key)?.step ?? -1)) last.set(key, { step, value })
  }
  return Object.fromEntries([...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { value }]) => [key, value]))
}

const trialOutcome = (state: StepState | undefined): TrialOutcome => {
  if (state === undefined) return { status: "waiting", failure: null, attempts: 0, reusedFrom: null, cost: null, heldout: {} }
  const isReused = state.reusedFrom !== null && state.reusedFrom !== "adopted"
  return {
    status: state.status === "done" ? (isReused ? "reused" : "done") : state.status === "interrupted" ? "waiting" : state.status,
    failure: state.failure,
    attempts: state.attempts,
    reusedFrom: isReused ? state.reusedFrom : null,
    cost: state.cost,
    heldout: lastMetrics(state, "heldout/")
  }
}

/** Costs of those steps that are done, by id. */
const costsOf = (steps: ReadonlyArray<string>, state: JournalState): ReadonlyMap<string, Cost> =>
  new Map(steps.flatMap((step) => {
    const cost = state.steps.get(step)?.cost ?? null
    return cost === null ? [] : [[step, cost] as const]
  }))

const dataOutcomes = (plan: RecordedPlan, state: JournalState, store: Store): ReadonlyArray<DataOutcome> =>
  (plan.adviceSteps ?? []).map(({ name, step }) => {
    const known = state.steps.get(step)
    return { name, kept: known?.status === "done" ? readAdvice(store.path(step)) : null, failure: known?.failure?.message ?? null }
  })

export interface GatherContext {
  readonly versions: Readonly<Record<string, string>>
  readonly commands: ReadonlyArray<string>
}

/** What came out of an experiment so far. */
export const gatherOutcomes = (
  plan: RecordedPlan, state: JournalState, store: Store, context: GatherContext
): ExperimentOutcomes => {
  const scoreSteps = new Set([
    ...plan.cells.flatMap(({ trials }) => trials.flatMap(({ evaluations }) => Object.values(evaluations).map(({ score }) => score))),
    ...Object.values(plan.baseStudent ?? {}), ...Object.values(plan.teacher ?? {})
  ])
  const scores = new Map<string, ReadonlyArray<ScoreLine>>()
  for (const step of scoreSteps) {
    const lines = state.steps.get(step)?.status === "done" ? readScores(store, step) : null
    if (lines !== null) scores.set(step, lines)
  }
  const trialIds = new Set(plan.cells.flatMap(({ trials }) => trials.map(({ id }) => id)))
  const machines = new Map<string, ExperimentOutcomes["machines"][number]>()
  for (const { device } of state.steps.values()) if (device !== null) machines.set(JSON.stringify(device), device)
  return {
    scores,
    trials: new Map([...trialIds].map((id) => [id, trialOutcome(state.steps.get(id))])),
    teacherPasses: costsOf(plan.teachSteps, state),
    measurePasses: costsOf(plan.steps.flatMap(({ id, kind }) => kind === "measure" ? [id] : []), state),
    data: dataOutcomes(plan, state, store),
    claims: claimHistory(plan, state, store.getObject),
    machines: [...machines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, device]) => device),
    versions: context.versions,
    commands: context.commands,
    texts: textReader(store)
  }
}
