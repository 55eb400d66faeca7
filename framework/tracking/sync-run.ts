/** Makes one run on the server equal to what it should be. Every step may be done twice without harm. */
import { Effect } from "effect"
import { artifactsDigest, keyTag, tagOf } from "./DesiredRun.ts"
import type { DesiredRun } from "./DesiredRun.ts"
import { datasetKey, heldRun, missingMetrics, noteSent } from "./HeldRun.ts"
import type { HeldRun } from "./HeldRun.ts"
import { MlflowClient } from "./MlflowClient.ts"

export interface SyncCounts {
  created: number
  /** made anew, because MLflow cannot change a param or a point */
  remade: number
  changed: number
  deleted: number
  metrics: number
  artifacts: number
  readonly warnings: Set<string>
}

export const noCounts = (): SyncCounts =>
  ({ created: 0, remade: 0, changed: 0, deleted: 0, metrics: 0, artifacts: 0, warnings: new Set() })

export interface RunPlace {
  readonly experimentId: string
  readonly origin: string
  /** run id of the experiment's run; null for that run itself */
  readonly parentRunId: string | null
}

/** Tags that are ours to take away again. */
const isOurs = (key: string): boolean =>
  key.startsWith("leadspan.") || key.startsWith("alias.") || key.startsWith("alias_") || key.startsWith("claim.") ||
  ["mlflow.loggedArtifacts", "reused_from", "grid.kind", "mlflow.runColor", "mlflow.parentRunId"].includes(key)

const tagsFor = (desired: DesiredRun, place: RunPlace): Map<string, string> => {
  const tags = new Map(desired.tags)
  tags.set(tagOf.key, keyTag(place.origin, desired.key)).set(tagOf.origin, place.origin).set(tagOf.kind, desired.kind)
  if (desired.parent !== null && place.parentRunId !== null) tags.set("mlflow.parentRunId", place.parentRunId)
  return tags
}

const pairs = (map: Iterable<readonly [string, string]>) => [...map].map(([key, value]) => ({ key, value }))

/** A param has another value, or is no longer wanted: neither can be changed on the server. */
const paramsContradict = (desired: DesiredRun, held: HeldRun): boolean =>
  [...held.params].some(([key, value]) => desired.params.get(key) !== value)

const putArtifacts = Effect.fnUntraced(function*(desired: DesiredRun, held: HeldRun, counts: SyncCounts) {
  const client = yield* MlflowClient
  const digest = artifactsDigest(desired)
  if (digest === "" || held.tags.get(tagOf.artifacts) === digest) return
  for (const artifact of desired.artifacts) {
    yield* client.putArtifact(held.run, artifact.path, artifact.bytes(), artifact.type)
    counts.artifacts++
  }
  yield* client.logBatch(held.run.info.run_id, { tags: [{ key: tagOf.artifacts, value: digest }] })
  held.tags.set(tagOf.artifacts, digest)
})

/** Runs and metrics are worth sending to a server that keeps artifacts elsewhere: that is only a warning. */
const sendArtifacts = (desired: DesiredRun, held: HeldRun, counts: SyncCounts) =>
  putArtifacts(desired, held, counts).pipe(
    Effect.catchTag("InvalidForMlflow", (error) =>
      error.call === "mlflow-artifacts" ? Effect.sync(() => void counts.warnings.add(error.message)) : Effect.fail(error))
  )

/**
 * @param held what the server holds; null where there is no such run
 * @returns what it holds then
 */
export const syncRun = Effect.fnUntraced(function*(
  desired: DesiredRun, found: HeldRun | null, place: RunPlace, counts: SyncCounts
) {
  const client = yield* MlflowClient
  const tags = tagsFor(desired, place)
  let held = found
  if (held !== null && (paramsContradict(desired, held) || missingMetrics(desired, held) === "contradicted")) {
    yield* client.deleteRun(held.run.info.run_id)
    held = null
    counts.remade++
  }
  if (held === null) {
    const unique = { key: tagOf.key, value: keyTag(place.origin, desired.key) }
    const first = pairs([...tags].filter(([key]) => [tagOf.origin, tagOf.kind, "mlflow.parentRunId"].includes(key)))
    const run = yield* client.createRun(
      { experimentId: place.experimentId, name: desired.name, startTime: desired.startTime, tags: first }, unique)
    held = heldRun(run)
    if (found === null) counts.created++
  }
  const runId = held.run.info.run_id
  const now = held
  const params = [...desired.params].filter(([key]) => !now.params.has(key))
  const changedTags = [...tags].filter(([key, value]) => now.tags.get(key) !== value)
  const missing = missingMetrics(desired, now)
  const metrics = missing === "contradicted" ? desired.metrics : missing
  if (params.length + changedTags.length + metrics.length > 0) {
    yield* client.logBatch(runId, { params: pairs(params), tags: pairs(changedTags), metrics })
    for (const [key, value] of params) now.params.set(key, value)
    for (const [key, value] of changedTags) now.tags.set(key, value)
    noteSent(now, metrics)
    counts.metrics += metrics.length
  }
  const digest = artifactsDigest(desired)
  for (const key of [...now.tags.keys()]) {
    if (!isOurs(key) || tags.has(key) || (key === tagOf.artifacts && digest !== "")) continue
    yield* client.deleteTag(runId, key)
    now.tags.delete(key)
  }
  const datasets = desired.datasets.filter((dataset) => !now.datasets.has(datasetKey(dataset)))
  if (datasets.length > 0) {
    yield* client.logInputs(runId, datasets)
    for (const dataset of datasets) now.datasets.add(datasetKey(dataset))
  }
  yield* sendArtifacts(desired, now, counts)
  const endsElsewhere = desired.endTime !== null && now.endTime !== desired.endTime
  if (now.status !== desired.status || now.name !== desired.name || endsElsewhere) {
    yield* client.updateRun(runId, { status: desired.status, endTime: desired.endTime, name: desired.name })
    // MLflow also writes the name as a tag.
    Object.assign(now, { status: desired.status, name: desired.name, endTime: desired.endTime ?? now.endTime })
    if (found !== null) counts.changed++
  }
  return now
})
