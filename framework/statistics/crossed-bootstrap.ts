import { defaultLevel, type Interval } from "./Interval.ts"
import { byCluster, centred, grandMean, type ItemBySeed } from "./ItemBySeed.ts"
import { randomStream } from "./random-stream.ts"

/**
 * Percentile interval of retention by a crossed bootstrap: clusters and seeds are drawn with replacement, each on its
 * own, and every drawn student answers every drawn item. A cross-check on `logRetention`: with few seeds it is too narrow
 * (two seeds can only be drawn in three ways), so it is never the main interval.
 * @param replicates draws
 * @returns null where the baseline scores 0
 */
export const crossedBootstrap = (
  cell: ItemBySeed,
  baseline: ItemBySeed,
  options: { readonly seed: number; readonly replicates?: number; readonly level?: number }
): Interval | null => {
  const { level = defaultLevel, replicates = 2000, seed } = options
  const q = grandMean(baseline)
  if (q === 0) return null
  const tops = byCluster(cell)
  const bottoms = byCluster(baseline)
  const { numItems, numSeeds } = tops
  const random = randomStream(seed)
  const ratios: Array<number> = []
  for (let replicate = 0; replicate < replicates; replicate++) {
    const seedCounts_S = new Uint16Array(numSeeds)
    for (let draw = 0; draw < numSeeds; draw++) seedCounts_S[Math.floor(random() * numSeeds)]! += 1
    let top = 0
    let bottom = 0
    for (let draw = 0; draw < numItems; draw++) {
      const row = Math.floor(random() * numItems) * numSeeds
      for (let column = 0; column < numSeeds; column++) {
        top += seedCounts_S[column]! * tops.values_nS[row + column]!
        bottom += seedCounts_S[column]! * bottoms.values_nS[row + column]!
      }
    }
    ratios.push(bottom === 0 ? Infinity : top / bottom)
  }
  ratios.sort((a, b) => a - b)
  const tail = (1 - level) / 2
  return {
    estimate: grandMean(cell) / q,
    low: ratios[Math.floor(tail * (replicates - 1))]!,
    high: ratios[Math.ceil((1 - tail) * (replicates - 1))]!
  }
}

/**
 * Standard error of a mean over items and seeds by the crossed bootstrap (the "pigeonhole" bootstrap), as infinitely many
 * replicates would give it:
 *
 *     se^2 = sum_i a_i^2 / n^2 + sum_s b_s^2 / S^2 + sum_is r_is^2 / (n S)^2
 *
 * with a and b the means of items (clusters) and seeds less the grand mean, and r what is left. Nothing is taken off for chance
 * and there are no degrees of freedom: with few seeds it is too small, as above.
 * @source A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007)
 */
export const pigeonholeError = (table: ItemBySeed): number => {
  const mean = grandMean(table)
  const { numItems: n, numSeeds: S, values_nS } = byCluster(centred(table, mean))
  const seedMeans_S = new Float64Array(S)
  for (let item = 0; item < n; item++) for (let seed = 0; seed < S; seed++) seedMeans_S[seed]! += values_nS[item * S + seed]! / n
  let items = 0
  let rest = 0
  for (let item = 0; item < n; item++) {
    let itemMean = 0
    for (let seed = 0; seed < S; seed++) itemMean += values_nS[item * S + seed]! / S
    items += itemMean ** 2
    for (let seed = 0; seed < S; seed++) rest += (values_nS[item * S + seed]! - itemMean - seedMeans_S[seed]!) ** 2
  }
  const seeds = seedMeans_S.reduce((sum, seedMean) => sum + seedMean ** 2, 0)
  return Math.sqrt(items / n ** 2 + seeds / S ** 2 + rest / (n * S) ** 2)
}
