/**
 * Training problems that an evaluation asks, too: by the share of the item's word n-grams that stand in the problem. Of a
 * short item a share says little: with fewer than n n-grams all of them must stand there, and an item with fewer words than
 * an n-gram counts only where the whole problem is the same.
 */
import { normaliseProblem, wordsOf } from "./normalise-problem.ts"

export interface EvaluationItem {
  /** the evaluation's name */
  readonly evaluation: string
  readonly id: string
  readonly problem: string
}

export interface Match {
  readonly evaluation: string
  readonly item: string
  /** of the item's n-grams, found in the problem */
  readonly share: number
}

/** Looks a normalised problem up; the item with the largest share, or null where none reaches the share asked for. */
export type FindItem = (problem: string) => Match | null

const ngrams = (words: ReadonlyArray<string>, n: number): Set<string> => {
  const found = new Set<string>()
  for (let at = 0; at + n <= words.length; at++) found.add(words.slice(at, at + n).join(" "))
  return found
}

export const contaminationIndex = (
  items: ReadonlyArray<EvaluationItem>, { ngram, share }: { readonly ngram: number; readonly share: number }
): FindItem => {
  const byGram = new Map<string, Array<number>>()
  const whole = new Map<string, number>()
  const sizes = new Int32Array(items.length)
  for (const [index, item] of items.entries()) {
    const words = wordsOf(normaliseProblem(item.problem))
    if (words.length < ngram) {
      if (words.length > 0) whole.set(words.join(" "), index)
      continue
    }
    const grams = ngrams(words, ngram)
    sizes[index] = grams.size
    for (const gram of grams) {
      const known = byGram.get(gram)
      if (known === undefined) byGram.set(gram, [index])
      else known.push(index)
    }
  }
  const matchOf = (index: number, of: number): Match => ({ evaluation: items[index]!.evaluation, item: items[index]!.id, share: of })
  return (problem) => {
    if (items.length === 0) return null
    const words = wordsOf(problem)
    const same = words.length < ngram ? whole.get(words.join(" ")) : undefined
    if (same !== undefined) return matchOf(same, 1)
    const hits = new Map<number, number>()
    for (const gram of ngrams(words, ngram)) {
      for (const index of byGram.get(gram) ?? []) hits.set(index, (hits.get(index) ?? 0) + 1)
    }
    let best: Match | null = null
    for (const [index, count] of hits) {
      const of = count / sizes[index]!
      if (of >= (sizes[index]! < ngram ? 1 : share) && of > (best?.share ?? 0)) best = matchOf(index, of)
    }
    return best
  }
}
