/** What MLflow is to show, from the journal and the analysis: the join that neither of them may make itself. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { budgetsOf } from "../analysis/axis-values.ts"
import { curves as curvesOf } from "../analysis/curves.ts"
import { claimsTableJson } from "../analysis/claims/claims-table.ts"
import { judge } from "../analysis/claims/judge.ts"
import { verdictText } from "../analysis/claims/words.ts"
import type { DataOutcome, ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { fileName } from "../analysis/format.ts"
import { gatherOutcomes, readScores } from "../analysis/gather.ts"
import { drawnFigures } from "../analysis/report/figures/figure-files.ts"
import { standingAlone } from "../analysis/report/figures/standing-alone.ts"
import { passesOf, samplesOf } from "../analysis/samples.ts"
import { tidy } from "../analysis/tidy.ts"
import { budgetMetrics, sampleMetrics, summarise, summaryMetrics } from "../evaluation/summary.ts"
import { digestOf } from "../plan/canonical.ts"
import type { Metric } from "../journal/Record.ts"
import type { RecordedPlan, ScoreLine } from "../journal/RecordedPlan.ts"
import type { JournalState } from "../journal/state.ts"
import type { Store } from "../journal/store.ts"
import type { Project } from "../setup/project.ts"
import type { TrackedArtifact, TrackedCurve, TrackedReference, TrackedState, TrackedStatus, TrackedTrial } from "../tracking/TrackedState.ts"
import { projectOrigin } from "./origin.ts"
import { versions } from "./versions.ts"

const primaryScore = (plan: RecordedPlan, lines: ReadonlyArray<ScoreLine>): number => {
  const { accuracy } = summarise(lines)
  return plan.primaryRule === "forced" ? accuracy.forced[0] ?? 0 : accuracy[plan.primaryRule]
}

const fileArtifact = (path: string, file: string, type: string): ReadonlyArray<TrackedArtifact> => {
  if (!existsSync(file)) return []
  const digest = digestOf(readFileSync(file).toString("base64")).slice(0, 32)
  return [{ path, type, digest, bytes: () => readFileSync(file) }]
}

const textArtifact = (path: string, type: string, text: string): TrackedArtifact =>
  ({ path, type, digest: digestOf(text).slice(0, 32), bytes: () => Buffer.from(text, "utf8") })

/** What the adviser says of the data: its numbers, and each figure as a file that stands alone. */
export const dataArtifacts = ({ kept, name }: DataOutcome): ReadonlyArray<TrackedArtifact> => {
  if (kept === null) return []
  const folder = name === "" ? "data" : `data/${fileName(name)}`
  return [
    textArtifact(`${folder}/advice.json`, "application/json", kept.text),
    ...kept.figures.map((figure) => textArtifact(`${folder}/${figure.id}.svg`, "image/svg+xml", standingAlone(figure, figure.svg)))
  ]
}

/** Verdicts that a grader gave, as metrics of the trial, at the time of scoring. */
const scoreMetrics = (plan: RecordedPlan, evaluation: string, lines: ReadonlyArray<ScoreLine>, at: number): ReadonlyArray<Metric> => {
  const bySeed = new Map([[0, lines]])
  const passes = passesOf(bySeed, plan.primaryRule).flatMap(({ k, score }) => (score === null ? [] : [{ k, value: score.estimate }]))
  const values = {
    ...summaryMetrics(evaluation, summarise(lines)),
    ...(passes.length === 0 ? {} : sampleMetrics(evaluation, samplesOf(bySeed) ?? 1, primaryScore(plan, lines), passes))
  }
  return Object.entries(values).map(([key, value]) => ({ key, step: 0, value, at }))
}

/** Verdicts, once a run has ended: before, most of them wait. */
const claimsOf = (plan: RecordedPlan, state: JournalState, outcomes: ExperimentOutcomes): Pick<TrackedState, "claims" | "claimsTable"> => {
  if (plan.claims.length === 0 || state.status === "running") return { claims: [], claimsTable: null }
  const judged = judge(plan, outcomes)
  return {
    claims: judged.map((one) => ({ claim: one.claim, cell: one.cell, cellName: one.cellName, text: verdictText(one) })),
    claimsTable: textArtifact("claims.json", "application/json", claimsTableJson(judged))
  }
}

/** Forced at every thought budget that a trial is scored at, in any cell that has it: an axis of budgets is one run with a metric for each. */
const forcedMetrics = (plan: RecordedPlan, state: JournalState, store: Store, trial: string, startedAt: number): ReadonlyArray<Metric> => {
  const metrics = new Map<string, Metric>()
  for (const cell of plan.cells) {
    for (const { evaluations } of cell.trials.filter(({ id }) => id === trial)) {
      for (const [name, { score }] of Object.entries(evaluations)) {
        const done = state.steps.get(score)
        const lines = done?.status === "done" ? readScores(store, score) : null
        if (lines === null) continue
        const values = budgetMetrics(name, summarise(lines), budgetsOf(plan, cell, name))
        for (const [key, value] of Object.entries(values)) {
          if (!metrics.has(key)) metrics.set(key, { key, step: 0, value, at: done?.endedAt ?? startedAt })
        }
      }
    }
  }
  return [...metrics.values()]
}

