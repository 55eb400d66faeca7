/**
 * A FIXTURE: an experiment that never ran. A seeded simulator makes up its scores and costs, in the shape and size of real
 * ones (4 ratios x 3 segment sets x 2 seeds; 2 cells left out, 2 aliases), so that tables, curves and reports can be tested.
 */
import { noHistory } from "../../../framework/analysis/claims/ClaimHistory.ts"
import type { ExperimentOutcomes, TrialOutcome } from "../../../framework/analysis/ExperimentOutcomes.ts"
import type { TextReader } from "../../../framework/analysis/texts.ts"
import type { PlannedCell, RecordedPlan, ScoreLine } from "../../../framework/journal/RecordedPlan.ts"
import { randomStream } from "../../../framework/statistics/random-stream.ts"
import { logistic, normalFrom } from "../statistics/simulate.ts"

export interface Size {
  readonly ratios?: ReadonlyArray<number>
  readonly seeds?: ReadonlyArray<number>
  readonly items?: number
  /** score of the base student */
  readonly base?: number
  /** every other item is of tier "hard", and harder */
  readonly hasHardItems?: boolean
  /** supervised segments, one a row; the last is that of the reference baseline */
  readonly sets?: ReadonlyArray<Array<string>>
}

const threeSets = [["cot"], ["cot", "answer"], ["prompt", "cot", "answer"]]
const meanTokens = { prompt: 23, cot: 136, answer: 5 }
const sequenceTokens = meanTokens.prompt + meanTokens.cot + meanTokens.answer
const evaluation = "chain-arithmetic"

export const simulatedExperiment = (size: Size = {}): { plan: RecordedPlan; outcomes: ExperimentOutcomes } => {
  const { base = 0.16, hasHardItems = false, items = 300, ratios = [0.1, 0.25, 0.5, 1], seeds = [1, 2], sets = threeSets } = size
  const cells: Array<PlannedCell> = []
  for (const supervise of sets) {
    for (const ratio of ratios) cells.push(cell(cells, ratio, supervise, seeds))
  }
  const at = (ratio: number, supervise: ReadonlyArray<string>) =>
    cells.findIndex((one) => one.axes["sequence.truncate.ratio"] === ratio && one.axes["sequence.supervise"] === supervise)
  const withBaselines = cells.map((one) => ({
    ...one,
    baselines: { matched: at(1, one.axes["sequence.supervise"] as Array<string>), reference: at(1, sets.at(-1)!) }
  }))
  const scores = new Map<string, ReadonlyArray<ScoreLine>>()
  const trials = new Map<string, TrialOutcome>()
  for (const one of withBaselines) {
    if (one.status !== "distinct") continue
    const ratio = one.axes["sequence.truncate.ratio"] as number
    const prompt = (one.axes["sequence.supervise"] as Array<string>).includes("prompt")
    for (const trial of one.trials) {
      const random = randomStream(7919 * (one.index + 1) + trial.seed)
      // what is learnt of the derivation rises with the kept part until it holds it whole, at about 0.4
      const skill = (ratio >= 0.5 ? 0.965 : ratio >= 0.25 ? 0.55 : 0.03) - (prompt ? 0.045 : 0)
      scores.set(trial.evaluations[evaluation]!.score, lines(items, skill, ratio === 1 ? 0.985 : 0.12 * ratio, random, hasHardItems))
      trials.set(trial.id, outcome(ratio, one.predicted!.targets, random))
    }
  }
  scores.set("score-base", lines(items, base, 0.93, randomStream(11), hasHardItems))
  scores.set("score-teacher", lines(items, 0.985, 0.999, randomStream(12), hasHardItems))
  return {
    plan: { ...recordedPlan(ratios, seeds, items, sets), cells: withBaselines },
    outcomes: {
      scores, trials,
      teacherPasses: new Map([["teach-1", cost(1, 1, 2.1e11, 14.2)]]), measurePasses: new Map(), data: [], claims: noHistory,
      machines: [{ cpuModel: "Simulated CPU @ 2.00GHz", computes: "cpu", library: "tensorflow 2.21.0" }],
      versions: { leadspan: "0.1.0", node: "20.20.2", tensorflow: "2.21.0" },
      texts: textsOf(scores),
      commands: ["npm ci", "npx leadspan run experiments/simulated.yaml", "npx leadspan report simulated"]
    }
  }
}

