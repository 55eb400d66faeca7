/** Tracking beside a run: comes to life when its server answers, and never stops or slows the run. */
import { Deferred, Effect, Layer } from "effect"
import type { JournalState } from "../journal/state.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { viewLink } from "../tracking/links.ts"
import { stopServer } from "../tracking/LocalServer.ts"
import { alreadySent, makeTracker, type Tracker } from "../tracking/Tracker.ts"
import { claimServer, forgetStarter } from "./server-starter.ts"
import type { Session } from "./session.ts"
import { clientLayer, namedServer, reachTarget } from "./tracking-server.ts"
import { trackedState } from "./tracked-state.ts"

/** How long one call goes on trying a server that does not answer; the tracker tries again by itself. */
const callPatienceSeconds = 2
/** How long a server may fail to answer at the end of a run, before `sync` is left to send the rest. */
const endPatienceSeconds = 3

export interface LiveTracking {
  /** There is more to send. */
  readonly poke: () => void
  /** Waits until everything has been sent; null, or why it has not been, in one sentence. */
  readonly finish: (seconds: number) => Effect.Effect<TrackingEnd>
}

export interface TrackingEnd {
  /** where the runs are shown; null where nothing could be sent */
  readonly link: string | null
  readonly problem: string | null
}

/** A server that works is waited for; one that does not answer is given up after a few tries. */
const drainPatiently = Effect.fnUntraced(function*(tracker: Tracker, seconds: number) {
  let silent = 0
  for (let waited = 0; waited < seconds; waited++) {
    if (yield* tracker.drain(1)) return true
    silent = tracker.status().problem === null ? 0 : silent + 1
    if (silent >= endPatienceSeconds) return false
  }
  return false
})

/** Starts a sender for as long as the scope lives. */
export const liveTracking = Effect.fnUntraced(function*(
  session: Session, plan: RecordedPlan, tracking: ExperimentSpec["tracking"], state: () => JournalState
) {
  const { project, store } = session
  const named = yield* namedServer(tracking)
  const settings = { experimentName: tracking.experimentName }
  const ready = yield* Deferred.make<{ readonly tracker: Tracker; readonly uri: string }, { readonly message: string }>()
  let tracker: Tracker | null = null
  let hasStarted = false
  // A server that was started for this run ends with it, however it ends; one that ran before is left alone.
  yield* Effect.addFinalizer(() => hasStarted
    ? Effect.andThen(stopServer({ project: project.root }), Effect.sync(() => forgetStarter(project)))
    : Effect.void)
  yield* Effect.forkScoped(Effect.gen(function*() {
    const isOurs = named === null ? claimServer(project) : () => false
    const { isReused, server, target } = yield* reachTarget(project, named)
    hasStarted = isOurs(isReused)
    const client = yield* Layer.build(clientLayer(target, 0))
    tracker = yield* makeTracker({
      folder: project.root, server, experiment: plan.experiment,
      snapshot: () => trackedState(project, plan, state(), store, settings)
    }).pipe(Effect.provideContext(client))
    yield* Deferred.succeed(ready, { tracker, uri: target.uri })
    yield* Effect.never
  }).pipe(Effect.catch((error) => Deferred.fail(ready, error))))
  const finish = (seconds: number): Effect.Effect<TrackingEnd> => Effect.gen(function*() {
    const live = yield* Deferred.await(ready)
    live.tracker.poke()
    const isSent = yield* drainPatiently(live.tracker, seconds)
    const sent = alreadySent(project.root, named?.uri ?? null, trackedState(project, plan, state(), store, settings))
    const report = live.tracker.status().report
    return {
      link: sent !== null ? viewLink(live.uri, sent.experimentId, sent.viewId) : report?.link ?? null,
      problem: isSent ? null : live.tracker.status().problem ?? `MLflow has not got everything within ${seconds} s`
    }
  }).pipe(
    Effect.timeoutOrElse({ duration: `${seconds + 60} seconds`, orElse: () => Effect.succeed({ link: null, problem: "MLflow did not answer" }) }),
    Effect.catch((error) => Effect.succeed({ link: null, problem: error.message })))
  return { poke: () => tracker?.poke(), finish } satisfies LiveTracking
})
