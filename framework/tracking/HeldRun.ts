/** What the server holds of a run, as a value to compare with: read from its reply, then kept up as we send. */
import type { Metric } from "../journal/Record.ts"
import { keyTag, tagOf } from "./DesiredRun.ts"
import type { DesiredRun } from "./DesiredRun.ts"
import { numberOfMetric } from "./mlflow-replies.ts"
import type { Run } from "./mlflow-replies.ts"

export interface HeldRun {
  readonly run: Run
  name: string
  status: string
  endTime: number | null
  readonly params: Map<string, string>
  readonly tags: Map<string, string>
  /** MLflow's latest point of each key: the highest step */
  readonly latest: Map<string, Metric>
  readonly datasets: Set<string>
}

export const datasetKey = (dataset: { readonly name: string; readonly digest: string }): string =>
  `${dataset.name}\0${dataset.digest}`

export const heldRun = (run: Run): HeldRun => ({
  run,
  name: run.info.run_name ?? "",
  status: run.info.status,
  endTime: run.info.end_time === undefined ? null : Number(run.info.end_time),
  params: new Map(run.data?.params.map(({ key, value }) => [key, value])),
  tags: new Map(run.data?.tags.map(({ key, value }) => [key, value])),
  latest: new Map(run.data?.metrics.map(({ key, value, step = 0, timestamp }) =>
    [key, { key, value: numberOfMetric(value), step: Number(step), at: Number(timestamp) }])),
  datasets: new Set(run.inputs?.dataset_inputs.map(({ dataset }) => datasetKey(dataset)))
})

/** The key under which we made it; undefined where it is none of ours. */
export const keyOf = (held: HeldRun, origin: string): string | undefined => {
  const tag = held.tags.get(tagOf.key)
  return tag?.startsWith(keyTag(origin, "")) ? tag.slice(keyTag(origin, "").length) : undefined
}

const samePoint = (a: Metric, b: Metric): boolean => a.step === b.step && a.at === b.at && Object.is(a.value, b.value)

/**
 * The metrics that the server lacks, in order. Points of a key are sent by rising step, each batch after the one before
 * it has arrived: so the server's latest point tells that all before it are there. A key whose steps do not rise is sent
 * whole again, which doubles nothing.
 * "contradicted": the server holds a latest point that is not ours; MLflow cannot take it back, so the run is made anew.
 */
export const missingMetrics = (desired: DesiredRun, held: HeldRun): ReadonlyArray<Metric> | "contradicted" => {
  const byKey = new Map<string, Array<Metric>>()
  for (const metric of desired.metrics) {
    const points = byKey.get(metric.key)
    if (points === undefined) byKey.set(metric.key, [metric])
    else points.push(metric)
  }
  const arrived = new Map<string, number>()
  for (const [key, points] of byKey) {
    const latest = held.latest.get(key)
    if (latest === undefined) continue
    const index = points.findLastIndex((point) => samePoint(point, latest))
    if (index < 0) return "contradicted"
    const rises = points.every((point, n) => n === 0 || point.step > points[n - 1]!.step)
    if (rises) arrived.set(key, latest.step)
  }
  return desired.metrics.filter(({ key, step }) => step > (arrived.get(key) ?? -Infinity))
}

/** Remembers what has been sent. */
export const noteSent = (held: HeldRun, metrics: ReadonlyArray<Metric>): void => {
  for (const metric of metrics) {
    const latest = held.latest.get(metric.key)
    if (latest === undefined || metric.step >= latest.step) held.latest.set(metric.key, metric)
  }
}
