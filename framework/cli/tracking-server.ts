/** Which MLflow server an experiment is sent to: the one that the spec or the environment names, or the project's own. */
import { Effect, Layer, Redacted } from "effect"
import type { Project } from "../setup/project.ts"
import { environments } from "../setup/project.ts"
import { ensureServer } from "../tracking/LocalServer.ts"
import { MlflowClient } from "../tracking/MlflowClient.ts"
import { openTarget, trackingTarget, type TrackingTarget } from "../tracking/TrackingTarget.ts"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"

/** The named server, or null for the project's own. Fails if what is named is no address. */
export const namedServer = (tracking: ExperimentSpec["tracking"] | null) =>
  Effect.try({
    try: () => trackingTarget(tracking?.uri === null || tracking === null ? null : Redacted.value(tracking.uri), process.env),
    catch: (error) => error as Error
  })

/** A target that answers: the named one as it is, or the project's own server, started if it does not run. */
export const reachTarget = Effect.fnUntraced(function*(project: Project, named: TrackingTarget | null) {
  if (named !== null) return { target: named, server: named.uri as string | null, isReused: true }
  const running = yield* ensureServer({ project: project.root, program: environments(project).mlflowProgram })
  return { target: openTarget(running.uri), server: null, isReused: running.isReused }
})

/** @param patienceSeconds how long a call is tried again; a live sender comes back by itself and needs none */
export const clientLayer = (target: TrackingTarget, patienceSeconds?: number): Layer.Layer<MlflowClient> =>
  MlflowClient.layer(target, patienceSeconds === undefined ? {} : { patienceSeconds })