const cell = (before: ReadonlyArray<PlannedCell>, ratio: number, supervise: Array<string>, seeds: ReadonlyArray<number>): PlannedCell => {
  const index = before.length
  const kept = Math.floor(ratio * sequenceTokens)
  const nothing = kept <= meanTokens.prompt && !supervise.includes("prompt")
  // the answer is cut away from every sample below 1: [cot, answer] is then [cot]
  const twin = before.find((one) => one.axes["sequence.truncate.ratio"] === ratio && (one.axes["sequence.supervise"] as Array<string>).join() === "cot")
  const isAlias = !nothing && ratio < 1 && supervise.join() === "cot,answer" && twin !== undefined
  const targets = supervise.reduce((sum, segment) => {
    const start = segment === "prompt" ? 0 : segment === "cot" ? meanTokens.prompt : sequenceTokens - meanTokens.answer
    return sum + Math.max(0, Math.min(kept, start + meanTokens[segment as "cot"]) - Math.max(1, start))
  }, 0)
  return {
    index,
    name: `ratio=${ratio} supervise=${supervise.join("+")}`,
    axes: { "sequence.truncate.ratio": ratio, "sequence.supervise": supervise },
    role: "cell", params: {},
    status: nothing ? "left-out" : isAlias ? "alias" : "distinct",
    reason: nothing ? `nothing to supervise: the kept ${kept} tokens end within the prompt in 6000 of 6000 samples` : null,
    aliasOf: isAlias ? twin.index : null,
    trials: nothing ? [] : isAlias ? twin.trials : seeds.map((seed) => ({
      id: `train-${index}-${seed}`, seed,
      evaluations: { [evaluation]: { generate: `generate-${index}-${seed}`, score: `score-${index}-${seed}` } }
    })),
    baselines: { matched: null, reference: null },
    predicted: nothing ? null : {
      optimiserSteps: 300, sequences: 9600, tokens: 9600 * kept, targets: 9600 * targets, flops: 3.1e12 * ratio,
      teacherFlopsStandalone: 2.1e11 * ratio, seconds: 42 * ratio, peakBytes: 4e8, storeBytes: 1.5e8
    }
  }
}

const lines = (items: number, skill: number, ending: number, random: () => number, hasHardItems: boolean): ReadonlyArray<ScoreLine> => {
  const difficulty = normalFrom(randomStream(99))
  return Array.from({ length: items }, (_, item) => {
    const isHard = hasHardItems && item % 2 === 1
    const level = Math.log(skill / (1 - skill)) * 1.3 - (isHard ? 1.2 : 0)
    const first = random() < logistic(level + 1.2 * difficulty())
    const finished = random() < ending
    const lenient = first && (finished || random() < 0.02)
    return {
      item: `p${String(item).padStart(4, "0")}`, sample: 0, cluster: `p${String(item).padStart(4, "0")}`, tier: isHard ? "hard" : "standard",
      strict: lenient && finished, lenient, first, forced: [lenient || (first && random() < 0.05), first && random() < 0.4],
      finished, thoughtClosed: finished || random() < 0.01, tokens: finished ? 141 : 384
    }
  })
}

