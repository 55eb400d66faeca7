/** Evaluations of a spec: benchmarks with their items, drawn and tokenised once. */
import { Effect } from "effect"
import { graderVersion } from "../evaluation/grader.ts"
import { equivalenceVersion } from "../equivalence/version.ts"
import { majorityShare } from "../evaluation/items.ts"
import type { PlannedEvaluation } from "../journal/RecordedPlan.ts"
import type { BenchmarkItem } from "../plugin/define.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { promptIds } from "../sequence/render.ts"
import { attempt } from "../sequence/SequenceError.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import type { RecordsContext } from "../sources/read-records.ts"
import type { ExperimentSpec, Via } from "../spec/ExperimentSpec.ts"
import { drawItems } from "./benchmark-items.ts"
import { digestOf } from "./canonical.ts"
import { decodedOptions } from "./decoded-options.ts"
import type { Benchmark, GenerateWork } from "./Step.ts"

export interface ReadyEvaluation {
  readonly planned: PlannedEvaluation
  readonly benchmark: Benchmark
  readonly sampling: GenerateWork["sampling"]
  /** thought budgets that are scored, of those that are generated for */
  readonly budgets: ReadonlyArray<number>
  /** a server that generates in place of the engine */
  readonly via: Via | null
  /** all that bears on what is generated, but the model and the engine */
  readonly generateIdentity: unknown
  /** all that bears on the verdicts, but the outputs */
  readonly scoreIdentity: unknown
  readonly meanPromptTokens: number
}

type Evaluation = ExperimentSpec["evaluate"][number]

/** Nothing where all items are of one tier. */
const tierCounts = (items: ReadonlyArray<BenchmarkItem>): Pick<PlannedEvaluation, "tiers"> => {
  const counts = new Map<string, number>()
  for (const { tier } of items) counts.set(tier, (counts.get(tier) ?? 0) + 1)
  return counts.size < 2 ? {} : { tiers: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/**
 * @param budgets thought budgets that are generated for, its own among them
 * @param longestTrace tokens of the longest full training sequence: twice that is the default limit of generation
 */
export const openEvaluation = Effect.fnUntraced(function*(
  evaluation: Evaluation, budgets: ReadonlyArray<number>, index: number, tokenizer: Tokenizer, tokenizerDigest: string, longestTrace: number, registry: PluginRegistry,
  context: RecordsContext
) {
  const plugin = yield* registry.get("benchmark", evaluation.benchmark)
  const options = yield* decodedOptions(plugin, evaluation.options, `evaluate.${index}.options`)
  const items = yield* drawItems(plugin, { count: evaluation.items, seed: evaluation.seed }, options, context)
  const maxTokens = evaluation.maxTokens ?? 2 * longestTrace
  // The engine itself ends a forced thought; the cue is what follows.
  const { answerCue } = plugin
  const cue = [...(yield* attempt("the answer's cue", () => tokenizer.encode(typeof answerCue === "string" ? answerCue : answerCue(options)))).ids_T]
  const sampling: ReadyEvaluation["sampling"] = {
    samples: evaluation.samples,
    temperature: evaluation.temperature,
    topP: evaluation.topP,
    seed: evaluation.seed,
    maxTokens,
    stopIds: tokenizer.stopIds,
    endOfThoughtId: tokenizer.endOfThoughtId,
    forced: { thoughtTokens: budgets, cue, answerTokens: plugin.answerTokens },
    batchSequences: evaluation.batch
  }
  const prompts = yield* attempt(`benchmark ${plugin.name}`, () =>
    items.map((item) => promptIds(tokenizer, item.prompt, `item ${item.id}`)))
  const planned: PlannedEvaluation = {
    name: evaluation.name ?? plugin.name,
    benchmark: plugin.name,
    items: items.length,
    samples: evaluation.samples,
    maxTokens,
    thoughtTokens: evaluation.thoughtTokens,
    chance: plugin.chance,
    majority: majorityShare(items),
    ...tierCounts(items)
  }
  return {
    planned,
    benchmark: { plugin, options, items, tokenizer },
    sampling,
    budgets: evaluation.thoughtTokens,
    via: evaluation.via,
    generateIdentity: { sampling: evaluation.via === null ? sampling : withoutBatch(sampling), tokenizer: tokenizerDigest, prompts: digestOf(prompts.map((ids) => [...ids])), items: digestOf(items.map(({ id }) => id)) },
    scoreIdentity: {
      grader: graderVersion, benchmark: plugin.name, version: plugin.version, options: plugin.verdictOptions?.(options) ?? options,
      ...(plugin.equal === "mathematics" ? { mathematics: equivalenceVersion } : {}),
      gold: digestOf(items.map(({ gold, id, problem, tier }) => [id, gold, tier, problem])),
      // Where all budgets that are generated for are scored, the outputs say which.
      ...(budgets.join() === evaluation.thoughtTokens.join() ? {} : { thoughtTokens: evaluation.thoughtTokens })
    },
    meanPromptTokens: prompts.reduce((sum, ids) => sum + ids.length, 0) / prompts.length
  } satisfies ReadyEvaluation
})

/** How many sequences the engine takes together bears on its bits; a server is not told. */
const withoutBatch = ({ batchSequences: _, ...sampling }: ReadyEvaluation["sampling"]) => sampling
