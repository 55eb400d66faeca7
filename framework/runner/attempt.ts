/** One step on one slot: its attempts, each journaled, until it is done or fails for good. */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type Cause, Effect, Exit, type Semaphore } from "effect"
import type { Cost, Device, Event } from "../engines/Protocol.ts"
import type { Store } from "../journal/store.ts"
import type { JournalWriter } from "../journal/writer.ts"
import type { Step } from "../plan/Step.ts"
import { analyseStep } from "./analyse-step.ts"
import { endpointStep } from "./endpoint-step.ts"
import type { Outcome } from "./scheduler.ts"
import { scoreStep } from "./score-step.ts"
import { modelFolder, taskOf } from "./task-of.ts"
import { TaskFailed } from "./Worker.ts"
import type { WorkerSlot } from "./WorkerSlot.ts"

export interface SlotProgress {
  readonly slot: string
  readonly step: Step
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly tokensPerSecond: number
}

export interface AttemptContext {
  readonly experiment: string
  readonly stepOf: (id: string) => Step | undefined
  readonly store: Store
  readonly writer: JournalWriter
  /** attempts already journaled for a step, by earlier runs */
  readonly attemptsBefore: (step: string) => number
  readonly retries: number
  /** least silence that a worker is allowed */
  readonly silenceSeconds: number
  readonly onProgress: (progress: SlotProgress) => void
  /** folder for steps' input files */
  readonly scratch: string
  /** requests that an address is asked at once, by all steps together */
  readonly permitsFor: (address: string, concurrency: number) => Semaphore.Semaphore
  /** notes a server's pid, so that a later run can end it if this process is killed */
  readonly noteServer: (pid: number) => void
}

/** How long a stopped task may take to write its resume checkpoint. */
const stopSeconds = 60
/** Silence that a worker is allowed, in its longest predicted calls. */
const silentCalls = 10

type Work = Effect.Effect<typeof Cost.Type | null, TaskFailed>

const onEvent = (context: AttemptContext, slot: WorkerSlot, step: Step, attempt: number) => (event: Event): void => {
  if (event.type === "metrics") {
    context.writer.appendLater({ type: "metrics", step: step.id, attempt, metrics: event.metrics })
  } else if (event.type === "progress") {
    const { done, phase, tokensPerSecond, total } = event
    context.onProgress({ slot: slot.name, step, phase, done, total, tokensPerSecond })
  }
}

/** The work of a step of the plan; that it is of that kind is the plan's doing. */
const workOf = <K extends Step["work"]["kind"]>({ stepOf }: AttemptContext, id: string, kind: K): Extract<Step["work"], { kind: K }> => {
  const work = stepOf(id)?.work
  if (work?.kind !== kind) throw new Error(`step ${id} is no ${kind} step of the plan`)
  return work as Extract<Step["work"], { kind: K }>
}

const invalid = (step: Step) => (error: { readonly message: string }): TaskFailed =>
  new TaskFailed({ step: step.id, reason: "invalid-input", detail: error.message, isWorthRetrying: false })

const score = Effect.fnUntraced(function*(context: AttemptContext, step: Step, out: string) {
  if (step.work.kind !== "score") return yield* Effect.die(new Error("not a score step"))
  const { sampling } = workOf(context, step.work.outputs, "generate")
  yield* scoreStep(step.work, sampling, context.store, out).pipe(Effect.mapError(invalid(step)))
  return null
})

/** It reads what is there and has no input of its own to be wrong: the same again would fail again. */
const analyse = Effect.fnUntraced(function*(step: Step, out: string) {
  if (step.work.kind !== "analyse") return yield* Effect.die(new Error("not an analyse step"))
  yield* analyseStep(step.work, out).pipe(Effect.mapError(({ message }) =>
    new TaskFailed({ step: step.id, reason: "internal", detail: message, isWorthRetrying: false })))
  return null
})