/** What a model might write: a derivation that is right as far as the verdicts say, and things that must stay text. */
const textsOf = (scores: ReadonlyMap<string, ReadonlyArray<ScoreLine>>): TextReader => (step, places) => new Map([...places].flatMap((place) => {
  const line = scores.get(step)?.[place]
  if (line === undefined) return []
  const gold = String(17 + place)
  const found = line.first ? gold : String(16 + place)
  const thought = `${place} + 8 = ${place + 8}, + 9 = ${found}.${line.lenient ? "" : ` <script>alert("${place}")</script> and on`}`
  return [[place, {
    item: line.item, sample: 0, prompt: `${place} + 8 + 9 = ?`, gold, thought, answer: line.thoughtClosed ? ` #### ${found}` : null,
    read: { strict: line.thoughtClosed ? found : null, lenient: line.lenient ? found : null, first: found, forced: line.forced.map((isRight) => (isRight ? gold : "0")) }
  }]]
}))

const cost = (ratio: number, targets: number, flops: number, seconds: number) => ({
  wallSeconds: seconds, cpuSeconds: seconds * 0.98, peakBytes: 3.2e8 + 1.6e8 * ratio, fixedBytes: 1.9e8,
  tokens: Math.floor(9600 * sequenceTokens * ratio), paddedTokens: Math.floor(9900 * sequenceTokens * ratio), targets, flops
})

const outcome = (ratio: number, targets: number, random: () => number): TrialOutcome => {
  const jitter = () => 0.95 + 0.1 * random()
  const learnt = ratio >= 0.5 ? 0.0024 : ratio >= 0.25 ? 0.16 : 0.9
  const cot = learnt * jitter() + (ratio < 1 ? 0.9 * (1 - ratio) : 0)
  const answer = (ratio < 1 ? 2.4 + 1.2 * (1 - ratio) : 0.011) * jitter()
  return {
    status: "done", failure: null, attempts: 1, reusedFrom: null,
    cost: cost(ratio, targets, 3.1e12 * ratio, (4 + 38 * ratio) * jitter()),
    heldout: {
      "heldout/cross_entropy": (cot * 136 + answer * 5 + 1.4 * 23) / 164,
      "heldout/prompt_cross_entropy": 1.4 * jitter(), "heldout/cot_cross_entropy": cot,
      "heldout/answer_cross_entropy": answer, "heldout/divergence": cot * 0.8,
      ...Object.fromEntries(Array.from({ length: 10 }, (_, decile) => {
        const nats = decile === 0 ? 1.45 : (decile + 0.5) / 10 <= ratio ? learnt : learnt + 0.25 * decile
        return [`heldout/cross_entropy_decile_${decile}`, nats * jitter()]
      }))
    }
  }
}

const recordedPlan = (
  ratios: ReadonlyArray<number>, seeds: ReadonlyArray<number>, items: number, sets: ReadonlyArray<ReadonlyArray<string>>
): RecordedPlan => ({
  format: 1,
  experiment: "simulated",
  description: "How much of each trace, and which part of it, does the student need? (A fixture: made up by a simulator.)",
  specFile: "experiments/simulated.yaml", specYaml: `experiment: simulated\nengine: tfjs\nstudent: { model: tiny/base }\nteacher: { model: tiny/teacher }\ngrid:\n  - product:\n      sequence.truncate.ratio: [${ratios.join(", ")}]\n      sequence.supervise: [[cot], [cot, answer], [prompt, cot, answer]]\nseeds: [${seeds.join(", ")}]\n`,
  engine: "tfjs",
  numerics: "tfjs-1 tensorflow 2.21.0 threads 1 onednn recorded",
  axes: [
    { path: "sequence.truncate.ratio", name: "ratio", values: ratios },
    { path: "sequence.supervise", name: "supervise", values: sets }
  ],
  seeds, steps: [], cells: [],
  evaluations: [{ name: evaluation, benchmark: evaluation, items, samples: 1, maxTokens: 384, thoughtTokens: [192, 96], chance: 0.01, majority: 0.017 }],
  claims: [],
  baseStudent: { [evaluation]: "score-base" },
  teacher: { [evaluation]: "score-teacher" },
  teachSteps: ["teach-1"],
  data: { source: "chain-arithmetic", digest: "3f".repeat(32), train: 6000, validation: 300, meanTokens },
  primaryRule: "first"
})
