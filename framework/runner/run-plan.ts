/**
 * Works a plan off: takes the experiment's lease, finds out what is there already, executes the rest on slots and journals
 * every change. The journal and the store are all that is left behind; everything shown anywhere is drawn from them.
 */
import { mkdirSync, rmSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { Deferred, Duration, Effect, Exit, Option } from "effect"
import { holdLease } from "../journal/lease.ts"
import { readJournal } from "../journal/reader.ts"
import type { Record } from "../journal/Record.ts"
import { foldJournal, type JournalState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import { type JournalWriter, openJournalWriter } from "../journal/writer.ts"
import type { Plan } from "../plan/make-plan.ts"
import type { Step } from "../plan/Step.ts"
import { executeStep, type SlotProgress } from "./attempt.ts"
import { demand } from "./demand.ts"
import { stepsOfOthers } from "./known-steps.ts"
import { schedule } from "./scheduler.ts"
import { makeWorkerSlot } from "./WorkerSlot.ts"

export interface RunSettings {
  readonly journals: string
  readonly leases: string
  readonly scratch: string
  /** folder with the workers' built files */
  readonly built: string
  readonly version: string
  readonly numSlots: number
  readonly retries: number
  readonly maxHours: number | null
  /** ids of the steps asked for: the plan's wanted steps, or a part of them */
  readonly wanted: ReadonlySet<string>
  readonly onRecord: (record: Record) => void
  readonly onProgress: (progress: SlotProgress) => void
  readonly onStart: (work: RunStart) => void
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

const asDemand = (steps: ReadonlyArray<Step>) => steps.map((step) => ({ ...step, inputs: Object.values(step.inputs), step }))

/** Finds out what has to run; outputs that will be read are checked byte by byte, and made again if they are damaged. */
const findWork = Effect.fnUntraced(function*(
  plan: Plan, wanted: ReadonlySet<string>, store: Store, isJournaled: (id: string) => boolean
) {
  const steps = asDemand(plan.steps)
  const verified = new Set<string>()
  for (;;) {
    const hasOutput = (id: string) => store.digest(id) !== null
    const found = demand(steps, wanted, (id) => isJournaled(id) || hasOutput(id), hasOutput)
    const read = new Set(found.execute.flatMap(({ inputs }) => inputs))
    let isDamaged = false
    for (const { id } of found.present) {
      // An output whose journal line was lost is adopted, and one that is read is trusted, only after every byte was seen.
      const isTrusted = verified.has(id) || (!read.has(id) && isJournaled(id))
      if (isTrusted || !hasOutput(id)) continue
      const exit = yield* Effect.exit(store.verify(id))
      if (Exit.isSuccess(exit)) {
        verified.add(id)
      } else {
        store.discard(id)
        isDamaged = true
      }
    }
    if (!isDamaged) return found
  }
})

/** Lines in this experiment's journal for what others made, metrics included: a projection needs no other journal. */
const journalReuse = (
  plan: Plan, own: () => JournalState, others: ReturnType<typeof stepsOfOthers>, store: Store, writer: JournalWriter,
  toExecute: ReadonlySet<string>
): void => {
  for (const step of plan.steps) {
    if (toExecute.has(step.id) || own().steps.get(step.id)?.status === "done") continue
    const other = others.get(step.id)
    const output = store.digest(step.id) ?? other?.state.output ?? null
    if (output === null) continue
    writer.appendLater({
      type: "reused", step: step.id, kind: step.kind, output,
      from: other?.experiment ?? "adopted", cost: other?.state.cost ?? null
    })
    const metrics = [...(other?.state.metrics.values() ?? [])]
    for (let from = 0; from < metrics.length; from += 500) {
      writer.appendLater({ type: "metrics", step: step.id, attempt: 0, metrics: metrics.slice(from, from + 500) })
    }
  }
  writer.commit()
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
  const isJournaled = (id: string) => fold.state().steps.get(id)?.status === "done" || others.has(id)
  const found = yield* findWork(plan, settings.wanted, store, isJournaled)
  const toExecute = new Set(found.execute.map(({ id }) => id))
  const planObject = store.putObject(JSON.stringify(plan.recorded))
  const isUnchanged = fold.state().planObject === planObject && fold.state().status === "finished" && toExecute.size === 0
  if (isUnchanged) return { state: fold.state(), status: "finished", failed: new Map(), gaveUp: null } satisfies RunResult

  const writer = yield* Effect.acquireRelease(
    Effect.sync(() => openJournalWriter(folder, lease.epoch, lease.writer, take)), (opened) => Effect.sync(opened.close))
  writer.append({
    type: "epoch", experiment, epoch: lease.epoch, readUpTo: before.lastSequence,
    host: hostname(), pid: process.pid, leadspan: settings.version
  })
  writer.append({ type: "plan", planId: plan.id, object: planObject })
  journalReuse(plan, fold.state, others, store, writer, toExecute)
  settings.onStart({ state: fold.state, execute: found.execute.map(({ step }) => step) })

  const scratch = join(settings.scratch, `${experiment}-${lease.epoch}`)
  mkdirSync(scratch, { recursive: true })
  const slots = Array.from({ length: settings.numSlots }, (_, index) => makeWorkerSlot({
    name: `cpu-${index}`, built: settings.built, environment: {}, maxTasks: 64, maxResidentBytes: 6 * gigabyte
  }))
  yield* Effect.addFinalizer(() => Effect.all(slots.map(({ close }) => close), { concurrency: "unbounded" }).pipe(
    Effect.andThen(Effect.sync(() => rmSync(scratch, { recursive: true, force: true })))))
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep("1 second"), Effect.sync(writer.commit))))

  const context = {
    plan, store, writer, retries: settings.retries, onProgress: settings.onProgress, scratch,
    attemptsBefore: (step: string) => fold.state().steps.get(step)?.attempts ?? 0
  }
  const work = schedule(found.execute, slots.length, ({ step }, slot) =>
    executeStep(context, slots[slot] as (typeof slots)[number], step))
  const limited = settings.maxHours === null
    ? Effect.map(work, Option.some)
    : Effect.timeoutOption(work, Duration.hours(settings.maxHours))
  const result = yield* Effect.raceFirst(limited, Deferred.await(lost)).pipe(
    Effect.onInterrupt(() => Effect.sync(() => writer.append({ type: "ended", status: "interrupted" }))))
  if (Option.isNone(result)) {
    writer.append({ type: "ended", status: "interrupted" })
    return { state: fold.state(), status: "out-of-time", failed: new Map(), gaveUp: null } satisfies RunResult
  }
  const { failed, gaveUp } = result.value
  const status = failed.size === 0 ? "finished" : "failed"
  writer.append({ type: "ended", status })
  return { state: fold.state(), status, failed, gaveUp } satisfies RunResult
}, Effect.scoped)

/** Another process took the experiment over, because this one seemed to be gone. */
export class LeaseLost extends Error {
  readonly _tag = "LeaseLost"
  constructor(experiment: string) {
    super(`another process has taken over experiment ${experiment}, since this one was not heard of for 30 s; nothing is lost, run again to go on`)
  }
}

