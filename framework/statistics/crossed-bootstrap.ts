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

/** Replicates whose draws are kept: the claims of one experiment are on the same items, and drawing is most of the work. */
let drawn: { readonly key: string; readonly counts_Rn: Uint8Array; readonly counts_RS: Uint8Array } | null = null

const drawCounts = (numItems: number, numSeeds: number, replicates: number, seed: number) => {
  const key = [numItems, numSeeds, replicates, seed].join()
  if (drawn?.key === key) return drawn
  const random = randomStream(seed)
  const counts_Rn = new Uint8Array(replicates * numItems)
  const counts_RS = new Uint8Array(replicates * numSeeds)
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let draw = 0; draw < numSeeds; draw++) counts_RS[replicate * numSeeds + Math.floor(random() * numSeeds)]! += 1
    for (let draw = 0; draw < numItems; draw++) counts_Rn[replicate * numItems + Math.floor(random() * numItems)]! += 1
  }
  drawn = { key, counts_Rn, counts_RS }
  return drawn
}

/**
 * Percentile interval of a mean over items and seeds, by the crossed bootstrap: the cross-check on a verdict's contrast. The
 * same limits hold as above; with 3 seeds it is too narrow.
 * @param replicates draws; tails beyond 5 of them say little, so a level above 0.99 is as good as 0.99
 * ```ts
 * // three students that differ in nothing: only the items are drawn
 * crossedBootstrapMean(table, { seed: 0 }).estimate
 * ```
 */
export const crossedBootstrapMean = (
  table: ItemBySeed,
  options: { readonly seed: number; readonly replicates?: number; readonly level?: number }
): Interval => {
  const { level = defaultLevel, replicates = 1000, seed } = options
  const { numItems, numSeeds, values_nS } = byCluster(table)
  const { counts_RS, counts_Rn } = drawCounts(numItems, numSeeds, replicates, seed)
  const means = new Float64Array(replicates)
  const weights_S = new Float64Array(numSeeds)
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let column = 0; column < numSeeds; column++) weights_S[column] = counts_RS[replicate * numSeeds + column]! / numSeeds
    let sum = 0
    for (let row = 0, place = replicate * numItems; row < numItems; row++, place++) {
      const count = counts_Rn[place]!
      if (count === 0) continue
      let value = 0
      for (let column = 0; column < numSeeds; column++) value += weights_S[column]! * values_nS[row * numSeeds + column]!
      sum += count * value
    }
    means[replicate] = sum / numItems
  }
  means.sort()
  const tail = (1 - level) / 2
  return {
    estimate: grandMean(table),
    low: means[Math.floor(tail * (replicates - 1))]!,
    high: means[Math.ceil((1 - tail) * (replicates - 1))]!
  }
}
