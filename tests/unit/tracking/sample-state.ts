/** A small experiment as tracking sees it: 3 ratios x 2 segment sets x 2 seeds, one cell an alias. */
import type { Metric } from "../../../framework/journal/Record.ts"
import type { PlannedCell, RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import type { TrackedCurve, TrackedState, TrackedTrial } from "../../../framework/tracking/TrackedState.ts"

const ratios = ["0.25", "0.5", "1"]
const segments = [["cot", "answer"], ["prompt", "cot", "answer"]]
const start = 1_795_000_000_000

const cells = (): ReadonlyArray<PlannedCell> => {
  const list: Array<PlannedCell> = []
  for (const ratio of ratios) {
    for (const supervise of segments) {
      const index = list.length
      const name = `ratio=${ratio} supervise=${supervise.join("+")}`
      list.push({
        index, name, role: "cell", params: { learning_rate: "0.001" }, status: "distinct", reason: null, aliasOf: null, predicted: null,
        axes: { "sequence.truncate.ratio": ratio, "sequence.supervise": supervise },
        trials: [1, 2].map((seed) => ({ id: `t${index}x${seed}`, seed, evaluations: {} })),
        baselines: { matched: 4, reference: 5 }
      })
    }
  }
  list.push({
    ...list[0]!, index: list.length, name: "ratio=0.25 supervise=cot", status: "alias", aliasOf: 0,
    axes: { "sequence.truncate.ratio": "0.25", "sequence.supervise": ["cot"] }
  })
  return list
}

export const samplePlan = (experiment: string): RecordedPlan => ({
  format: 1, experiment, description: "How much of a trace does the student need?", specFile: "experiments/sample.yaml", specYaml: `experiment: ${experiment}\n`,
  engine: "tfjs", numerics: "tensorflow-2.21.0 threads=1",
  axes: [
    { path: "sequence.truncate.ratio", name: "ratio", values: ratios },
    { path: "sequence.supervise", name: "supervise", values: segments }
  ],
  seeds: [1, 2], steps: [], cells: cells(),
  evaluations: [{
    name: "test", benchmark: "chain-arithmetic", items: 300, samples: 1, maxTokens: 200, thoughtTokens: [96], chance: 0.01,
    majority: 0.02
  }],
  claims: [], baseStudent: null, teacher: null, teachSteps: [],
  data: {
    source: "chain-arithmetic", digest: "0123456789abcdef0123456789abcdef0123456789abcdef", train: 6000, validation: 300,
    meanTokens: { prompt: 20, cot: 90, answer: 6 }
  },
  primaryRule: "first"
})

export interface SampleOptions {
  readonly experiment: string
  readonly origin?: string
  /** logged training points a trial */
  readonly points?: number
  readonly trialsDone?: number
  readonly curvesFinal?: boolean
}

const trialAt = (index: number, seed: number, order: number, points: number, isDone: boolean): TrackedTrial => {
  const ratio = Number(ratios[Math.floor(index / 2)])
  const startedAt = start + order * 30_000
  const endedAt = startedAt + 20_000
  const metrics: Array<Metric> = []
  for (let n = 0; n < points; n++) {
    metrics.push({ key: "train/loss", step: n * 10, value: 3 / (1 + n), at: startedAt + n })
    metrics.push({ key: "train/grad_norm", step: n * 10, value: n === 1 ? NaN : n === 2 ? Infinity : 1 / (1 + n), at: startedAt + n })
  }
  const score = 0.3 + 0.6 * ratio + 0.01 * seed + 0.02 * (index % 2)
  if (isDone) metrics.push({ key: "eval/test/first", step: 0, value: score, at: endedAt })
  return {
    id: `t${index}x${seed}`, status: isDone ? "done" : "running", startedAt, endedAt: isDone ? endedAt : null,
    reusedFrom: order === 1 ? "another-experiment" : null, attempts: 1, failure: null, device: "cpu", metrics,
    cost: isDone
      ? {
        wallSeconds: 18.4 + 10 * ratio, cpuSeconds: 18, peakBytes: 4e8, fixedBytes: 1e8, tokens: 600_000 * ratio,
        paddedTokens: 610_000 * ratio, targets: 500_000 * ratio, flops: 1e12 * ratio
      }
      : null,
    score: isDone ? score : null, scoredAt: isDone ? endedAt : null,
    params: { learning_rate: "0.001", loss: "forward-kl" }, artifacts: []
  }
}

const curveOf = (n: number, final: boolean): TrackedCurve => ({
  key: segments[n]!.join("+"), name: segments[n]!.join("+"), cells: [0, 2, 4].map((cell) => cell + n), final, at: start + 400_000,
  points: ratios.map((ratio) => {
    const retention = 0.4 + 0.6 * Number(ratio) - 0.03 * n
    return { ratioPercent: Number(ratio) * 100, score: retention * 0.9, retention, low: retention - 0.05, high: retention + 0.05 }
  })
})

export const sampleState = (options: SampleOptions): TrackedState => {
  const { experiment, origin = "0f0e0d0c0b0a", points = 5, trialsDone = 12, curvesFinal = true } = options
  const plan = samplePlan(experiment)
  const trials: Array<TrackedTrial> = []
  for (const cell of plan.cells.filter(({ status }) => status === "distinct")) {
    for (const { seed } of cell.trials) trials.push(trialAt(cell.index, seed, trials.length, points, trials.length < trialsDone))
  }
  return {
    origin, plan, experimentName: experiment, status: trialsDone < 12 ? "running" : "done", startedAt: start,
    endedAt: trialsDone < 12 ? null : start + 500_000, params: { teacher: "tiny/teacher", student: "tiny/base" }, trials,
    references: [{ name: "base student", at: start, score: 0.12, metrics: [] }],
    curves: [curveOf(0, curvesFinal), curveOf(1, curvesFinal)], claims: [], claimsTable: null,
    artifacts: [{ path: "samples/first.txt", type: "text/plain", digest: "d1", bytes: () => Buffer.from("a sample\n") }]
  }
}
