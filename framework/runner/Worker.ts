/**
 * A worker process and the one task it may be doing. Workers live across tasks, since starting TensorFlow costs more than
 * a short task; a worker that fails in any unforeseen way is ended with its whole group and costs the task one attempt.
 */
import { createInterface } from "node:readline"
import { Data, Deferred, Effect, Exit, type Scope, Schema } from "effect"
import { Command, type Cost, type Device, Event, type FailureReason } from "../engines/Protocol.ts"
import type { Task } from "../engines/Task.ts"
import { CannotStart, endGroup, type ProcessRequest, startGroup } from "./ProcessGroup.ts"

export class TaskFailed extends Data.TaggedError("TaskFailed")<{
  readonly step: string
  readonly reason: typeof FailureReason.Type
  readonly detail: string
  /** false where the same task would fail in the same way again */
  readonly isWorthRetrying: boolean
}> {
  override get message(): string {
    return `${this.reason}: ${this.detail}`
  }
}

export interface Worker {
  readonly pid: number
  readonly device: typeof Device.Type
  readonly numerics: string
  readonly tasksDone: () => number
  readonly isAlive: () => boolean
  /** Runs one task; `onEvent` sees what the worker tells meanwhile. Interruption stops it gracefully. */
  readonly run: (task: Task, limits: TaskLimits, onEvent: (event: Event) => void) => Effect.Effect<typeof Cost.Type, TaskFailed>
  readonly residentBytes: () => number
}

export interface TaskLimits {
  /** silence after which a worker counts as lost: a single graph call must be shorter */
  readonly silenceSeconds: number
  /** how long a stopped task may take to write its resume checkpoint */
  readonly stopSeconds: number
}

const decodeEvent = Schema.decodeUnknownExit(Schema.fromJsonString(Event))
const encodeCommand = Schema.encodeUnknownSync(Schema.toCodecJson(Command))

/** Failures that lie in the task: another attempt would meet them again. */
const lastingReasons: ReadonlySet<string> = new Set(["invalid-input", "not-finite"])

/** How long a fresh worker may take until it says `ready`. */
const startSeconds = 120

/** Last words of a worker, for the message of a failure. */
const lastWords = (lines: ReadonlyArray<string>): string =>
  lines.filter((line) => line.trim() !== "").slice(-3).join(" | ").slice(0, 600)

const residentBytesOf = (pid: number, read: (path: string) => string): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

interface Current {
  readonly task: Task
  readonly onEvent: (event: Event) => void
  readonly answer: Deferred.Deferred<typeof Cost.Type, TaskFailed>
}

/** Starts a worker that lives as long as the scope. */
export const startWorker = Effect.fnUntraced(function*(
  request: ProcessRequest, readFile: (path: string) => string
): Effect.fn.Return<Worker, TaskFailed | CannotStart, Scope.Scope> {
  const child = yield* startGroup(request)
  const ready = yield* Deferred.make<Extract<Event, { type: "ready" }>, TaskFailed>()
  const logs: Array<string> = []
  let current: Current | null = null
  let lastHeard = Date.now()
  let done = 0
  let hasEnded = false

  const failure = (reason: typeof FailureReason.Type, detail: string) => new TaskFailed({
    step: current?.task.stepId ?? "", reason, detail, isWorthRetrying: !lastingReasons.has(reason)
  })
  const settle = (exit: Exit.Exit<typeof Cost.Type, TaskFailed>): void => {
    const settled = current
    current = null
    if (settled !== null) Deferred.doneUnsafe(settled.answer, exit)
  }
  const onEvent = (event: Event): void => {
    lastHeard = Date.now()
    switch (event.type) {
      case "ready":
        Deferred.doneUnsafe(ready, Exit.succeed(event))
        return
      case "heartbeat":
        return
      case "done":
        done++
        settle(Exit.succeed(event.cost))
        return
      case "failed":
        settle(Exit.fail(failure(event.reason, event.message)))
        return
      case "stopped":
        settle(Exit.fail(failure("cancelled", "stopped on request")))
        return
      default:
        current?.onEvent(event)
    }
  }
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      logs.push(line)
      if (logs.length > 50) logs.shift()
    })
  }
  createInterface({ input: child.events }).on("line", (line) => {
    const exit = decodeEvent(line)
    if (Exit.isSuccess(exit)) return onEvent(exit.value)
    settle(Exit.fail(failure("internal", `the worker sent what is no event: ${line.slice(0, 200)}`)))
    child.signal("SIGKILL")
  })
  void child.ended.then(({ exitCode, signal }) => {
    hasEnded = true
    const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`
    // The kernel's out-of-memory killer is the usual sender of a SIGKILL that nobody here sent.
    const reason = signal === "SIGKILL" ? "out-of-memory" : "exit-code"
    const lost = failure(reason, `the worker ended by ${how}; it said: ${lastWords(logs) || "nothing"}`)
    Deferred.doneUnsafe(ready, Exit.fail(lost))
    settle(Exit.fail(lost))
  })

  const greeting = yield* Deferred.await(ready).pipe(Effect.timeoutOrElse({
    duration: `${startSeconds} seconds`,
    orElse: () => Effect.fail(failure("timed-out", `the worker was not ready after ${startSeconds} s`))
  }))

  const watch = (limits: TaskLimits): Effect.Effect<never, TaskFailed> => Effect.gen(function*() {
    for (;;) {
      yield* Effect.sleep("1 second")
      const silent = (Date.now() - lastHeard) / 1000
      if (silent > limits.silenceSeconds) {
        return yield* Effect.fail(failure("lost-heartbeat", `nothing was heard of the worker for ${Math.round(silent)} s`))
      }
    }
  })

  const run: Worker["run"] = (task, limits, listener) => Effect.gen(function*() {
    const answer = yield* Deferred.make<typeof Cost.Type, TaskFailed>()
    current = { task, onEvent: listener, answer }
    lastHeard = Date.now()
    if (hasEnded) return yield* Effect.fail(failure("exit-code", "the worker had ended"))
    child.stdin.write(`${JSON.stringify(encodeCommand({ type: "run", task }))}\n`)
    return yield* Effect.raceFirst(Deferred.await(answer), watch(limits)).pipe(
      Effect.tapError((error) => error.reason === "lost-heartbeat" ? endGroup(child, 0) : Effect.void),
      Effect.onInterrupt(() => Effect.gen(function*() {
        child.stdin.write(`${JSON.stringify(encodeCommand({ type: "stop" }))}\n`)
        yield* Deferred.await(answer).pipe(Effect.exit, Effect.timeoutOption(`${limits.stopSeconds} seconds`))
      }))
    )
  })

  return {
    pid: child.pid,
    device: greeting.device,
    numerics: greeting.numerics,
    tasksDone: () => done,
    isAlive: () => !hasEnded,
    run,
    residentBytes: () => residentBytesOf(child.pid, readFile)
  }
})
