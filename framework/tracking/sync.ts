/**
 * Makes an MLflow server equal to the desired state, whatever it holds: interrupted anywhere and done again, nothing
 * doubles and nothing is missing. What it learns of the server is kept in a `Mirror`, so that a live sender need not ask
 * again.
 */
import { Effect } from "effect"
import { tagOf } from "./DesiredRun.ts"
import type { DesiredRun, DesiredState } from "./DesiredRun.ts"
import { heldRun, keyOf } from "./HeldRun.ts"
import type { HeldRun } from "./HeldRun.ts"
import { viewLink } from "./links.ts"
import { MlflowClient } from "./MlflowClient.ts"
import { experimentRunKey } from "./project.ts"
import { savedView } from "./saved-view.ts"
import { noCounts, syncRun } from "./sync-run.ts"
import type { SyncCounts } from "./sync-run.ts"

/** What the server holds of our runs, by key. Only valid as long as nobody else sends: hence one sender at a time. */
export interface Mirror {
  readonly experimentId: string
  readonly experimentTags: Map<string, string>
  readonly runs: Map<string, HeldRun>
}

const runsAtOnce = 4

export interface SyncReport {
  readonly experimentId: string
  readonly link: string
  readonly counts: SyncCounts
}

/** Asks the server what it holds. Of two runs with one key (a lost reply, then a late arrival) the first stays. */
export const readMirror = Effect.fn("readMirror")(function*(desired: DesiredState, counts: SyncCounts) {
  const client = yield* MlflowClient
  const experiment = yield* client.ensureExperiment(desired.experimentName)
  const found = yield* client.searchRuns(experiment.experiment_id, `tags.\`${tagOf.origin}\` = '${desired.origin}'`)
  const runs = new Map<string, HeldRun>()
  for (const run of found) {
    const held = heldRun(run)
    const key = keyOf(held, desired.origin)
    if (key === undefined) continue
    if (runs.has(key)) {
      yield* client.deleteRun(run.info.run_id)
      counts.deleted++
    } else runs.set(key, held)
  }
  const experimentTags = new Map(experiment.tags.map(({ key, value }) => [key, value]))
  return { experimentId: experiment.experiment_id, experimentTags, runs } satisfies Mirror
})

const setTag = Effect.fnUntraced(function*(mirror: Mirror, key: string, value: string) {
  if (mirror.experimentTags.get(key) === value) return
  const client = yield* MlflowClient
  yield* client.setExperimentTag(mirror.experimentId, key, value)
  mirror.experimentTags.set(key, value)
})

/**
 * Several at a time; after a failure no more is begun, but what is under way comes to its own end: a creation that is cut
 * off might still arrive, after the next search, and make a second run.
 */
const untilOneFails = <A, E, R>(
  runs: ReadonlyArray<DesiredRun>, one: (run: DesiredRun) => Effect.Effect<A, E, R>
): Effect.Effect<void, E, R> =>
  Effect.suspend(() => {
    const failures: Array<E> = []
    const step = (run: DesiredRun) =>
      failures.length > 0
        ? Effect.void
        : Effect.matchEager(one(run), { onSuccess: () => {}, onFailure: (error) => void failures.push(error) })
    return Effect.forEach(runs, step, { concurrency: runsAtOnce, discard: true }).pipe(
      Effect.andThen(Effect.suspend(() => failures[0] === undefined ? Effect.void : Effect.fail(failures[0]))))
  })

export interface ViewColumns { readonly axes: ReadonlyArray<string>; readonly claimTags: ReadonlyArray<string>; readonly at: number }

/**
 * Sends what is missing.
 * @param mirror what the server holds, if known: it is brought up to date in place
 */
export const sync = Effect.fn("sync")(function*(
  desired: DesiredState, columns: ViewColumns, known: Mirror | null = null, counts: SyncCounts = noCounts()
) {
  const client = yield* MlflowClient
  const mirror = known ?? (yield* readMirror(desired, counts))
  const { experimentId } = mirror
  const place = { experimentId, origin: desired.origin, parentRunId: null as string | null }
  const one = Effect.fnUntraced(function*(run: DesiredRun) {
    const held = yield* syncRun(run, mirror.runs.get(run.key) ?? null, place, counts)
    mirror.runs.set(run.key, held)
    return held
  })
  const [own, ...others] = desired.runs
  const parent = yield* one(own!)
  place.parentRunId = parent.run.info.run_id
  for (const [key, value] of desired.experimentTags) yield* setTag(mirror, key, value)
  const view = savedView({
    name: "Leadspan", parentRunId: place.parentRunId, axes: columns.axes, claimTags: columns.claimTags, at: columns.at,
    hasCurves: desired.runs.some(({ kind }) => kind === "curve")
  })
  yield* setTag(mirror, `mlflow.sharedViewState.${desired.viewId}`, view)
  yield* untilOneFails(others, one)
  const wanted = new Set(desired.runs.map(({ key }) => key))
  for (const [key, held] of mirror.runs) {
    if (wanted.has(key) || key === experimentRunKey) continue
    yield* client.deleteRun(held.run.info.run_id)
    mirror.runs.delete(key)
    counts.deleted++
  }
  return { mirror, report: { experimentId, link: viewLink(client.uri, experimentId, desired.viewId), counts } satisfies SyncReport }
})
