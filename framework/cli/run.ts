/** `leadspan run FILE`: load, plan, run, track, report. */
import { join, relative } from "node:path"
import { Effect, Option } from "effect"
import { newLooks } from "../analysis/claims/journal-looks.ts"
import { judge } from "../analysis/claims/judge.ts"
import type { ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { gatherOutcomes } from "../analysis/gather.ts"
import { resultsTable } from "../analysis/table.ts"
import { refuseIfHeld } from "../journal/lease.ts"
import { readJournal } from "../journal/reader.ts"
import { foldJournal, type JournalState } from "../journal/state.ts"
import type { Plan } from "../plan/make-plan.ts"
import { recordedOrFresh } from "../plan/same-plan.ts"
import { runPlan, type RunResult } from "../runner/run-plan.ts"
import { boundVariant, setUp } from "../setup/install.ts"
import { version } from "../setup/version.ts"
import { load } from "../spec/load.ts"
import { alreadySent } from "../tracking/Tracker.ts"
import { recordedPlan } from "./Experiment.ts"
import { refuseWithoutClaims, requireMet } from "./require-claims.ts"
import { exitCodes, exitWith } from "./failures.ts"
import { liveTracking, type TrackingEnd } from "./live-tracking.ts"
import { makeProgress } from "./progress.ts"
import { UnknownSelection, wantedSteps } from "./select-cells.ts"
import { openSession, type Session } from "./session.ts"
import { refuseMissingGpus, slotsFor } from "./slots.ts"
import { bold, duration, isTerminal, note, print } from "./terminal.ts"
import { trackedState } from "./tracked-state.ts"
import { namedServer } from "./tracking-server.ts"
import { keepUi } from "./ui.ts"
import { versions } from "./versions.ts"
import { writeReport } from "./write-report.ts"

interface Given {
  readonly file: string
  readonly set: ReadonlyArray<string>
  readonly maxHours: Option.Option<number>
  readonly only: Option.Option<string>
  readonly setup: boolean
  readonly ui: boolean
  readonly requireClaims: boolean
}

/** How long the end of a run waits for MLflow to have everything. */
const drainSeconds = 90

/** And how long after Ctrl-C, so that no run there seems to go on. */
const interruptedDrainSeconds = 5

/** Least silence after which a worker counts as lost. */
const silenceSeconds = 30

const prepareMachine = Effect.fnUntraced(function*(session: Session, asked: boolean) {
  if (!asked) return
  yield* setUp(session.project, boundVariant(session.project) ?? "cpu", (line) => note(`· ${line}`))
})

/** What came out: gathered once for each end of a run, since it reads every score. Looks that are journaled after it change no verdict. */
const outcomesOf = (session: Session, plan: Plan) => {
  let last: { readonly end: string; readonly outcomes: ExperimentOutcomes } | null = null
  return (state: JournalState): ExperimentOutcomes => {
    const end = [state.epoch, state.status, state.endedAt].join()
    if (last?.end !== end) {
      last = {
        end,
        outcomes: gatherOutcomes(plan.recorded, state, session.store, { versions: versions(), commands: [`npx leadspan run ${plan.recorded.specFile}`] })
      }
    }
    return last.outcomes
  }
}

/** Everything that follows from the journal alone: report, table, verdicts. */
const conclude = Effect.fnUntraced(function*(session: Session, plan: Plan, state: JournalState, outcomes: ExperimentOutcomes) {
  const report = yield* writeReport(plan.recorded, outcomes, state, join(session.project.reports, plan.recorded.experiment))
  return { table: resultsTable(plan.recorded, outcomes), report, judged: judge(plan.recorded, outcomes) }
})

const tell = (session: Session, plan: Plan, given: Given, result: RunResult, shown: { readonly table: string; readonly report: string }, tracking: TrackingEnd | null) => {
  const { experiment } = plan.recorded
  print("")
  print(shown.table)
  print("")
  if (result.gaveUp !== null) print(`stopped early: ${result.gaveUp}`)
  for (const [step, message] of [...result.failed].slice(0, 10)) {
    print(`failed: ${plan.steps.find(({ id }) => id === step)?.label ?? step}: ${message}`)
  }
  if (result.status === "out-of-time") print(`stopped after --max-hours; to go on: npx leadspan run ${given.file}`)
  print(`${bold("report")}  ${relative(process.cwd(), shown.report)}`)
  if (tracking === null) {
    print(`${bold("MLflow")}  has everything; to look at it: npx leadspan ui ${experiment}`)
  } else if (tracking.problem !== null) {
    print(`${bold("MLflow")}  ${tracking.problem}; to send the rest: npx leadspan sync ${experiment}`)
  } else if (tracking.link !== null) {
    print(`${bold("MLflow")}  ${tracking.link}`)
    if (!(given.ui && isTerminal())) print(`        to look at it any time: npx leadspan ui ${experiment}`)
  }
}

const hoursOf = (given: Option.Option<number>): Effect.Effect<number | null, UnknownSelection> => {
  const hours = Option.getOrNull(given)
  return hours === null || hours > 0
    ? Effect.succeed(hours)
    : Effect.fail(new UnknownSelection({ message: `--max-hours ${hours}: expected a number above 0, e.g. --max-hours 7.5` }))
}

const nothingToDo = (state: JournalState, wanted: ReadonlySet<string>): boolean =>
  state.status === "finished" && [...wanted].every((id) => state.steps.get(id)?.status === "done")

export const run = Effect.fnUntraced(function*(given: Given) {
  const session = yield* openSession()
  const { project, store } = session
  const started = Date.now()
  const maxHours = yield* hoursOf(given.maxHours)
  const loaded = yield* load(given.file, given.set)
  const { experiment } = loaded.spec
  yield* refuseIfHeld(join(project.leases, experiment), experiment)
  yield* prepareMachine(session, given.setup)
  yield* refuseMissingGpus(loaded, project)
  const fresh = yield* session.planOf(loaded)
  const before = foldJournal(readJournal(join(project.journals, experiment)).records).state()
  const plan: Plan = { ...fresh, recorded: recordedOrFresh(recordedPlan(store, before), fresh.recorded) }
  if (given.requireClaims) yield* refuseWithoutClaims(plan.recorded)
  const wanted = yield* wantedSteps(plan, Option.getOrNull(given.only))
  const named = yield* namedServer(loaded.spec.tracking)
  const settings = { experimentName: loaded.spec.tracking.experimentName }

  let current: () => JournalState = () => before
  const progress = makeProgress(plan.recorded)
  const gathered = outcomesOf(session, plan)
  const isDone = nothingToDo(before, wanted)
  // The report is part of what is sent, so it is written before anybody asks whether all has been.
  const known = isDone ? yield* conclude(session, plan, before, gathered(before)) : null
  const isAllSent = isDone && alreadySent(project.root, named?.uri ?? null, trackedState(project, plan.recorded, before, store, settings)) !== null
  const tracking = isAllSent ? null : yield* liveTracking(session, plan.recorded, loaded.spec.tracking, () => current())

  const slots = slotsFor(plan)
  const cells = plan.recorded.cells.filter(({ status }) => status === "distinct").length
  print(`${bold(experiment)}  ${plan.recorded.cells.length} cells, ${cells} distinct, ${plan.recorded.seeds.length} seeds, ${slots.length} slots`)
  const result = yield* runPlan(plan, store, {
    journals: project.journals, leases: project.leases, scratch: join(project.state, "scratch"), built: join(project.package, "dist"),
    version, slots, retries: loaded.spec.resources.retries, silenceSeconds, maxHours, wanted,
    onRecord: () => {
      progress.onChange()
      tracking?.poke()
    },
    onProgress: progress.onProgress,
    looks: (state) => {
      if (plan.recorded.claims.length === 0) return []
      const outcomes = gathered(state)
      return newLooks(plan.recorded, outcomes, judge(plan.recorded, outcomes))
    },
    onStart: ({ execute, state }) => {
      current = state
      progress.start(execute, state)
      print(execute.length === 0 ? "nothing to run: all is done" : `${execute.length} steps to run`)
    }
  }).pipe(
    Effect.ensuring(Effect.sync(progress.stop)),
    Effect.onInterrupt(() => Effect.gen(function*() {
      note(`stopped; what is done is kept, to go on: npx leadspan run ${given.file}`)
      if (tracking !== null) yield* tracking.finish(interruptedDrainSeconds)
    })))
  current = () => result.state

  const shown = known ?? (yield* conclude(session, plan, result.state, gathered(result.state)))
  const end = tracking === null ? null : yield* tracking.finish(drainSeconds)
  tell(session, plan, given, result, shown, end)
  print(`done in ${duration((Date.now() - started) / 1000)}`)
  if (given.requireClaims) yield* requireMet(shown.judged)
  if (result.status === "failed") yield* exitWith(exitCodes.failed)
  if (result.status === "out-of-time") yield* exitWith(exitCodes.interrupted)
  yield* keepUi(session, experiment, { isAsked: given.ui, named })
}, Effect.scoped)
