/** What every command that works on an experiment opens first: the project, its plugins, its store. */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs"
import { basename, join, relative, resolve } from "node:path"
import { Effect, type Scope } from "effect"
import type { EngineDescription } from "../engines/Engine.ts"
import { checkFormat, OtherFormat } from "../journal/format.ts"
import { readJournal } from "../journal/reader.ts"
import { foldJournal } from "../journal/state.ts"
import { openStore, type Store } from "../journal/store.ts"
import { makePlan, type Plan, type PlanContext } from "../plan/make-plan.ts"
import type { Speed } from "../plan/predict.ts"
import { makePluginRegistry, type PluginRegistry } from "../plugin/registry.ts"
import { findProject, type Project } from "../setup/project.ts"
import { load } from "../spec/load.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import type { SpecError } from "../spec/SpecError.ts"

export interface Session {
  readonly project: Project
  readonly registry: PluginRegistry
  readonly store: Store
  /** The plan's steps read its data as long as the scope lives. */
  readonly planOf: (loaded: LoadedSpec) => Effect.Effect<Plan, SpecError, Scope.Scope>
}

/** Speeds of the last trials that this project has run, operations a second of one slot. */
const measuredSpeed = (journals: string): number | null => {
  if (!existsSync(journals)) return null
  const speeds = readdirSync(journals).flatMap((experiment) =>
    [...foldJournal(readJournal(join(journals, experiment)).records).state().steps.values()].flatMap(({ cost, kind }) =>
      kind === "train" && cost !== null && cost.wallSeconds > 1 && cost.flops > 0 ? [cost.flops / cost.wallSeconds] : []))
  const last = speeds.slice(-20).sort((a, b) => a - b)
  return last[Math.floor(last.length / 2)] ?? null
}

/** Whoever is refused finds the project as it was: bundled plugins are all that planning may have left. */
const forgetCache = (project: Project): void => {
  rmSync(project.cache, { recursive: true, force: true })
  try {
    rmdirSync(project.state)
  } catch {
    // Something else is kept there.
  }
}

/** Opens the project that the working folder lies in. Fails with `OtherFormat`; makes nothing until something is stored. */
export const openSession = Effect.fnUntraced(function*() {
  const project = findProject()
  yield* Effect.try({ try: () => checkFormat(project.state), catch: (error) => error as OtherFormat })
  const isFresh = !existsSync(project.state)
  const registry = makePluginRegistry({
    folders: [join(project.package, "plugins"), join(project.root, "plugins")], cacheFolder: join(project.cache, "plugins")
  })
  const store = openStore(project.store)
  let speed: number | null | undefined
  const speedOf = (engine: EngineDescription): Speed => {
    speed ??= measuredSpeed(project.journals)
    return speed === null || speed === undefined
      ? { flopsPerSecond: engine.assumedFlopsPerSecond, isMeasured: false }
      : { flopsPerSecond: speed, isMeasured: true }
  }
  const shownFile = (file: string): string => {
    const fromRoot = relative(project.root, resolve(file))
    return fromRoot.startsWith("..") ? basename(file) : fromRoot
  }
  const context: PlanContext = { registry, store, load: (file) => load(file), shownFile, speedOf }
  const planOf: Session["planOf"] = (loaded) => makePlan(loaded, context).pipe(
    Effect.tapError(() => isFresh ? Effect.sync(() => forgetCache(project)) : Effect.void))
  return { project, registry, store, planOf } satisfies Session
})
