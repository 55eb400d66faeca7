/** The projection: what MLflow should hold, from what is known. Pure. */
import { axesOf, axisKey, plannedRuns } from "./axes.ts"
import { claimTag, claimTags, tableTag } from "./claim-tags.ts"
import { curveColour, curveRun } from "./curve-run.ts"
import { dataJson, dataParams } from "./data-params.ts"
import { digestOf } from "./DesiredRun.ts"
import type { DesiredRun, DesiredState } from "./DesiredRun.ts"
import { cutTo, maxExperimentTagCharacters, safeKey } from "./limits.ts"
import { dataset, firstOfEach, paramsOf, runStatus, shortScore, tagsOf, trialRun } from "./trial-run.ts"
import type { TrackedArtifact, TrackedReference, TrackedState } from "./TrackedState.ts"

export const experimentRunKey = "experiment"

const textArtifact = (path: string, type: string, text: string): TrackedArtifact =>
  ({ path, type, digest: digestOf(text, 32), bytes: () => Buffer.from(text, "utf8") })

const experimentRun = (state: TrackedState): DesiredRun => {
  const { plan } = state
  const planned = plannedRuns(plan).length
  const done = state.trials.filter(({ status }) => status === "done").length
  return {
    key: experimentRunKey,
    kind: "experiment",
    name: plan.experiment,
    parent: null,
    startTime: state.startedAt,
    endTime: state.status === "running" ? null : state.endedAt ?? state.startedAt,
    status: runStatus[state.status],
    params: paramsOf({ engine: plan.engine, seeds: plan.seeds.join(", "), ...dataParams(plan.data), ...state.params }),
    tags: tagsOf({
      "leadspan.trials": `${done} of ${planned} done`,
      "leadspan.numerics": plan.numerics,
      "leadspan.order": "9",
      "mlflow.source.name": `leadspan ${plan.experiment}`,
      ...claimTags(state.claims),
      ...tableTag(state.claimsTable),
      ...(plan.description === "" ? {} : { "mlflow.note.content": plan.description })
    }),
    metrics: [],
    datasets: [dataset(plan)],
    artifacts: [
      textArtifact("spec.yaml", "text/yaml", plan.specYaml),
      textArtifact("plan.json", "application/json", JSON.stringify(plan, null, 2)),
      ...(plan.data.tally === undefined ? [] : [textArtifact("data/left-out.json", "application/json", dataJson(plan.data))]),
      ...(state.claimsTable === null ? [] : [state.claimsTable]),
      ...state.artifacts
    ]
  }
}

const referenceRun = (reference: TrackedReference, index: number): DesiredRun => ({
  key: `reference:${reference.name}`,
  kind: "reference",
  name: reference.score === null ? reference.name : `${reference.name} ${shortScore(reference.score)}`,
  parent: null,
  startTime: reference.at,
  endTime: reference.at,
  status: "FINISHED",
  params: paramsOf({}),
  tags: tagsOf({ "leadspan.order": `2-${index}`, "leadspan.reference": reference.name }),
  metrics: firstOfEach([
    ...reference.metrics,
    ...(reference.score === null ? [] : [{ key: "score", step: 0, value: reference.score, at: reference.at }])
  ]),
  datasets: [],
  artifacts: []
})

/** @returns all runs and tags of the experiment; the saved view needs a run's id and is added by `sync` */
export const project = (state: TrackedState): DesiredState => {
  const { plan } = state
  const final = state.curves.filter((curve) => curve.final)
  const colours = new Map(state.curves.flatMap((curve, index) =>
    curve.cells.map((cell) => [cell, curveColour(index)] as const)))
  const trials = new Map(state.trials.map((trial) => [trial.id, trial]))
  const trialRuns = plannedRuns(plan).flatMap((planned) => {
    const trial = trials.get(planned.trial)
    if (trial === undefined) return []
    const order = `1-${String(planned.order).padStart(6, "0")}`
    const colour = colours.get(planned.cell.index) ?? null
    return [trialRun(state, planned, trial, { parent: experimentRunKey, order, colour })]
  })
  const note = [
    "Rows: ratio, segments (P prompt, C thought, A answer), score, tokens, seconds, seed.",
    "Lines: retention against the ratio in percent.",
    ...(plan.description === "" ? [] : [plan.description]),
    "Bars are the rows, in their colours and order; the table button above the list shows them as columns. " +
    "Shared settings, the spec and the plan are with the run named like the experiment."
  ].join("\n\n")
  return {
    origin: state.origin,
    experimentName: state.experimentName,
    experimentTags: new Map([["mlflow.note.content", cutTo(maxExperimentTagCharacters, note)]]),
    runs: [
      experimentRun(state),
      ...trialRuns,
      ...state.references.map(referenceRun),
      ...final.map((curve) => curveRun(state, curve, state.curves.indexOf(curve)))
    ],
    viewId: `leadspan-${state.origin.slice(0, 12)}`
  }
}

/** Columns of the axes on which cells differ, the ratio and the segments first. */
export const shownAxes = (state: TrackedState): ReadonlyArray<string> => {
  const { plan } = state
  const keys = plan.axes.map(({ name }) => axisKey(name))
  const differing = keys.filter((key) => new Set(plan.cells.map((cell) => axesOf(plan, cell)[key])).size > 1)
  const rank = (key: string): number => ["ratio", "segments"].indexOf(key) >>> 0
  return [...new Set([...differing.sort((a, b) => rank(a) - rank(b)), ...(plan.seeds.length > 1 ? ["seed"] : [])])]
}

/** Tags of the claims that have been judged, one a claim. */
export const shownClaims = (state: TrackedState): ReadonlyArray<string> => [...new Set(state.claims.map(({ claim }) => safeKey(claimTag(claim))))]
