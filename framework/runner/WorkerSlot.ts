/** A place where one task runs at a time, with the worker process that lives in it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import type { EngineDescription, NumericsSettings } from "../engines/Engine.ts"
import { startWorker, type Worker } from "./Worker.ts"

export interface WorkerSlot {
  readonly name: string
  /** what programs of this place are told, e.g. which GPU is theirs */
  readonly environment: Readonly<Record<string, string>>
  /** The slot's worker for an engine and its numerics: the living one if it fits, otherwise a fresh one. */
  readonly worker: (engine: EngineDescription, numerics: NumericsSettings) => Effect.Effect<Worker, WorkerStartError>
  /** Ends the worker; the next task gets a fresh one. */
  readonly recycle: Effect.Effect<void>
  readonly close: Effect.Effect<void>
}

type WorkerStartError = Effect.Error<ReturnType<typeof startWorker>>

export interface SlotSettings {
  readonly name: string
  /** folder with the workers' built files */
  readonly built: string
  readonly environment: Readonly<Record<string, string>>
  /** a worker is replaced after so many tasks, or once it holds so much memory: leaks of libraries end with it */
  readonly maxTasks: number
  readonly maxResidentBytes: number
  /** Notes a worker's pid, so that a later run can end it if this process is killed. */
  readonly onSpawned: (pid: number) => void
}

export const makeWorkerSlot = (settings: SlotSettings): WorkerSlot => {
  let living: { readonly key: string; readonly worker: Worker; readonly scope: Scope.Closeable } | null = null
  const recycle = Effect.suspend(() => {
    const ended = living
    living = null
    return ended === null ? Effect.void : Scope.close(ended.scope, Exit.void)
  })
  const worker = Effect.fnUntraced(function*(engine: EngineDescription, numerics: NumericsSettings) {
    const key = engine.numerics(numerics)
    const isFit = living !== null && living.key === key && living.worker.isAlive() &&
      living.worker.tasksDone() < settings.maxTasks && living.worker.residentBytes() < settings.maxResidentBytes
    if (living !== null && isFit) return living.worker
    yield* recycle
    const scope = yield* Scope.make()
    const fresh = yield* startWorker({
      command: process.execPath,
      args: [join(settings.built, engine.workerFile)],
      env: { ...settings.environment, ...engine.environment(numerics) },
      graceSeconds: 10,
      onSpawned: settings.onSpawned
    }, (path) => readFileSync(path, "utf8")).pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.onExit((exit) => Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, Exit.void))
    )
    living = { key, worker: fresh, scope }
    return fresh
  })
  return { name: settings.name, environment: settings.environment, worker, recycle, close: recycle }
}
