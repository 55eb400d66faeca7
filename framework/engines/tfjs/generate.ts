/**
 * The generate step: every item completed `samples` times, and once more for each forced thought budget. Random numbers
 * are keyed by (seed, item, sample), so a sample is the same whatever it is generated beside.
 */
import type { GenerateItem, GenerateOutput, GenerateTask } from "../Task.ts"
import {
  checkPrompts, complete, type Completion, type CompletionCost, type CompletionSettings, type Decoder, promptGrain, roundUp
} from "./completions.ts"
import { uniforms } from "./random.ts"

export type GenerateSettings = Pick<GenerateTask,
  "samples" | "temperature" | "topP" | "seed" | "maxTokens" | "stopIds" | "endOfThoughtId" | "forced" | "batchSequences"> & {
    /** Prompts are padded as if one were at least this long, so that a part of a task has the shapes of all of it. */
    readonly promptTokens?: number
  }

export interface Generated {
  /** by item, then by sample */
  readonly outputs: ReadonlyArray<GenerateOutput>
  readonly cost: CompletionCost
}

/** Called after every call of a graph: sequences finished so far, of how many, and the tokens written for them. */
export type GeneratePause = (
  progress: { readonly done: number; readonly total: number; readonly newTokens: number }
) => Promise<void>

interface Turn {
  readonly item: GenerateItem
  readonly sample: number
}

interface TurnPrompt {
  readonly turn: Turn
  readonly ids: ReadonlyArray<number>
}

/**
 * Generates for all items.
 *
 * Forced answers: the thought is what was written before `endOfThoughtId` (all of it, if that never came), cut to the
 * budget; then come `endOfThoughtId` (if there is one), the cue, and up to `answerTokens` tokens of the model's.
 * @throws InvalidTask if an item does not fit the model
 */
export const generate = async (
  decoder: Decoder, items: ReadonlyArray<GenerateItem>, settings: GenerateSettings, pause: GeneratePause
): Promise<Generated> => {
  const cost: CompletionCost = { tokens: 0, paddedTokens: 0, flops: 0 }
  // Greedy samples of one item are one and the same: written once.
  const distinct = settings.temperature === 0 ? 1 : settings.samples
  const turns = items.flatMap((item): ReadonlyArray<Turn> => Array.from({ length: distinct }, (_, sample) => ({ item, sample })))
  const longest = roundUp(Math.max(settings.promptTokens ?? 1, ...items.map(({ ids }) => ids.length)), promptGrain)
  const { temperature, topP, stopIds, batchSequences } = settings

  const total = turns.length * (1 + new Set(settings.forced?.thoughtTokens).size)
  let [done, newTokens] = [0, 0]
  type Limits = Pick<CompletionSettings, "maxTokens" | "promptTokens">
  const run = async (purpose: string, prompts: ReadonlyArray<TurnPrompt>, limits: Limits) => {
    const keyed = prompts.map(({ turn: { item, sample }, ids }) => ({ ids, uniform: uniforms(purpose, settings.seed, item.item, sample) }))
    const completions = await complete(decoder, keyed, { temperature, topP, stopIds, batchSequences, ...limits }, cost, (progress) =>
      pause({ done: done + progress.doneSequences, total, newTokens: newTokens + progress.newTokens }))
    newTokens += completions.reduce((sum, { ids }) => sum + ids.length, 0)
    return completions
  }

  const { thoughtTokens: budgets, cue, answerTokens } = settings.forced ?? { thoughtTokens: [], cue: [], answerTokens: 0 }
  const turnOver = [...(settings.endOfThoughtId === null ? [] : [settings.endOfThoughtId]), ...cue]
  /** tokens between prompt and forced answer, at most */
  const forcedTokens = (budget: number) => Math.min(budget, settings.maxTokens) + turnOver.length
  const mostNewTokens = Math.max(settings.maxTokens, ...budgets.map((budget) => forcedTokens(budget) + answerTokens))
  // all of it before anything is generated
  checkPrompts(decoder.config, items.map(({ ids }) => ids), mostNewTokens)
  const asked = turns.map((turn) => ({ turn, ids: turn.item.ids }))
  const main = await run("generate", asked, { maxTokens: settings.maxTokens, promptTokens: longest })
  done += turns.length

  const thoughts = main.map((completion) => thoughtOf(completion, settings.endOfThoughtId))
  const forced = new Map<number, ReadonlyArray<Completion>>()
  let [smaller, answers] = [-1, main]
  for (const budget of [...new Set(budgets)].sort((a, b) => a - b)) {
    // A thought that was over within a smaller budget is forced to the same answer: it is not written again.
    const open = Array.from(turns.keys()).filter((index) => thoughts[index]!.length > smaller)
    const prompts = open.map((index) => ({
      turn: turns[index]!, ids: [...turns[index]!.item.ids, ...thoughts[index]!.slice(0, budget), ...turnOver]
    }))
    const promptTokens = roundUp(longest + forcedTokens(budget), promptGrain)
    const fresh = await run("forced", prompts, { maxTokens: answerTokens, promptTokens })
    answers = answers.map((answer, index) => fresh[open.indexOf(index)] ?? answer)
    forced.set(budget, answers)
    smaller = budget
    done += turns.length
  }
  const outputs = items.flatMap((item, row) => Array.from({ length: settings.samples }, (_, sample): GenerateOutput => {
    const index = row * distinct + Math.min(sample, distinct - 1)
    return {
      item: item.item, sample, ids: main[index]!.ids, finish: main[index]!.finish,
      forced: budgets.map((thoughtTokens) => ({ thoughtTokens, ids: forced.get(thoughtTokens)![index]!.ids }))
    }
  }))
  return { outputs, cost }
}

const thoughtOf = ({ ids }: Completion, endOfThoughtId: number | null): ReadonlyArray<number> => {
  const end = endOfThoughtId === null ? -1 : ids.indexOf(endOfThoughtId)
  return end < 0 ? ids : ids.slice(0, end)
}
