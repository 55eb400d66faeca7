/**
 * Works a plan off: takes the experiment's lease, finds out what is there already, executes the rest on slots and journals
 * every change. The journal and the store are all that is left behind; everything shown anywhere is drawn from them.
 */
import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { Deferred, Duration, Effect, Option } from "effect"
import { holdLease } from "../journal/lease.ts"
import { readJournal } from "../journal/reader.ts"
import type { Judged, Record } from "../journal/Record.ts"
import { foldJournal, type JournalState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import { openJournalWriter } from "../journal/writer.ts"
import type { Plan } from "../plan/make-plan.ts"
import type { Step } from "../plan/Step.ts"
import { executeStep, type SlotProgress } from "./attempt.ts"
import { findWork } from "./find-work.ts"
import { journalReuse } from "./journal-reuse.ts"
import { isDoneByOthers, stepsOfOthers } from "./known-steps.ts"
import { isBeside, schedule } from "./scheduler.ts"
import { openScratch } from "./scratch.ts"
import { sharedPermits } from "./shared-permits.ts"
import { makeWorkerSlot } from "./WorkerSlot.ts"

/** Where trials run: a share of the cores, or one GPU. */
export interface SlotPlace {
  readonly name: string
  readonly environment: { readonly [variable: string]: string }
}

export interface RunSettings {
  readonly journals: string
  readonly leases: string
  readonly scratch: string
  /** folder with the workers' built files */
  readonly built: string
  readonly version: string
  readonly slots: ReadonlyArray<SlotPlace>
  readonly retries: number
  /** Silence after which a worker counts as lost, at least: its longest predicted call may allow more. */
  readonly silenceSeconds: number
  readonly maxHours: number | null
  /** ids of the steps asked for: the plan's wanted steps, or a part of them */
  readonly wanted: ReadonlySet<string>
  readonly onRecord: (record: Record) => void
  readonly onProgress: (progress: SlotProgress) => void
  readonly onStart: (work: RunStart) => void
  /** What was looked at once the run has ended: journaled last, while the experiment is still held. */
  readonly looks: (state: JournalState) => ReadonlyArray<Judged>
}

export interface RunStart {
  readonly state: () => JournalState
  /** what has to be executed */
  readonly execute: ReadonlyArray<Step>
}

export interface RunResult {
  readonly state: JournalState
  readonly status: "finished" | "failed" | "out-of-time"
  /** message by step, for those that failed for good */
  readonly failed: ReadonlyMap<string, string>
  readonly gaveUp: string | null
}

/** What `plan` and `check` left when they were killed; those that still run are left alone. */
const clearDeadPlans = (store: Store): void => {
  for (const owner of store.owners()) {
    const pid = /^plan-(\d+)$/u.exec(owner)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) store.abandon(owner)
  }
}

const gigabyte = 2 ** 30

/**
 * Runs a plan until it is done, fails, is interrupted or is out of time.
 * Fails with `LeaseHeld` if another process runs the experiment.
 */
export const runPlan = Effect.fn("runPlan")(function*(plan: Plan, store: Store, settings: RunSettings) {
  const { experiment } = plan.recorded
  const folder = join(settings.journals, experiment)
  const lost = yield* Deferred.make<never, LeaseLost>()
  const lease = yield* holdLease(join(settings.leases, experiment), experiment,
    Effect.asVoid(Deferred.fail(lost, new LeaseLost(experiment))))
  const before = readJournal(folder)
  const fold = foldJournal(before.records)
  const take = (record: Record): void => {
    fold.add(record)
    settings.onRecord(record)
  }
  const others = stepsOfOthers(settings.journals, experiment)
  const isJournaled = (id: string) => fold.state().steps.get(id)?.status === "done" || isDoneByOthers(others, id)
  const found = yield* findWork(plan.steps, settings.wanted, store, isJournaled)
  const toExecute = new Set(found.execute.map(({ id }) => id))
  const planObject = store.putObject(JSON.stringify(plan.recorded))
  const isUnchanged = fold.state().planObject === planObject && fold.state().status === "finished" && toExecute.size === 0 &&
    settings.looks(fold.state()).length === 0
  if (isUnchanged) return { state: fold.state(), status: "finished", failed: new Map(), gaveUp: null } satisfies RunResult

  const writer = yield* Effect.acquireRelease(
    Effect.sync(() => openJournalWriter(folder, lease.epoch, lease.writer, take)), (opened) => Effect.sync(opened.close))
  writer.append({
    type: "epoch", experiment, epoch: lease.epoch, readUpTo: before.lastSequence,
    host: hostname(), pid: process.pid, leadspan: settings.version
  })
  writer.append({ type: "plan", planId: plan.id, object: planObject })
  journalReuse(plan.steps, fold.state, others, store, writer, toExecute)
  settings.onStart({ state: fold.state, execute: found.execute.map(({ step }) => step) })

  clearDeadPlans(store)
  const scratch = yield* openScratch(join(settings.scratch, experiment), lease.epoch)
  const slots = settings.slots.map((place) => makeWorkerSlot({
    ...place, built: settings.built, maxTasks: 64, maxResidentBytes: 6 * gigabyte, onSpawned: scratch.noteWorker
  }))
  yield* Effect.addFinalizer(() => Effect.all(slots.map(({ close }) => close), { concurrency: "unbounded" }).pipe(
    Effect.andThen(Effect.sync(scratch.clear))))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep("1 second"), Effect.sync(writer.commit))))

  const byId = new Map(plan.steps.map((step) => [step.id, step]))
  const context = {
    experiment, stepOf: (id: string) => byId.get(id), store, writer, retries: settings.retries, silenceSeconds: settings.silenceSeconds,
    onProgress: settings.onProgress, scratch: scratch.folder, permitsFor: sharedPermits(), noteServer: scratch.noteWorker,
    attemptsBefore: (step: string) => fold.state().steps.get(step)?.attempts ?? 0
  }
  const work = schedule(found.execute, slots.length, ({ step }, slot) =>
    executeStep(context, slots[slot] as (typeof slots)[number], step))
  const limited = settings.maxHours === null
    ? Effect.map(work, Option.some)
    : Effect.timeoutOption(work, Duration.hours(settings.maxHours))
  const result = yield* Effect.raceFirst(limited, Deferred.await(lost)).pipe(
    Effect.onInterrupt(() => Effect.sync(() => writer.append({ type: "ended", status: "interrupted" }))))
  const end = (status: "finished" | "failed" | "interrupted") => {
    writer.append({ type: "ended", status })
    for (const look of settings.looks(fold.state())) writer.append(look)
  }
  if (Option.isNone(result)) {
    end("interrupted")
    return { state: fold.state(), status: "out-of-time", failed: new Map(), gaveUp: null } satisfies RunResult
  }
  const { failed, gaveUp } = result.value
  const status = plan.steps.every((step) => !failed.has(step.id) || isBeside(step)) ? "finished" : "failed"
  end(status)
  return { state: fold.state(), status, failed, gaveUp } satisfies RunResult
}, Effect.scoped)

/** Another process took the experiment over, because this one seemed to be gone. */
export class LeaseLost extends Error {
  readonly _tag = "LeaseLost"
  constructor(experiment: string) {
    super(`another process has taken over experiment ${experiment}, since this one was not heard of for 30 s; nothing is lost, run again to go on`)
  }
}

