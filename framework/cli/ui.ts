/** `leadspan ui [EXPERIMENT]`: MLflow's pages, any time. */
import { Effect, Option } from "effect"
import { viewLink } from "../tracking/links.ts"
import { stopServer } from "../tracking/LocalServer.ts"
import { alreadySent } from "../tracking/Tracker.ts"
import type { TrackingTarget } from "../tracking/TrackingTarget.ts"
import { openExperiment } from "./Experiment.ts"
import { openSession, type Session } from "./session.ts"
import { bold, isTerminal, note, print } from "./terminal.ts"
import { trackedState } from "./tracked-state.ts"
import { namedServer, reachTarget } from "./tracking-server.ts"

/** Waits for Ctrl-C, then ends the server. */
const untilInterrupted = (session: Session) =>
  Effect.never.pipe(Effect.onInterrupt(() => Effect.asVoid(stopServer({ project: session.project.root }))))

/** After a run: in a terminal the pages stay up until Ctrl-C; elsewhere the server ends with the command. */
export const keepUi = Effect.fnUntraced(function*(
  session: Session, experiment: string, { isAsked, named }: { readonly isAsked: boolean; readonly named: TrackingTarget | null }
) {
  if (named !== null) return
  if (isAsked && isTerminal()) {
    yield* reachTarget(session.project, null)
    note(`MLflow stays up for ${experiment}; end it with Ctrl-C`)
    yield* untilInterrupted(session)
  }
  yield* stopServer({ project: session.project.root })
})

export const ui = Effect.fnUntraced(function*(given: { readonly experiment: Option.Option<string> }) {
  const session = yield* openSession()
  const { name, plan, state } = yield* openExperiment(session, Option.getOrNull(given.experiment))
  const named = yield* namedServer(null)
  note(named === null ? "starting this project's MLflow" : `MLflow is ${named.uri}`)
  const { server, target } = yield* reachTarget(session.project, named)
  const sent = alreadySent(session.project.root, server, trackedState(session.project, plan, state, session.store, { experimentName: null }))
  if (sent === null) print(`MLflow has not got all of ${name} yet; to send it: npx leadspan sync ${name}`)
  print(`${bold("MLflow")}  ${sent === null ? target.uri : viewLink(target.uri, sent.experimentId, sent.viewId)}`)
  if (server === null && isTerminal()) {
    note("it stays up; end it with Ctrl-C")
    yield* untilInterrupted(session)
  }
})
