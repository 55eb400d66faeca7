/**
 * Completing prompts in batches with a key-value memory. Every batch has the same shape (the last is filled up), every
 * sequence its own positions and its own stream of random numbers, so what is written for a prompt does not depend on
 * which others it shares a batch with.
 */
import type { DecoderConfig } from "./config.ts"
import { type Decoded, decodeStep, enlarge, prefill } from "./decode.ts"
import type { LayerMemory } from "./decoder.ts"
import type { Graphs } from "./graphs.ts"
import { InvalidTask } from "./InvalidTask.ts"
import type { Specs, Tensors } from "./record/trace.ts"
import { passTables, rotaryTables } from "./rotary.ts"
import { sampleToken } from "./sampling.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

export interface Decoder {
  readonly config: DecoderConfig
  readonly weights: NamedTensors
  readonly graphs: Graphs
}

export interface Prompt {
  readonly ids: ReadonlyArray<number>
  /** this sequence's random numbers in [0, 1); not called where the temperature is 0 */
  readonly uniform: () => number
}

export interface CompletionSettings {
  /** 0 is greedy */
  readonly temperature: number
  readonly topP: number
  readonly maxTokens: number
  readonly stopIds: ReadonlyArray<number>
  readonly batchSequences: number
  /** prompts are padded to this; the same for all batches */
  readonly promptTokens: number
}

export interface Completion {
  /** new tokens, without the stop token */
  readonly ids: ReadonlyArray<number>
  readonly finish: "stop" | "length"
}

/** Called between calls of a graph, so that heartbeats and stop requests are served. Throwing ends the generation. */
export type Pause = (progress: { readonly doneSequences: number; readonly newTokens: number }) => Promise<void>

/** What completing cost: real tokens passed through the model, and tokens with padding and finished sequences. */
export interface CompletionCost {
  tokens: number
  paddedTokens: number
  flops: number
}

/** The memory grows by so many tokens: every size is a graph, every unused token is read in vain. */
const growthTokens = 64

/** Prompts are padded to a multiple of this. */
export const promptGrain = 16

export const roundUp = (count: number, grain: number): number => Math.ceil(count / grain) * grain

/** @throws InvalidTask if a prompt is empty, too long, or holds ids outside the vocabulary */
export const checkPrompts = (
  config: DecoderConfig, prompts: ReadonlyArray<ReadonlyArray<number>>, newTokens: number
): void => {
  for (const ids of prompts) {
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabulary)
    if (ids.length === 0) throw new InvalidTask({ message: "a prompt is empty, expected at least one token" })
    if (wrong !== undefined) {
      throw new InvalidTask({
        message: `token id ${wrong} stands in a prompt, the model's vocabulary ends at ${config.vocabulary - 1}`
      })
    }
    if (ids.length + newTokens > config.maxPositions) {
      throw new InvalidTask({
        message: `a prompt of ${ids.length} tokens and ${newTokens} new ones exceed the model's ${config.maxPositions} positions: `
          + "lower maxTokens"
      })
    }
  }
}

const memoryNames = (config: DecoderConfig) =>
  Array.from({ length: config.layers }, (_, layer) => [`keys/${layer}`, `values/${layer}`] as const)

const flatten = (config: DecoderConfig, memories: ReadonlyArray<LayerMemory>): Tensors =>
  Object.fromEntries(memoryNames(config).flatMap(([keys, values], layer) =>
    [[keys, memories[layer]!.keys], [values, memories[layer]!.values]]))

const unflatten = (config: DecoderConfig, tensors: Tensors): ReadonlyArray<LayerMemory> =>
  memoryNames(config).map(([keys, values]) => ({ keys: tensors[keys]!, values: tensors[values]! }))

/** One output besides the memory: what the choice of a token needs. */
const outputs = (config: DecoderConfig, isGreedy: boolean, { logits_BV, likeliest_B, memories }: Decoded): Tensors =>
  ({ ...flatten(config, memories), ...(isGreedy ? { likeliest_B } : { logits_BV }) })

const weightSpecs = (weights: NamedTensors): Specs =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, { shape, dtype: "float32" as const }]))

const prefillGraph = (
  { config, weights, graphs }: Decoder, batch: number, promptTokens: number, capacity: number, isGreedy: boolean
) =>
  graphs.get(["prefill", config, batch, promptTokens, capacity, isGreedy], () => ({
    specs: {
      ...weightSpecs(weights), ids_BP: { shape: [batch, promptTokens], dtype: "int32" }, last_B: { shape: [batch], dtype: "int32" }
    },
    fn: ({ ids_BP, last_B, ...given }) => outputs(config, isGreedy,
      prefill(config, given, { ids_BP: ids_BP!, last_B: last_B!, tables: passTables(config, promptTokens) }, capacity))
  }))

