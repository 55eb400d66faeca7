import { inflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { stateDigest } from "../../../framework/tracking/DesiredRun.ts"
import { viewLink } from "../../../framework/tracking/links.ts"
import { Run } from "../../../framework/tracking/mlflow-replies.ts"
import { heldRun, missingMetrics } from "../../../framework/tracking/HeldRun.ts"
import { project, shownAxes } from "../../../framework/tracking/project.ts"
import { savedView } from "../../../framework/tracking/saved-view.ts"
import { sampleState } from "./sample-state.ts"

const state = sampleState({ experiment: "sample" })
const desired = project(state)
const trials = desired.runs.filter(({ kind }) => kind === "trial")

describe("project", () => {
  it("has a run for the experiment, each trial, each curve and each reference", () => {
    assert.deepStrictEqual(desired.runs.map(({ kind }) => kind),
      ["experiment", ...Array(12).fill("trial"), "reference", "curve", "curve"])
    assert.strictEqual(new Set(desired.runs.map(({ key }) => key)).size, desired.runs.length)
  })

  it("gives a trial its own cell's axes as params, and its alias as tags", () => {
    const first = trials[0]!
    assert.deepStrictEqual(Object.fromEntries(first.params),
      { learning_rate: "0.001", loss: "forward-kl", ratio: "0.25", segments: "cot+answer", seed: "1", role: "cell" })
    assert.strictEqual(first.tags.get("alias.1"), "ratio=0.25 supervise=cot")
    assert.strictEqual(first.tags.get("alias_segments"), "cot")
    assert.strictEqual(first.tags.get("alias_ratio"), "0.25")
    assert.strictEqual(first.tags.get("leadspan.cell"), "ratio=0.25 supervise=cot+answer")
    assert.strictEqual(trials[1]!.tags.get("reused_from"), "another-experiment")
    assert.isFalse(trials[2]!.tags.has("alias.1"))
  })

  it("tells verdicts as tags of the experiment's run and of the cell's, aliases included, and as a table", () => {
    const table = { path: "claims.json", type: "application/json", digest: "d", bytes: () => Buffer.from("{}") }
    const [owner] = state.plan.cells.filter(({ status }) => status === "alias").map(({ aliasOf }) => aliasOf!)
    const alias = state.plan.cells.find(({ aliasOf }) => aliasOf === owner)!
    const claims = [
      { claim: "half", cell: alias.index, cellName: alias.name, text: "supported. Retention 0.97" },
      { claim: "two", cell: 0, cellName: "a", text: "refuted" }, { claim: "two", cell: alias.index, cellName: "b", text: "supported" }
    ]
    const { runs } = project({ ...state, claims, claimsTable: table })
    const [experiment, ...others] = runs
    assert.strictEqual(experiment!.tags.get("claim.half"), "supported. Retention 0.97")
    assert.strictEqual(experiment!.tags.get("claim.two"), "a: refuted\nb: supported")
    assert.strictEqual(experiment!.tags.get("mlflow.loggedArtifacts"), '[{"path":"claims.json","type":"table"}]')
    assert.include(experiment!.artifacts.map(({ path }) => path), "claims.json")
    const tagged = others.filter((run) => run.tags.has("claim.half"))
    assert.isAbove(tagged.length, 0)
    for (const run of tagged) assert.strictEqual(run.tags.get("alias.1"), alias.name)
    assert.isFalse(desired.runs[0]!.tags.has("mlflow.loggedArtifacts"))
  })

  it("names a trial by what it is and what came out", () => {
    assert.strictEqual(trials[0]!.name, "0.25 CA .46 150k 21s s1")
    assert.strictEqual(trials[11]!.name, "1 PCA .94 600k 28s s2")
    const running = project(sampleState({ experiment: "sample", trialsDone: 3 })).runs.filter(({ kind }) => kind === "trial")
    assert.strictEqual(running[5]!.name, "0.5 CA s2")
    assert.strictEqual(running[5]!.status, "RUNNING")
    assert.isNull(running[5]!.endTime)
  })

  it("ends every trial in the right state", () => {
    const statuses = (["done", "failed", "interrupted", "running"] as const).map((status) =>
      project({ ...state, trials: [{ ...state.trials[0]!, status }] }).runs[1]!.status)
    assert.deepStrictEqual(statuses, ["FINISHED", "FAILED", "KILLED", "RUNNING"])
  })

  it("draws curves at the ratio in percent, once they are final", () => {
    const curve = desired.runs.find(({ kind }) => kind === "curve")!
    assert.strictEqual(curve.tags.get("grid.kind"), "curve")
    assert.isNull(curve.parent)
    assert.deepStrictEqual(curve.metrics.filter(({ key }) => key === "by_ratio_pct/retention").map(({ step }) => step), [25, 50, 100])
    const waiting = project(sampleState({ experiment: "sample", curvesFinal: false }))
    assert.isFalse(waiting.runs.some(({ kind }) => kind === "curve"))
  })

  it("gives a curve another key when its results change, and only then", () => {
    const [curve, other] = state.curves
    const changed = { ...curve!, points: curve!.points.map((point) => ({ ...point, low: 0.1 })) }
    const keys = (curves: typeof state.curves) =>
      project({ ...state, curves }).runs.filter(({ kind }) => kind === "curve").map(({ key }) => key)
    assert.deepStrictEqual(keys([curve!, other!]), keys([{ ...curve!, at: 5 }, other!]))
    const metrics = (at: number) => project({ ...state, curves: [{ ...curve!, at }] }).runs.at(-1)!.metrics
    assert.deepStrictEqual(metrics(5), metrics(6))
    assert.notStrictEqual(keys([changed, other!])[0], keys([curve!, other!])[0])
    assert.strictEqual(keys([changed, other!])[1], keys([curve!, other!])[1])
  })

  it("is pure: the same state, the same digest; one more point, another", () => {
    assert.strictEqual(stateDigest(project(sampleState({ experiment: "sample" }))), stateDigest(desired))
    assert.notStrictEqual(stateDigest(project(sampleState({ experiment: "sample", points: 6 }))), stateDigest(desired))
  })

  it("keeps an odd axis within what MLflow takes", () => {
    const axes = [...state.plan.axes, { path: "loss.options.β", name: "β=x//y", values: [1] }]
    const cells = state.plan.cells.map((cell) => ({ ...cell, axes: { ...cell.axes, "loss.options.β": "z".repeat(9000) } }))
    const run = project({ ...state, plan: { ...state.plan, axes, cells } }).runs[1]!
    assert.strictEqual(run.params.get("β_x_y")?.length, 6000)
    assert.isAtMost(run.name.length, 200)
  })
})

describe("missingMetrics", () => {
  const run = trials[0]!
  const held = (points: ReadonlyArray<{ key: string; value: number | string; step: number; timestamp: number }>) =>
    heldRun(Schema.decodeUnknownSync(Run)({
      info: { run_id: "r", experiment_id: "1", status: "RUNNING", artifact_uri: "x", lifecycle_stage: "active" },
      data: { metrics: points }
    }))
  const loss = run.metrics.filter(({ key }) => key === "train/loss")
  const onServer = (n: number) => ({ key: "train/loss", value: loss[n]!.value, step: loss[n]!.step, timestamp: loss[n]!.at })

  it("is all where the server has none, and what follows its latest point where it has some", () => {
    assert.deepStrictEqual(missingMetrics(run, held([])), run.metrics)
    const missing = missingMetrics(run, held([onServer(2)]))
    assert.isArray(missing)
    assert.deepStrictEqual((missing as typeof run.metrics).filter(({ key }) => key === "train/loss").map(({ step }) => step), [30, 40])
  })

  it("sees that the server holds what never was: another time, another value", () => {
    assert.strictEqual(missingMetrics(run, held([{ ...onServer(2), timestamp: 5 }])), "contradicted")
    assert.strictEqual(missingMetrics(run, held([{ ...onServer(2), value: 9 }])), "contradicted")
  })

  it("knows NaN and infinity again", () => {
    const norm = run.metrics.filter(({ key }) => key === "train/grad_norm")
    const at = (n: number, value: number | string) => ({ key: "train/grad_norm", value, step: norm[n]!.step, timestamp: norm[n]!.at })
    assert.isArray(missingMetrics(run, held([at(1, "NaN")])))
    assert.isArray(missingMetrics(run, held([at(2, Number.MAX_VALUE)])))
  })
})

describe("the saved view", () => {
  it("fits a tag and opens on four cards, rows in our order", () => {
    const tag = savedView({ name: "Leadspan", parentRunId: "p", axes: shownAxes(state), claimTags: ["claim.half"], hasCurves: true, at: 1 })
    assert.isBelow(tag.length, 5000)
    const packed = (JSON.parse(tag) as { state: string }).state
    const view = JSON.parse(inflateSync(Buffer.from(packed.replace("deflate;", ""), "base64")).toString()) as {
      selectedColumns: Array<string>; compareRunCharts: Array<{ type: string; metricKey: string }>; orderByKey: string
    }
    assert.deepStrictEqual(view.selectedColumns,
      ["params.`ratio`", "params.`segments`", "params.`seed`", "metrics.`score`", "tags.`claim.half`", "metrics.`tokens`", "metrics.`seconds`"])
    assert.deepStrictEqual(view.compareRunCharts.map(({ type, metricKey }) => `${type} ${metricKey}`),
      ["LINE by_ratio_pct/retention", "BAR score", "BAR tokens", "BAR seconds"])
    assert.strictEqual(view.orderByKey, "tags.`leadspan.order`")
  })

  it("is linked to", () => {
    assert.strictEqual(viewLink("http://127.0.0.1:5601", "3", "v"),
      "http://127.0.0.1:5601/#/experiments/3/runs?viewStateShareKey=v&compareRunsMode=CHART&workflowType=machine_learning")
  })
})
