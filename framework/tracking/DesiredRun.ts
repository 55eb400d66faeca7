/** What MLflow should hold: runs as plain data, each with a key that finds it again on any server. */
import { createHash } from "node:crypto"
import type { Metric } from "../journal/Record.ts"
import type { DatasetInput, RunStatus } from "./MlflowClient.ts"
import type { TrackedArtifact } from "./TrackedState.ts"

/** Tags by which runs are found again: search by tag before create is what makes sending idempotent. */
export const tagOf = { key: "leadspan.key", origin: "leadspan.origin", kind: "leadspan.kind", artifacts: "leadspan.artifacts" } as const

/** Value of the key's tag: one search by it finds this project's run and no other's. */
export const keyTag = (origin: string, key: string): string => `${origin}/${key}`

export interface DesiredRun {
  /** unique within the experiment and origin */
  readonly key: string
  readonly kind: "experiment" | "trial" | "reference" | "curve"
  readonly name: string
  readonly parent: string | null
  readonly startTime: number
  readonly endTime: number | null
  readonly status: RunStatus
  readonly params: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
  /** in the order in which they are sent; of one key and step there is one */
  readonly metrics: ReadonlyArray<Metric>
  readonly datasets: ReadonlyArray<DatasetInput>
  readonly artifacts: ReadonlyArray<TrackedArtifact>
}

export interface DesiredState {
  readonly origin: string
  readonly experimentName: string
  readonly experimentTags: ReadonlyMap<string, string>
  /** the experiment's own run first */
  readonly runs: ReadonlyArray<DesiredRun>
  /** id of the saved view that the link opens */
  readonly viewId: string
}

/** JSON with maps as pairs and NaN kept apart from null. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_key, held: unknown) => {
    if (held instanceof Map) return [...held]
    return typeof held === "number" && !Number.isFinite(held) ? String(held) : held
  })

export const digestOf = (value: unknown, characters: number): string =>
  createHash("sha256").update(stable(value)).digest("hex").slice(0, characters)

/** Names a run's artifacts as a whole. */
export const artifactsDigest = (run: DesiredRun): string =>
  run.artifacts.length === 0 ? "" : digestOf(run.artifacts.map(({ path, digest }) => [path, digest]), 16)

/** Names all that a run should be: equal digests, nothing to send. */
export const runDigest = (run: DesiredRun): string => digestOf({ ...run, artifacts: artifactsDigest(run) }, 32)

export const stateDigest = (state: DesiredState): string =>
  digestOf([state.origin, state.experimentName, state.experimentTags, state.runs.map(runDigest)], 32)
