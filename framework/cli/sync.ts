/** `leadspan sync [EXPERIMENT]`: the journal is the truth; this brings MLflow up to it. */
import { Effect, Option } from "effect"
import { stopServer } from "../tracking/LocalServer.ts"
import { syncNow } from "../tracking/Tracker.ts"
import { openExperiment } from "./Experiment.ts"
import { openSession } from "./session.ts"
import { bold, print } from "./terminal.ts"
import { trackedState } from "./tracked-state.ts"
import { trackingSettings } from "./tracking-settings.ts"
import { clientLayer, namedServer, reachTarget } from "./tracking-server.ts"

export const sync = Effect.fnUntraced(function*(given: { readonly experiment: Option.Option<string> }) {
  const session = yield* openSession()
  const { project, store } = session
  const ran = yield* openExperiment(session, Option.getOrNull(given.experiment))
  const { name, plan, state } = ran
  const settings = yield* trackingSettings(session, ran)
  const named = yield* namedServer(settings)
  const { isReused, server, target } = yield* reachTarget(project, named)
  const report = yield* syncNow(project.root, server, trackedState(project, plan, state, store, settings)).pipe(
    Effect.provide(clientLayer(target)),
    Effect.ensuring(server === null && !isReused ? Effect.asVoid(stopServer({ project: project.root })) : Effect.void))
  const { created, deleted, metrics } = report.counts
  print(`${bold(name)}  MLflow has everything now (${created} runs made, ${deleted} remade or removed, ${metrics} metric points sent)`)
  print(`${bold("MLflow")}  ${server === null && !isReused ? `to look at it: npx leadspan ui ${name}` : report.link}`)
})
