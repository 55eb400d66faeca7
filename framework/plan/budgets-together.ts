/** Thought budgets as an axis: the cells that differ in nothing else share one free generation. */
import { canonicalJson } from "./canonical.ts"

interface Budgeted {
  readonly thoughtTokens: ReadonlyArray<number>
}

const otherwise = ({ thoughtTokens: _, ...rest }: Budgeted): string => canonicalJson(rest)

/**
 * All budgets that cells ask of one evaluation, in the order of their first mention: its own ones, unless an axis varies them.
 * @param place of the evaluation in the list of its cell   @param evaluated the lists of all cells
 * ```ts
 * budgetsTogether({ items: 1, thoughtTokens: [8] }, 0, [[{ items: 1, thoughtTokens: [4, 8] }], [{ items: 1, thoughtTokens: [8] }]]) // => [4, 8]
 * ```
 */
export const budgetsTogether = <E extends Budgeted>(
  evaluation: E, place: number, evaluated: ReadonlyArray<ReadonlyArray<E>>
): ReadonlyArray<number> => {
  const own = otherwise(evaluation)
  const alike = evaluated.flatMap((evaluations) => evaluations[place] ?? []).filter((other) => otherwise(other) === own)
  const differ = alike.some(({ thoughtTokens }) => thoughtTokens.join() !== evaluation.thoughtTokens.join())
  return differ ? [...new Set(alike.flatMap(({ thoughtTokens }) => thoughtTokens))] : evaluation.thoughtTokens
}
