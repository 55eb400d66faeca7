/** All items of an evaluation at a server: several requests at once, what is answered is kept, the first failure ends it. */
import { Effect, Result, type Semaphore } from "effect"
import type { GenerateItem, GenerateOutput } from "../engines/Task.ts"
import { answerItem, type ItemRequest } from "./answer-item.ts"
import type { EndpointError } from "./EndpointError.ts"
import { type KeptAnswers, keyOf } from "./kept-answers.ts"

export interface GenerateAtRequest extends Omit<ItemRequest, "item" | "sample" | "onAnswer"> {
  readonly items: ReadonlyArray<GenerateItem>
  readonly samples: number
  readonly concurrency: number
  /** shared by all that ask this server: so many are answered at once */
  readonly permits: Semaphore.Semaphore
  readonly kept: KeptAnswers
  readonly onProgress: (done: number, total: number, tokensPerSecond: number) => void
}

/** @returns one output for each item and sample, in their order */
export const generateAt = Effect.fnUntraced(function*(
  request: GenerateAtRequest
): Effect.fn.Return<ReadonlyArray<GenerateOutput>, EndpointError> {
  const { concurrency, items, kept, onProgress, permits, samples } = request
  const turns = items.flatMap((item) => Array.from({ length: samples }, (_, sample) => ({ item, sample })))
  const open = turns.filter(({ item: { item }, sample }) => !kept.known.has(keyOf({ item, sample })))
  const started = performance.now()
  /** as the server counts them */
  let newTokens = 0
  const tell = () => onProgress(kept.known.size, turns.length, newTokens / Math.max(1e-3, (performance.now() - started) / 1000))
  const progress = { next: 0, failure: null as EndpointError | null }
  tell()
  // After a failure nothing new is asked for; what is under way may still be answered, and is kept.
  const hasMore = () => progress.failure === null && progress.next < open.length
  const turn = Effect.gen(function*() {
    if (!hasMore()) return
    const { item, sample } = open[progress.next++]!
    const result = yield* Effect.result(answerItem({
      ...request, item, sample,
      onAnswer: (answer) => { newTokens += answer.newTokens ?? 0 }
    }))
    if (Result.isSuccess(result)) kept.add(result.success)
    else progress.failure ??= result.failure
    tell()
  })
  const worker = Effect.whileLoop({ while: hasMore, body: () => permits.withPermits(1)(turn), step: () => {} })
  yield* Effect.all(Array.from({ length: Math.min(concurrency, Math.max(1, open.length)) }, () => worker), { concurrency: "unbounded" })
  if (progress.failure !== null) return yield* progress.failure
  return turns.map(({ item: { item }, sample }) => kept.known.get(keyOf({ item, sample }))!)
})
