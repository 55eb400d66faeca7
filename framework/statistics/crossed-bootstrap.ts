import { defaultLevel, type Interval } from "./Interval.ts"
import { byCluster, grandMean, type ItemBySeed } from "./ItemBySeed.ts"
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
