/**
 * Sends while the experiment runs. It keeps no queue of its own: the journal holds all that is to be sent, and a poke only
 * says that there is more. So nothing here blocks training or grows when the server is away; what could not be sent goes
 * with the next round, or with `sync` later. One sender at a time, kept by a lease.
 */
import { Clock, Data, Effect, Result, Schedule } from "effect"
import { join, resolve } from "node:path"
import { acquireLease } from "../journal/lease.ts"
import { stateDigest } from "./DesiredRun.ts"
import { MlflowClient } from "./MlflowClient.ts"
import type { MlflowError } from "./MlflowError.ts"
import { project, shownAxes, shownClaims } from "./project.ts"
import { localServerIdentity, readSent, writeSent } from "./sent-cache.ts"
import { noCounts } from "./sync-run.ts"
import { sync } from "./sync.ts"
import type { Mirror, SyncReport } from "./sync.ts"
import type { TrackedState } from "./TrackedState.ts"

export class SenderBusy extends Data.TaggedError("SenderBusy")<{ readonly experiment: string; readonly pid: number }> {
  override get message(): string {
    return `process ${this.pid} is sending experiment ${this.experiment} to MLflow; wait for it to end, then try again`
  }
}

/** Whose server it is: null for the project's own, else its address. */
export type ServerName = string | null

const serverIdentity = (folder: string, server: ServerName): string =>
  server === null ? localServerIdentity(folder) : server

/** What the cache says: the saved view, if all of `state` has been sent to this server; else null. Asks nobody. */
export const alreadySent = (
  folder: string, server: ServerName, state: TrackedState
): { readonly experimentId: string; readonly viewId: string } | null => {
  const sent = readSent(folder, state.plan.experiment)
  if (sent === null || sent.server !== serverIdentity(folder, server)) return null
  return sent.digest === stateDigest(project(state)) ? sent : null
}

const sendOnce = Effect.fnUntraced(function*(
  folder: string, server: ServerName, state: TrackedState, mirror: Mirror | null
) {
  const desired = project(state)
  const columns = { axes: shownAxes(state), claimTags: shownClaims(state), at: state.startedAt }
  const sent = yield* sync(desired, columns, mirror, noCounts())
  const { experimentId } = sent.report
  writeSent(folder, state.plan.experiment, {
    server: serverIdentity(folder, server), experimentId, viewId: desired.viewId, digest: stateDigest(desired)
  })
  return sent
})

const senderLease = (folder: string, experiment: string) =>
  Effect.acquireRelease(
    acquireLease(join(resolve(folder), ".leadspan", "tracking", "senders", experiment), experiment).pipe(
      Effect.mapError(({ pid }) => new SenderBusy({ experiment, pid }))
    ),
    (lease) => Effect.sync(lease.release)
  )

/** Sends all of a state, asking the server first what it holds: the `sync` command. */
export const syncNow = Effect.fn("syncNow")(function*(folder: string, server: ServerName, state: TrackedState) {
  yield* senderLease(folder, state.plan.experiment)
  return (yield* sendOnce(folder, server, state, null)).report
}, Effect.scoped)

export interface TrackerStatus {
  /** rounds that sent all there was */
  readonly rounds: number
  /** of the last round; null if it went well */
  readonly problem: string | null
  readonly report: SyncReport | null
}

export interface Tracker {
  /** Says that there is more to send. Returns at once, whatever the server does. */
  readonly poke: () => void
  readonly status: () => TrackerStatus
  /** Waits until all is sent, at most `seconds`; true if it is. */
  readonly drain: (seconds: number) => Effect.Effect<boolean>
}

export interface TrackerOptions {
  readonly folder: string
  readonly server: ServerName
  readonly experiment: string
  /** what is known now: called once a round */
  readonly snapshot: () => TrackedState
  /** at most one round in so many seconds */
  readonly everySeconds?: number
}

const longestPauseSeconds = 15
/** Pause after a round, in its own durations: our work and a local server's run on the cores that train. */
const restShare = 4

/** A sender for as long as the scope lives. It never fails: what goes wrong is in its status. */
export const makeTracker = Effect.fn("makeTracker")(function*(options: TrackerOptions) {
  const { folder, server, experiment, snapshot, everySeconds = 1 } = options
  const client = yield* MlflowClient
  let asked = 1
  let done = 0
  let rounds = 0
  let problem: string | null = null
  let report: SyncReport | null = null
  let mirror: Mirror | null = null
  let failures = 0
  let draining = false

  const round = Effect.gen(function*() {
    const upTo = asked
    const state = snapshot()
    const result: Result.Result<{ mirror: Mirror; report: SyncReport }, MlflowError> = yield* sendOnce(
      folder, server, state, mirror).pipe(Effect.provideService(MlflowClient, client), Effect.result)
    if (Result.isSuccess(result)) {
      ;({ mirror, report } = result.success)
      problem = null
      failures = 0
      rounds++
      done = upTo
    } else {
      // What the server holds is no longer known.
      mirror = null
      problem = result.failure.message
      failures++
    }
  }).pipe(Effect.catchCause((cause) => Effect.sync(() => {
    mirror = null
    failures++
    problem = `tracking failed: ${String(cause)}`.slice(0, 500)
  })))

  const loop = Effect.gen(function*() {
    yield* senderLease(folder, experiment).pipe(
      Effect.tapError((busy) => Effect.sync(() => { problem = busy.message })),
      Effect.retry(Schedule.spaced("5 seconds"))
    )
    while (true) {
      const began = yield* Clock.currentTimeMillis
      if (asked > done) yield* round
      const took = ((yield* Clock.currentTimeMillis) - began) / 1000
      const pause = failures === 0 ? Math.max(everySeconds, took * restShare) : 2 ** failures
      const until = (yield* Clock.currentTimeMillis) + 1000 * Math.min(longestPauseSeconds, pause)
      while ((yield* Clock.currentTimeMillis) < until && !(draining && failures === 0)) yield* Effect.sleep("50 millis")
    }
  })
  yield* Effect.forkScoped(loop)
  return {
    poke: () => void asked++,
    status: () => ({ rounds, problem, report }),
    drain: Effect.fnUntraced(function*(seconds: number) {
      draining = true
      for (let waited = 0; waited < seconds * 10; waited++) {
        if (done >= asked) break
        yield* Effect.sleep("100 millis")
      }
      draining = false
      return done >= asked
    })
  } satisfies Tracker
})
