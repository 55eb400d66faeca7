import { type ContrastInterval, contrast } from "./contrast.ts"
import { defaultLevel } from "./Interval.ts"
import { combine, type ItemBySeed } from "./ItemBySeed.ts"
import { itemsOnlyMean } from "./mean-estimate.ts"
import { wilson } from "./wilson.ts"

/**
 * Interval of the mean of `first - second`, paired item by item and seed by seed. Where the two agree on every item and seed there
 * is no spread to measure, and all that is known is how many items were seen: the ends reach as far as Wilson's upper bound for a
 * share of 0 in n.
 * ```ts
 * const all = { numItems: 3, numSeeds: 1, values_nS: Float64Array.of(1, 1, 1), clusters_n: Int32Array.of(0, 1, 2), numClusters: 3 }
 * Number(pairedDifference(all, all).high.toFixed(3)) // => 0.561
 * ```
 */
export const pairedDifference = (first: ItemBySeed, second: ItemBySeed, level: number = defaultLevel): ContrastInterval => {
  const interval = contrast(first, second, 1, level)
  if (itemsOnlyMean(combine(1, first, -1, second)).standardError > 0) return interval
  const reach = wilson(0, first.numClusters, level).high
  return { ...interval, low: Math.min(interval.low, interval.estimate - reach), high: Math.max(interval.high, interval.estimate + reach) }
}