const decodeGraph = ({ config, weights, graphs }: Decoder, batch: number, capacity: number, isGreedy: boolean) =>
  graphs.get(["decode", config, batch, capacity, isGreedy], () => {
    const shape = [batch, config.keyValueHeads, capacity, config.headWidth]
    return {
      specs: {
        ...weightSpecs(weights), ids_B: { shape: [batch], dtype: "int32" }, positions_B: { shape: [batch], dtype: "int32" },
        ...Object.fromEntries(memoryNames(config).flat().map((name) => [name, { shape, dtype: "float32" as const }]))
      },
      fn: ({ ids_B, positions_B, ...given }) => outputs(config, isGreedy, decodeStep(config, given, {
        ids_B: ids_B!, positions_B: positions_B!, memories: unflatten(config, given),
        tables: rotaryTables(config, Array.from({ length: capacity }, (_, position) => position))
      }))
    }
  })

/**
 * Completes every prompt: up to `maxTokens` new tokens each, ended early by a stop id.
 * @returns one completion a prompt, in order
 * @throws InvalidTask if a prompt does not fit the model
 */
export const complete = async (
  decoder: Decoder, prompts: ReadonlyArray<Prompt>, settings: CompletionSettings, cost: CompletionCost, pause: Pause
): Promise<ReadonlyArray<Completion>> => {
  checkPrompts(decoder.config, prompts.map(({ ids }) => ids), settings.maxTokens)
  const completions: Array<Completion> = []
  let newTokens = 0
  for (let start = 0; start < prompts.length; start += settings.batchSequences) {
    const batch = prompts.slice(start, start + settings.batchSequences)
    completions.push(...await completeBatch(decoder, batch, settings, cost, (written) =>
      pause({ doneSequences: start, newTokens: newTokens + written })))
    newTokens += completions.slice(start).reduce((sum, { ids }) => sum + ids.length, 0)
    await pause({ doneSequences: completions.length, newTokens })
  }
  return completions
}

const completeBatch = async (
  decoder: Decoder, prompts: ReadonlyArray<Prompt>, settings: CompletionSettings, cost: CompletionCost,
  pause: (written: number) => Promise<void>
): Promise<ReadonlyArray<Completion>> => {
  const tf = tensorflow()
  const { config, weights } = decoder
  const { batchSequences: batch, promptTokens, maxTokens, temperature } = settings
  const isGreedy = temperature === 0
  const stops = new Set(settings.stopIds)
  // The batch is filled up with its first prompt; what is written for those rows is never looked at.
  const rows = Array.from({ length: batch }, (_, row) => prompts[row] ?? prompts[0]!)
  const written: Array<Array<number>> = prompts.map(() => [])
  const finish: Array<"stop" | "length" | undefined> = prompts.map(() => undefined)
  const newest = new Int32Array(batch)
  const positions = Int32Array.from(rows, ({ ids }) => ids.length - 1)

  const take = (results: Tensors) => {
    const chosen = isGreedy ? results["likeliest_B"]!.dataSync() as Int32Array : undefined
    const logits = isGreedy ? undefined : results["logits_BV"]!.dataSync() as Float32Array
    prompts.forEach((prompt, row) => {
      if (finish[row] !== undefined) return
      const own = () => logits!.subarray(row * config.vocabulary, (row + 1) * config.vocabulary)
      const token = chosen?.[row] ?? sampleToken(own(), temperature, settings.topP, prompt.uniform())
      newest[row] = token
      positions[row]! += 1
      if (stops.has(token)) finish[row] = "stop"
      else if (written[row]!.push(token) >= maxTokens) finish[row] = "length"
    })
  }

  let capacity = roundUp(promptTokens, growthTokens)
  const ids = new Int32Array(batch * promptTokens)
  rows.forEach((row, index) => ids.set(row.ids, index * promptTokens))
  const graph = await prefillGraph(decoder, batch, promptTokens, capacity, isGreedy)
  const read = { ids_BP: tf.tensor2d(ids, [batch, promptTokens], "int32"), last_B: tf.tensor1d(positions, "int32") }
  let state = graph.call({ ...weights, ...read })
  tf.dispose(read)
  cost.tokens += prompts.reduce((sum, prompt) => sum + prompt.ids.length, 0)
  cost.paddedTokens += batch * promptTokens
  cost.flops += graph.flops
  take(state)

  // Step s reads tokens at positions below promptTokens + s, whatever this batch's own prompts measure.
  for (let step = 1; finish.includes(undefined); step++) {
    await pause(written.reduce((sum, tokens) => sum + tokens.length, 0))
    const wanted = roundUp(promptTokens + step, growthTokens)
    if (wanted > capacity) {
      capacity = wanted
      const smaller = state
      state = tf.tidy(() => flatten(config, unflatten(config, smaller).map(({ keys, values }) =>
        ({ keys: enlarge(keys, capacity), values: enlarge(values, capacity) }))))
      tf.dispose(smaller)
    }
    const graph = await decodeGraph(decoder, batch, capacity, isGreedy)
    const { likeliest_B, logits_BV, ...memory } = state
    const turn = { ids_B: tf.tensor1d(newest, "int32"), positions_B: tf.tensor1d(positions, "int32") }
    const after = graph.call({ ...weights, ...memory, ...turn })
    tf.dispose([state, turn] as never)
    state = after
    cost.tokens += finish.filter((end) => end === undefined).length
    cost.paddedTokens += batch
    cost.flops += graph.flops
    take(state)
  }
  tf.dispose(state)
  return prompts.map((_, row) => ({ ids: written[row]!, finish: finish[row]! }))
}
