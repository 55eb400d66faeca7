/** Which of several ways is worth its price: the cost-quality front. */

export interface Priced {
  readonly cost: number
  readonly score: number
}

/**
 * For each point whether another one costs no more and scores no less, and is better in one of the two. By estimates alone:
 * a point that is dominated by less than its interval may not be.
 * ```ts
 * dominated([{ cost: 1, score: 0.8 }, { cost: 2, score: 0.7 }, { cost: 3, score: 0.9 }]) // => [false, true, false]
 * ```
 */
export const dominated = (points: ReadonlyArray<Priced>): ReadonlyArray<boolean> =>
  points.map((one) => points.some((other) =>
    other.cost <= one.cost && other.score >= one.score && (other.cost < one.cost || other.score > one.score)))
