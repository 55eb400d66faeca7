/**
 * One sample of one item at a server: the free completion, then one for each forced thought budget. The same road as the engine's
 * own (`engines/tfjs/generate.ts`), in texts instead of tokens; what comes back is tokenised again with the student's tokenizer.
 */
import { Effect } from "effect"
import type { GenerateOutput } from "../engines/Task.ts"
import { hashed } from "../sequence/hash64.ts"
import { SequenceError } from "../sequence/SequenceError.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import type { Answer, Endpoint } from "./Endpoint.ts"
import { EndpointError, quoted } from "./EndpointError.ts"

export interface SamplingSettings {
  readonly temperature: number
  readonly topP: number
  readonly seed: number
  readonly maxTokens: number
  readonly stopIds: ReadonlyArray<number>
  readonly endOfThoughtId: number | null
  readonly forced: { readonly thoughtTokens: ReadonlyArray<number>; readonly cue: ReadonlyArray<number>; readonly answerTokens: number } | null
}

export interface ItemRequest {
  readonly endpoint: Endpoint
  /** as the server names it */
  readonly model: string
  readonly promptAs: "text" | "tokens"
  readonly tokenizer: Pick<Tokenizer, "encode" | "decode" | "normalise">
  readonly sampling: SamplingSettings
  readonly item: { readonly item: string; readonly ids: ReadonlyArray<number> }
  readonly sample: number
  readonly onAnswer: (answer: Answer) => void
}

/** Seeds that any server takes: 31 bits, from what the sample is and nothing else. */
export const seedOf = (purpose: "generate" | "forced", seed: number, item: string, sample: number): number =>
  hashed(purpose, seed, item, sample) % 2 ** 31

/**
 * The first `most` tokens of a text, as text that is a beginning of it: where a character of several tokens is cut, none of it is kept.
 * ```ts
 * const tokenizer = { decode: (ids: ArrayLike<number>) => Buffer.from(Array.from(ids)).toString() }
 * cutText(tokenizer, [...Buffer.from("a→b")], 2) // => "a"
 * cutText(tokenizer, [...Buffer.from("a→b")], 4) // => "a→"
 * ```
 */
export const cutText = ({ decode }: Pick<Tokenizer, "decode">, ids: ReadonlyArray<number>, most: number): string => {
  const whole = decode(ids)
  for (let count = Math.min(most, ids.length); count > 0; count--) {
    const text = decode(ids.slice(0, count))
    if (whole.startsWith(text)) return text
  }
  return ""
}

/** @returns the item's line of `outputs.jsonl` */
export const answerItem = Effect.fnUntraced(function*(request: ItemRequest): Effect.fn.Return<GenerateOutput, EndpointError> {
  const { endpoint, item, model, onAnswer, promptAs, sample, sampling, tokenizer } = request
  const { endOfThoughtId, forced, maxTokens, seed, stopIds, temperature, topP } = sampling
  const purpose = `item ${quoted(item.item, null, 80)}, sample ${sample}`
  const stop = stopIds.map((id) => tokenizer.decode([id]))

  const encode = (text: string, what: string): Effect.Effect<ReadonlyArray<number>, EndpointError> => Effect.try({
    try: () => Array.from(tokenizer.encode(tokenizer.normalise(text), purpose).ids_T),
    catch: (thrown) => new EndpointError({
      code: "garbage", where: `${endpoint.address} (${purpose})`,
      found: `${what} that the model's tokenizer cannot write: ${quoted(thrown instanceof SequenceError ? thrown.found : String(thrown), null)}`,
      expected: "text of the model that is evaluated", advice: "Another model seems to answer under its name."
    })
  })

  const ask = Effect.fnUntraced(function*(kind: "generate" | "forced", what: string, text: string, ids: ReadonlyArray<number>, most: number) {
    const answer = yield* endpoint.complete({
      model, prompt: promptAs === "text" ? text : ids, maxTokens: most, temperature, topP, stop, seed: seedOf(kind, seed, item.item, sample)
    }, `${purpose}${what}`)
    const own = promptAs === "text" ? (yield* encode(text, "a prompt")).length : ids.length
    if (answer.promptTokens !== null && answer.promptTokens !== own) {
      return yield* new EndpointError({
        code: "prompt-differs", where: `${endpoint.address} (${purpose}${what})`, found: `${answer.promptTokens} tokens of prompt`,
        expected: `${own}, as the model's own tokenizer makes of it`,
        advice: promptAs === "text"
          ? "The server adds a token of its own (mostly one that begins a text) or has another tokenizer: switch that off there, or send ids by `via.prompt: tokens`."
          : "The server adds a token of its own: switch that off there."
      })
    }
    onAnswer(answer)
    return { ids: yield* encode(answer.text, "an answer"), finish: answer.finish }
  })

  const promptText = tokenizer.decode(item.ids)
  const main = yield* ask("generate", "", promptText, item.ids, maxTokens)
  const end = endOfThoughtId === null ? -1 : main.ids.indexOf(endOfThoughtId)
  const thought = end < 0 ? main.ids : main.ids.slice(0, end)
  const turnOver = forced === null ? [] : [...(endOfThoughtId === null ? [] : [endOfThoughtId]), ...forced.cue]
  const turnOverText = tokenizer.decode(turnOver)
  const answers = new Map<number, ReadonlyArray<number>>()
  let [smaller, latest]: [number, ReadonlyArray<number>] = [-1, []]
  for (const budget of [...new Set(forced?.thoughtTokens)].sort((a, b) => a - b)) {
    // A thought that was over within a smaller budget is forced to the same answer: it is not asked for again.
    if (thought.length > smaller) {
      const text = `${promptText}${cutText(tokenizer, thought, budget)}${turnOverText}`
      latest = (yield* ask("forced", `, thought ended at ${budget}`, text, [...item.ids, ...thought.slice(0, budget), ...turnOver], forced!.answerTokens)).ids
    }
    answers.set(budget, latest)
    smaller = budget
  }
  return {
    item: item.item, sample, ids: main.ids, finish: main.finish,
    forced: (forced?.thoughtTokens ?? []).map((thoughtTokens) => ({ thoughtTokens, ids: answers.get(thoughtTokens)! }))
  }
})