/** What a server is asked has been tried often enough by its own patience. */
const askServer = Effect.fnUntraced(function*(context: AttemptContext, slot: WorkerSlot, step: Step, out: string) {
  const { work } = step
  if (work.kind !== "generate" || work.via === null) return yield* Effect.die(new Error("not a step that a server answers"))
  const folder = modelFolder(work.model, context.store)
  if (folder === null) {
    return yield* invalid(step)({ message: "a server needs a folder to serve the model from, and this one has fresh weights" })
  }
  // A server that is started here gets the memory that the slot's worker holds, a GPU's above all.
  if (work.via.server.serve !== null) yield* slot.recycle
  yield* endpointStep(work, work.via, out, {
    label: step.label, folder, resume: context.store.resumeFolder(context.experiment, step.id), permitsFor: context.permitsFor,
    environment: slot.environment, onSpawned: context.noteServer,
    onProgress: (done, total, tokensPerSecond) => context.onProgress({ slot: slot.name, step, phase: "generate", done, total, tokensPerSecond })
  }).pipe(Effect.mapError((error) => error._tag === "EndpointError"
    ? new TaskFailed({ step: step.id, reason: "endpoint", detail: error.message, isWorthRetrying: false })
    : invalid(step)(error)))
  return null
})

const isAskedElsewhere = ({ work }: Step): boolean => work.kind === "generate" && work.via !== null

/** Steps that need no worker. */
const isOwnWork = (step: Step): boolean => step.kind === "score" || step.kind === "analyse" || isAskedElsewhere(step)

const onWorker = Effect.fnUntraced(function*(
  context: AttemptContext, slot: WorkerSlot, step: Step, attempt: number, out: string, onDevice: (device: typeof Device.Type) => void
) {
  const { experiment, store } = context
  const inputs = join(context.scratch, step.id)
  mkdirSync(inputs, { recursive: true })
  const worker = yield* slot.worker(step.engine, step.numerics).pipe(Effect.catchTag("CannotStart", (error) =>
    Effect.fail(new TaskFailed({ step: step.id, reason: "internal", detail: error.message, isWorthRetrying: false }))))
  onDevice(worker.device)
  const task = yield* taskOf(step, out, {
    store, inputs, resume: store.resumeFolder(experiment, step.id), teachWork: (id) => workOf(context, id, "teach"),
    recordGraphs: step.numerics.recordGraphs
  }).pipe(Effect.mapError(invalid(step)))
  const limits = { silenceSeconds: Math.max(context.silenceSeconds, silentCalls * step.longestCallSeconds), stopSeconds }
  const cost = yield* worker.run(task, limits, onEvent(context, slot, step, attempt))
  rmSync(inputs, { recursive: true, force: true })
  return cost
})

/** A disk that is full or a folder that may not be written is this attempt's failure, and no fault of the run. */
const systemErrorAsFailure = (step: Step) => (work: Work): Work => Effect.catchDefect(work, (defect) => {
  const { code, syscall, message } = defect as NodeJS.ErrnoException
  return code === undefined || syscall === undefined
    ? Effect.die(defect)
    : Effect.fail(new TaskFailed({ step: step.id, reason: "internal", detail: message, isWorthRetrying: code !== "ENOSPC" }))
})

/** Runs a step to its end. Never fails: the outcome tells. */
export const executeStep = Effect.fnUntraced(function*(context: AttemptContext, slot: WorkerSlot, step: Step) {
  const { experiment, store, writer } = context
  const before = context.attemptsBefore(step.id)
  for (let tried = 0; ; tried++) {
    const attempt = before + tried + 1
    const started = (device: typeof Device.Type | null) =>
      writer.append({ type: "started", step: step.id, kind: step.kind, attempt, slot: slot.name, device })
    const work: Work = Effect.gen(function*() {
      const out = store.begin(experiment, step.id)
      if (isOwnWork(step)) started(null)
      const cost = yield* step.kind === "score" ? score(context, step, out)
        : step.kind === "analyse" ? analyse(step, out)
          : isAskedElsewhere(step) ? askServer(context, slot, step, out) : onWorker(context, slot, step, attempt, out, started)
      const output = yield* store.commit(step.id, out)
      writer.append({ type: "done", step: step.id, kind: step.kind, attempt, output, cost })
      return cost
    })
    const exit = yield* Effect.exit(systemErrorAsFailure(step)(work))
    if (Exit.isSuccess(exit)) return { _tag: "done" } satisfies Outcome
    const failure = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
    if (failure === undefined) return yield* Effect.failCause(exit.cause as Cause.Cause<never>)
    const willRetry = failure.isWorthRetrying && tried < context.retries
    writer.append({
      type: "failed", step: step.id, kind: step.kind, attempt, reason: failure.reason, message: failure.detail, willRetry
    })
    if (!isOwnWork(step)) yield* slot.recycle
    if (!willRetry) return { _tag: "failed", reason: failure.reason, message: failure.message } satisfies Outcome
  }
})
