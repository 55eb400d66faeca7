/**
 * How long does it take to judge a large experiment: 100 cells x 5 seeds x 5,000 items, a claim on every cell?
 *   npx esbuild tests/bench/judge.bench.ts --bundle --platform=node --format=esm --packages=external --outfile=node_modules/.cache/judge.bench.mjs
 *   node node_modules/.cache/judge.bench.mjs [cells] [seeds] [items]
 * CPU seconds of one process, of each part once: on a shared machine wall time says who else is there. Scores are made up.
 */
import { cpus, loadavg } from "node:os"
import { across } from "../../framework/analysis/claims/across.ts"
import { bands } from "../../framework/analysis/claims/bands.ts"
import { noHistory } from "../../framework/analysis/claims/ClaimHistory.ts"
import { explore } from "../../framework/analysis/claims/explore.ts"
import { judge } from "../../framework/analysis/claims/judge.ts"
import { tierContrasts, tierVerdicts } from "../../framework/analysis/claims/tiers.ts"
import { curves } from "../../framework/analysis/curves.ts"
import type { ExperimentOutcomes } from "../../framework/analysis/ExperimentOutcomes.ts"
import { tidy } from "../../framework/analysis/tidy.ts"
import type { RecordedPlan, ScoreLine } from "../../framework/journal/RecordedPlan.ts"
import { randomStream } from "../../framework/statistics/random-stream.ts"

const [numCells = 100, numSeeds = 5, numItems = 5000] = process.argv.slice(2).map(Number)
const random = randomStream(1)
const seeds = Array.from({ length: numSeeds }, (_, seed) => seed)
const difficulty = Array.from({ length: numItems }, () => random())

const lines = (skill: number): ReadonlyArray<ScoreLine> => difficulty.map((level, item) => {
  const right = random() < Math.min(0.98, Math.max(0.02, skill + 0.4 * (0.5 - level)))
  return {
    item: `p${String(item).padStart(5, "0")}`, sample: 0, cluster: `p${String(item).padStart(5, "0")}`, tier: level < 0.5 ? "easy" : "hard",
    strict: right, lenient: right, first: right, forced: [right], finished: true, thoughtClosed: true, tokens: 100
  }
})

const scores = new Map<string, ReadonlyArray<ScoreLine>>()
const cells: RecordedPlan["cells"] = Array.from({ length: numCells }, (_, index) => {
  const ratio = (index + 1) / numCells
  const trials = seeds.map((seed) => {
    scores.set(`score-${index}-${seed}`, lines(0.8 * Math.min(1, 0.5 + ratio) + 0.02 * (random() - 0.5)))
    return { id: `train-${index}-${seed}`, seed, evaluations: { test: { generate: `generate-${index}-${seed}`, score: `score-${index}-${seed}` } } }
  })
  return {
    index, name: `ratio=${ratio}`, axes: { "sequence.truncate.ratio": ratio }, role: "cell", params: {}, status: "distinct", reason: null,
    aliasOf: null, trials, baselines: { matched: numCells - 1, reference: numCells - 1 }, predicted: null
  }
})
scores.set("score-base", lines(0.2))
const plan: RecordedPlan = {
  format: 1, experiment: "bench", description: "", specFile: "bench.yaml", specYaml: "", engine: "tfjs", numerics: "",
  axes: [{ path: "sequence.truncate.ratio", name: "ratio", values: cells.map((cell) => cell.axes["sequence.truncate.ratio"]) }],
  seeds, steps: [], cells, claims: [],
  evaluations: [{ name: "test", benchmark: "test", items: numItems, samples: 1, maxTokens: 100, thoughtTokens: [50], chance: 0, majority: 0 }],
  baseStudent: { test: "score-base" }, teacher: null, teachSteps: [],
  data: { source: "bench", digest: "", train: 1, validation: 1, meanTokens: { prompt: 1, cot: 1, answer: 1 } }, primaryRule: "first"
}
const claiming: RecordedPlan = {
  ...plan,
  claims: [{ name: "enough", threshold: 0.9, against: "matched", rule: "first", evaluation: "test", assume: 1, cells: cells.slice(0, -1).map(({ index }) => index) }]
}
const outcomes: ExperimentOutcomes = {
  scores, trials: new Map(), teacherPasses: new Map(), measurePasses: new Map(), data: [], claims: noHistory, machines: [], versions: {}, commands: []
}

const timed = <A>(name: string, work: () => A): A => {
  const before = process.cpuUsage()
  const start = performance.now()
  const made = work()
  const { system, user } = process.cpuUsage(before)
  console.log(`${name.padEnd(34)} ${((user + system) / 1e6).toFixed(2).padStart(8)} CPU s  ${((performance.now() - start) / 1e3).toFixed(2).padStart(8)} s`)
  return made
}

console.log(`${numCells} cells x ${numSeeds} seeds x ${numItems} items; ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, node ${process.version}`)
const judged = timed("judge, a claim on every cell", () => judge(claiming, outcomes))
timed("verdicts by tier", () => tierVerdicts(claiming, outcomes))
timed("hard against easy", () => tierContrasts(claiming, outcomes))
timed("explore, no claims", () => explore(plan, outcomes))
timed("across", () => across(plan, outcomes))
const tables = timed("tidy (scores, retention, gain)", () => tidy(plan, outcomes))
timed("bands", () => bands(plan, outcomes, curves(plan, tables.cells)))
console.log(`verdicts: ${JSON.stringify(Object.fromEntries(["supported", "refuted", "inconclusive"].map((kind) => [kind, judged.filter(({ verdict }) => verdict.kind === kind).length])))}`)
