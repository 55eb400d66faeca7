/** `leadspan ui [EXPERIMENT]`: MLflow's pages, any time. */
import { Effect, Option } from "effect"
import { viewLink } from "../tracking/links.ts"
import { stopServer } from "../tracking/LocalServer.ts"
import { alreadySent } from "../tracking/Tracker.ts"
import type { TrackingTarget } from "../tracking/TrackingTarget.ts"
import { openExperiment } from "./Experiment.ts"
import { forgetStarter } from "./server-starter.ts"
import { openSession, type Session } from "./session.ts"
import { bold, isTerminal, note, print } from "./terminal.ts"
import { trackedState } from "./tracked-state.ts"
import { trackingSettings } from "./tracking-settings.ts"
import { namedServer, reachTarget } from "./tracking-server.ts"

/** Waits for Ctrl-C, then ends the server, unless it ran before. */
const untilInterrupted = (session: Session, isOurs: boolean) =>
  Effect.never.pipe(Effect.onInterrupt(() => isOurs ? Effect.asVoid(stopServer({ project: session.project.root })) : Effect.void))

/** After a run in a terminal the pages stay up until Ctrl-C, if that was asked for. */
export const keepUi = Effect.fnUntraced(function*(
  session: Session, experiment: string, { isAsked, named }: { readonly isAsked: boolean; readonly named: TrackingTarget | null }
) {
  if (named !== null || !isAsked || !isTerminal()) return
  const { isReused } = yield* reachTarget(session.project, null)
  forgetStarter(session.project)
  note(`MLflow stays up for ${experiment}; end it with Ctrl-C`)
  yield* untilInterrupted(session, !isReused)
})

export const ui = Effect.fnUntraced(function*(given: { readonly experiment: Option.Option<string> }) {
  const session = yield* openSession()
  const ran = yield* openExperiment(session, Option.getOrNull(given.experiment))
  const { name, plan, state } = ran
  const settings = yield* trackingSettings(session, ran)
  const named = yield* namedServer(settings)
  note(named === null ? "starting this project's MLflow" : `MLflow is ${named.uri}`)
  const { isReused, server, target } = yield* reachTarget(session.project, named)
  if (server === null) forgetStarter(session.project)
  const sent = alreadySent(session.project.root, server, trackedState(session.project, plan, state, session.store, settings))
  if (sent === null) print(`MLflow has not got all of ${name} yet; to send it: npx leadspan sync ${name}`)
  print(`${bold("MLflow")}  ${sent === null ? target.uri : viewLink(target.uri, sent.experimentId, sent.viewId)}`)
  if (server === null && isTerminal()) {
    note("it stays up; end it with Ctrl-C")
    yield* untilInterrupted(session, !isReused)
  }
})
