/** One step on one slot: its attempts, each journaled, until it is done or fails for good. */
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type Cause, Effect, Exit } from "effect"
import type { Cost, Device, Event } from "../engines/Protocol.ts"
import type { JournalWriter } from "../journal/writer.ts"
import type { Store } from "../journal/store.ts"
import type { Plan } from "../plan/make-plan.ts"
import type { Step, TeachWork } from "../plan/Step.ts"
import { scoreStep } from "./score-step.ts"
import type { Outcome } from "./scheduler.ts"
import { taskOf } from "./task-of.ts"
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
  readonly plan: Plan
  readonly store: Store
  readonly writer: JournalWriter
  /** attempts already journaled for a step, by earlier runs */
  readonly attemptsBefore: (step: string) => number
  readonly retries: number
  readonly onProgress: (progress: SlotProgress) => void
  /** folder for steps' input files */
  readonly scratch: string
}

/** Silence that a worker is allowed: ten times its longest predicted call, and never less than this. */
const leastSilenceSeconds = 30
const stopSeconds = 60

const onEvent = (context: AttemptContext, slot: WorkerSlot, step: Step, attempt: number) => (event: Event): void => {
  if (event.type === "metrics") {
    context.writer.appendLater({ type: "metrics", step: step.id, attempt, metrics: event.metrics })
  } else if (event.type === "progress") {
    const { done, phase, tokensPerSecond, total } = event
    context.onProgress({ slot: slot.name, step, phase, done, total, tokensPerSecond })
  }
}

const generateSamplingOf = (plan: Plan, step: string) => {
  const generate = plan.steps.find(({ id }) => id === step)
  if (generate?.work.kind !== "generate") throw new Error("a score step reads a generate step")
  return generate.work.sampling
}

const teachWorkOf = (plan: Plan) => (id: string): TeachWork => {
  const step = plan.steps.find((candidate) => candidate.id === id)
  if (step?.work.kind !== "teach") throw new Error("a teacher store is made by a teach step")
  return step.work
}

const doScore = Effect.fnUntraced(function*(context: AttemptContext, step: Step, attempt: number, out: string) {
  if (step.work.kind !== "score") return yield* Effect.die(new Error("not a score step"))
  yield* scoreStep(step.work, generateSamplingOf(context.plan, step.work.outputs), context.store, out).pipe(
    Effect.mapError((error) => new TaskFailed({ step: step.id, reason: "invalid-input", detail: error.message, isWorthRetrying: false })))
  return null
})

const doOnWorker = Effect.fnUntraced(function*(
  context: AttemptContext, slot: WorkerSlot, step: Step, attempt: number, out: string, onDevice: (device: typeof Device.Type) => void
) {
  const inputs = join(context.scratch, step.id)
  mkdirSync(inputs, { recursive: true })
  const worker = yield* slot.worker(step.engine, step.numerics).pipe(Effect.catchTag("CannotStart", (error) =>
    Effect.fail(new TaskFailed({ step: step.id, reason: "internal", detail: error.message, isWorthRetrying: false }))))
  onDevice(worker.device)
  const task = yield* taskOf(step, out, {
    store: context.store, inputs, teachWork: teachWorkOf(context.plan), recordGraphs: step.numerics.recordGraphs
  }).pipe(Effect.mapError((error) => new TaskFailed({ step: step.id, reason: "invalid-input", detail: error.message, isWorthRetrying: false })))
  const limits = { silenceSeconds: Math.max(leastSilenceSeconds, 10 * step.longestCallSeconds), stopSeconds }
  const cost = yield* worker.run(task, limits, onEvent(context, slot, step, attempt))
  rmSync(inputs, { recursive: true, force: true })
  return cost
})

/** Runs a step to its end. Never fails: the outcome tells. */
export const executeStep = Effect.fnUntraced(function*(context: AttemptContext, slot: WorkerSlot, step: Step) {
  const { store, writer } = context
  const before = context.attemptsBefore(step.id)
  for (let tried = 0; ; tried++) {
    const attempt = before + tried + 1
    const out = store.begin(step.id)
    const started = (device: typeof Device.Type | null) =>
      writer.append({ type: "started", step: step.id, kind: step.kind, attempt, slot: slot.name, device })
    const work: Effect.Effect<typeof Cost.Type | null, TaskFailed> = step.kind === "score"
      ? Effect.suspend(() => { started(null); return doScore(context, step, attempt, out) })
      : doOnWorker(context, slot, step, attempt, out, started)
    const exit = yield* Effect.exit(work.pipe(Effect.tap((cost) => Effect.gen(function*() {
      const output = yield* store.commit(step.id, out)
      writer.append({ type: "done", step: step.id, kind: step.kind, attempt, output, cost })
    }))))
    if (Exit.isSuccess(exit)) return { _tag: "done" } satisfies Outcome
    const failure = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
    if (failure === undefined) return yield* Effect.failCause(exit.cause as Cause.Cause<never>)
    const willRetry = failure.isWorthRetrying && tried < context.retries
    writer.append({
      type: "failed", step: step.id, kind: step.kind, attempt, reason: failure.reason, message: failure.detail, willRetry
    })
    yield* slot.recycle
    if (!willRetry) return { _tag: "failed", reason: failure.reason, message: failure.message } satisfies Outcome
  }
})