/** A stopped trial has no end of its own: the run's end is its end. */
const statusOf = (status: JournalState["status"]): TrackedStatus =>
  status === "finished" ? "done" : status === "never-ran" ? "running" : status

/** The state of an experiment as tracking wants it. */
export const trackedState = (
  project: Project, plan: RecordedPlan, state: JournalState, store: Store, settings: { readonly experimentName: string | null }
): TrackedState => {
  const outcomes = gatherOutcomes(plan, state, store, { versions: versions(), commands: [] })
  const tables = tidy(plan, outcomes)
  const trials = new Map<string, TrackedTrial>()
  for (const { params, planned } of plan.cells.flatMap((cell) => cell.trials.map((trial) => ({ params: cell.params, planned: trial })))) {
    const step = state.steps.get(planned.id)
    if (step === undefined || trials.has(planned.id)) continue
    const scored = plan.evaluations.flatMap(({ name }) => {
      const id = planned.evaluations[name]?.score
      const done = id === undefined ? undefined : state.steps.get(id)
      const lines = id === undefined || done?.status !== "done" ? null : readScores(store, id)
      return lines === null ? [] : [{ name, lines, at: done?.endedAt ?? step.startedAt, id: id as string }]
    })
    const [primary] = scored
    const isScored = plan.evaluations.length === 0 || scored.length === plan.evaluations.length
    const status: TrackedStatus = step.status === "done" && !isScored ? (state.status === "running" ? "running" : "interrupted") : step.status
    trials.set(planned.id, {
      id: planned.id, status,
      startedAt: step.startedAt,
      endedAt: step.status === "running" ? null : step.endedAt ?? state.endedAt ?? step.startedAt,
      reusedFrom: step.reusedFrom === "adopted" ? null : step.reusedFrom,
      attempts: step.attempts,
      failure: step.failure,
      device: step.device === null ? null : `${step.device.computes}, ${step.device.cpuModel}`,
      metrics: [...step.metrics.values(), ...scored.flatMap(({ at, lines, name }) => scoreMetrics(plan, name, lines, at)),
        ...forcedMetrics(plan, state, store, planned.id, step.startedAt)],
      cost: step.cost,
      score: primary === undefined ? null : primaryScore(plan, primary.lines),
      scoredAt: primary?.at ?? null,
      params,
      artifacts: scored.flatMap(({ id, name }) => [
        ...fileArtifact(`${name}/scores.jsonl`, join(store.path(id), "scores.jsonl"), "application/x-ndjson"),
        ...fileArtifact(`${name}/samples.txt`, join(store.path(id), "samples.txt"), "text/plain")
      ])
    })
  }
  const references: Array<TrackedReference> = []
  for (const [name, scores] of [["base student", plan.baseStudent], ["teacher", plan.teacher]] as const) {
    const [evaluation] = plan.evaluations
    const id = evaluation === undefined ? undefined : scores?.[evaluation.name]
    const lines = id === undefined ? null : outcomes.scores.get(id) ?? null
    if (evaluation === undefined || id === undefined || lines === null) continue
    const at = state.steps.get(id)?.endedAt ?? state.startedAt ?? 0
    references.push({ name, at, score: primaryScore(plan, lines), metrics: scoreMetrics(plan, evaluation.name, lines, at) })
  }
  const curves: ReadonlyArray<TrackedCurve> = curvesOf(plan, tables.cells).map((curve) => ({
    key: curve.key, name: curve.name, final: curve.final, at: state.endedAt ?? state.startedAt ?? 0,
    cells: curve.points.map(({ cell }) => cell),
    points: curve.points.map(({ high, low, ratioPercent, retention, score }) => ({ ratioPercent, score, retention, low, high }))
  }))
  const reportFolder = join(project.reports, plan.experiment)
  return {
    origin: projectOrigin(project), plan,
    experimentName: settings.experimentName ?? plan.experiment,
    status: statusOf(state.status),
    startedAt: state.startedAt ?? 0,
    endedAt: state.endedAt,
    params: { data: plan.data.source },
    trials: [...trials.values()], references, curves,
    ...claimsOf(plan, state, outcomes),
    artifacts: [
      ...fileArtifact("report.html", join(reportFolder, "report.html"), "text/html"),
      ...fileArtifact("report.md", join(reportFolder, "report.md"), "text/markdown"),
      ...drawnFigures(reportFolder).flatMap((path) => fileArtifact(path, join(reportFolder, path), "image/svg+xml")),
      ...outcomes.data.flatMap(dataArtifacts)
    ]
  }
}
