/** The MLflow run of a trial: the cell's own axes as params, aliases as tags, metrics with the journal's own times. */
import type { Metric } from "../journal/Record.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { axesOf, cellHead, cellRest } from "./axes.ts"
import type { PlannedRun } from "./axes.ts"
import { claimTagsOf } from "./claim-tags.ts"
import { costMetrics } from "./cost-metrics.ts"
import type { DesiredRun } from "./DesiredRun.ts"
import { cutTo, maxDigestCharacters, maxParamCharacters, maxTagCharacters, safeKey } from "./limits.ts"
import type { DatasetInput, RunStatus } from "./MlflowClient.ts"
import type { TrackedState, TrackedStatus, TrackedTrial } from "./TrackedState.ts"

export const runStatus: Readonly<Record<TrackedStatus, RunStatus>> = {
  running: "RUNNING", done: "FINISHED", failed: "FAILED", interrupted: "KILLED"
}

/** Keys cut and cleaned to what MLflow takes. */
export const paramsOf = (params: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(params).map(([key, value]) => [safeKey(key), cutTo(maxParamCharacters, value)]))

export const tagsOf = (tags: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(tags).map(([key, value]) => [safeKey(key), cutTo(maxTagCharacters, value)]))

/** First point of each (key, step): MLflow would show both of two. */
export const firstOfEach = (metrics: ReadonlyArray<Metric>): ReadonlyArray<Metric> => {
  const seen = new Set<string>()
  const kept: Array<Metric> = []
  for (const metric of metrics) {
    const key = safeKey(metric.key)
    const point = `${key}\0${metric.step}`
    if (seen.has(point)) continue
    seen.add(point)
    kept.push(key === metric.key ? metric : { ...metric, key })
  }
  return kept
}

const aliasTags = (plan: RecordedPlan, { aliases }: PlannedRun): Record<string, string> => {
  const tags: Record<string, string> = {}
  const values = new Map<string, Set<string>>()
  aliases.forEach((cell, n) => {
    tags[`alias.${n + 1}`] = cell.name
    for (const [key, value] of Object.entries(axesOf(plan, cell))) {
      values.set(key, (values.get(key) ?? new Set()).add(value))
    }
  })
  for (const [key, words] of values) tags[`alias_${key}`] = [...words].join(", ")
  return tags
}

/** 1234567 -> "1.2M", 61500 -> "62k" */
const counted = (count: number): string =>
  count >= 1e6 ? `${(count / 1e6).toFixed(1)}M` : count >= 1e4 ? `${Math.round(count / 1e3)}k` : String(Math.round(count))

/** 0.461 -> ".46": the list is so narrow that a percent sign would push the seconds out of it */
export const shortScore = (score: number): string => score.toFixed(2).replace(/^0(?=\.)/, "")

/** The run's line in MLflow's list: ratio, segments, score, tokens, seconds, then the rest. "0.25 CA .46 150k 21s s1" */
const trialName = (plan: RecordedPlan, planned: PlannedRun, trial: TrackedTrial): string => {
  const words = [
    cellHead(plan, planned.cell),
    trial.score === null ? "" : shortScore(trial.score),
    trial.cost === null ? "" : `${counted(trial.cost.tokens)} ${Math.round(trial.cost.wallSeconds)}s`,
    cellRest(plan, planned.cell),
    plan.seeds.length > 1 ? `s${planned.seed}` : "",
    planned.cell.role === "control" ? "control" : ""
  ].filter((word) => word !== "")
  return cutTo(200, words.length === 0 ? plan.experiment : words.join(" "))
}

/** What the table's columns and the bars show, under names that need no prefix. */
const summaryMetrics = (trial: TrackedTrial): ReadonlyArray<Metric> => {
  const at = trial.endedAt ?? trial.startedAt
  return [
    ...(trial.score === null ? [] : [{ key: "score", step: 0, value: trial.score, at: trial.scoredAt ?? at }]),
    ...(trial.cost === null ? [] : [
      { key: "tokens", step: 0, value: trial.cost.tokens, at },
      { key: "seconds", step: 0, value: trial.cost.wallSeconds, at }
    ])
  ]
}

export const dataset = (plan: RecordedPlan): DatasetInput => ({
  name: plan.data.source, digest: plan.data.digest.slice(0, Math.min(12, maxDigestCharacters)), context: "train",
  source: JSON.stringify({ source: plan.data.source, train: plan.data.train, validation: plan.data.validation })
})

export interface TrialSurroundings {
  readonly parent: string
  /** sorts the list: curves, trials in the grid's order, the rest */
  readonly order: string
  readonly colour: string | null
}

/** @returns the run that MLflow should hold for this trial */
export const trialRun = (
  state: TrackedState, planned: PlannedRun, trial: TrackedTrial, surroundings: TrialSurroundings
): DesiredRun => {
  const { plan } = state
  const colour: Record<string, string> = surroundings.colour === null ? {} : { "mlflow.runColor": surroundings.colour }
  const failure: Record<string, string> = trial.failure === null
    ? {}
    : { "leadspan.failure": `${trial.failure.reason}: ${trial.failure.message}` }
  const reused: Record<string, string> = trial.reusedFrom === null ? {} : { reused_from: trial.reusedFrom }
  return {
    key: `trial:${trial.id}`,
    kind: "trial",
    name: trialName(plan, planned, trial),
    parent: surroundings.parent,
    startTime: trial.startedAt,
    endTime: trial.status === "running" ? null : trial.endedAt ?? trial.startedAt,
    status: runStatus[trial.status],
    params: paramsOf({ ...trial.params, ...axesOf(plan, planned.cell), seed: String(planned.seed), role: planned.cell.role }),
    tags: tagsOf({
      "leadspan.trial": trial.id,
      "leadspan.cell": planned.cell.name,
      "leadspan.order": surroundings.order,
      "leadspan.attempts": String(trial.attempts),
      "mlflow.source.name": `leadspan ${plan.experiment}`,
      ...(trial.device === null ? {} : { "leadspan.device": trial.device }),
      ...reused, ...failure, ...colour, ...aliasTags(plan, planned),
      ...claimTagsOf(state.claims, [planned.cell, ...planned.aliases].map(({ index }) => index))
    }),
    metrics: firstOfEach([
      ...trial.metrics,
      ...(trial.cost === null ? [] : costMetrics(trial.cost, trial.endedAt ?? trial.startedAt)),
      ...summaryMetrics(trial)
    ]),
    datasets: [
      dataset(plan),
      ...plan.evaluations.map(({ name, benchmark, items, samples }) => ({
        name: benchmark, digest: `${items}x${samples}`, context: "eval",
        source: JSON.stringify({ evaluation: name, items, samples })
      }))
    ],
    artifacts: trial.artifacts
  }
}
