/** Where in a thought the reference answer first stands as mathematics: `0.5` where the gold is `\frac{1}{2}`. */
import type { Equivalence } from "../equivalence/equivalence.ts"
import { candidatesOf } from "./candidates.ts"
import { firstDerivation } from "./find-derivation.ts"
import { operationsIn } from "./operations.ts"
import { tokensOf } from "./value-tokens.ts"

export interface DerivationRequest {
  readonly cot: string
  readonly gold: string
}

export interface DerivationLimits {
  /** distinct candidate expressions of one thought that are looked at; 2,000 unless given */
  readonly candidates?: number
  /** thoughts looked at together; 4 unless given */
  readonly concurrency?: number
}

/** Candidates asked about at once: the first equal one ends the search, so the rest of its batch was for nothing. */
const batchSize = 64

/** A candidate is an expression already: what counts is the whole of it. */
const extraction = ["boxed", "bare"] as const

/**
 * Character offset just behind the first result that equals `gold`, or null. A result has no more left to compute than the
 * gold itself: `3^7` is no derivation of 2187. What stands there strictly as text counts, too, and nothing behind it is compared.
 */
export const equivalentDerivation = async ({ cot, gold }: DerivationRequest, pool: Equivalence, limits: DerivationLimits = {}): Promise<number | null> => {
  const byText = firstDerivation(cot, gold, "strict")
  // Behind the textual match nothing can be earlier.
  const before = byText === null ? cot : cot.slice(0, byText)
  const goldTokens = tokensOf(gold)
  const most = operationsIn(goldTokens)
  const candidates = candidatesOf(before, tokensOf(before), limits.candidates ?? 2000, goldTokens.some(({ text }) => text === ","))
    .filter(({ end, operations }) => operations <= most && (byText === null || end < byText))
  for (let from = 0; from < candidates.length; from += batchSize) {
    const batch = candidates.slice(from, from + batchSize)
    const verdicts = await Promise.all(batch.map(({ text }) => pool.equal(gold, text, { extraction })))
    const at = verdicts.findIndex(({ equal }) => equal)
    if (at >= 0) return batch[at]!.end
  }
  return byText
}

/** The same for a stream: answers come in the order of the requests, a few thoughts being looked at together. */
export async function* equivalentDerivations(
  requests: AsyncIterable<DerivationRequest> | Iterable<DerivationRequest>, pool: Equivalence, limits: DerivationLimits = {}
): AsyncGenerator<number | null> {
  const running: Array<Promise<number | null>> = []
  for await (const request of requests) {
    const search = equivalentDerivation(request, pool, limits)
    // It is awaited in its turn; until then a failure must not count as unheard.
    search.catch(() => undefined)
    running.push(search)
    if (running.length >= (limits.concurrency ?? 4)) yield await running.shift()!
  }
  for (const search of running) yield await search
}
