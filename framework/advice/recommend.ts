/** From how many derivations each ratio keeps to the ratio to begin with. */
import type { Interval } from "../statistics/Interval.ts"

/** Ratios that are looked at, as they would stand in a spec. */
export const ratioTexts = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"] as const

export interface Recommendation {
  /** the smallest ratio that keeps the share asked for */
  readonly ratio: string
  /** smallest and largest ratio that the 95 % intervals of the shares allow for it */
  readonly low: string
  readonly high: string
}

/**
 * The smallest ratio whose kept prefix holds at least `keep` of the derivations. At ratio 1 all are held.
 * ```ts
 * const share = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 })
 * recommend([{ ratio: "0.4", holds: share(0.5) }, { ratio: "0.5", holds: share(0.93) }, { ratio: "1", holds: share(1) }], 0.9) // => { ratio: "0.5", low: "0.5", high: "1" }
 * ```
 */
export const recommend = (
  ratios: ReadonlyArray<{ readonly ratio: string; readonly holds: Interval }>, keep: number
): Recommendation => {
  const first = (reaches: (holds: Interval) => boolean) => ratios.find(({ holds }) => reaches(holds))?.ratio ?? "1"
  return {
    ratio: first(({ estimate }) => estimate >= keep), low: first(({ high }) => high >= keep), high: first(({ low }) => low >= keep)
  }
}
