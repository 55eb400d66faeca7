import { byCluster, centred, grandMean, type ItemBySeed } from "./ItemBySeed.ts"

/**
 * Skewness of the mean over items, a = m3 / (n^2 se^3): m3 is the third central moment of the items' means over seeds
 * (clusters are the units, n of them), se the standard error of the mean. What seeds add is taken as symmetric. Without
 * seeds it is the usual skewness over sqrt(n). 0 where se is 0.
 * ```ts
 * // 2 of 100 items lost, the others kept, one seed: a is about -0.68
 * skewnessOfMean(table, standardError)
 * ```
 */
export const skewnessOfMean = (table: ItemBySeed, standardError: number): number => {
  if (standardError === 0) return 0
  const mean = grandMean(table)
  const { numItems, numSeeds, values_nS } = byCluster(centred(table, mean))
  let cubes = 0
  for (let item = 0; item < numItems; item++) {
    let sum = 0
    for (let seed = 0; seed < numSeeds; seed++) sum += values_nS[item * numSeeds + seed]!
    cubes += (sum / numSeeds) ** 3
  }
  return cubes / numItems / (numItems ** 2 * standardError ** 3)
}

/**
 * Hall's transformation of a t statistic whose data are skewed: g(t) = t + a t^2/3 + a^2 t^3/27 + a/6, rising in t, so that
 * g(t) is as symmetric as t would be for data that are not.
 * @param skewness of the mean, a
 * ```ts
 * unskewed(2, 0) // => 2
 * Number((unskewed(3, -0.3)).toFixed(2)) // => 2.14
 * ```
 * @source P. Hall, "On the removal of skewness by transformation", JRSS B 54 (1992)
 */
export const unskewed = (t: number, skewness: number): number =>
  // an infinite t (no spread at all) has no skewness
  Number.isFinite(t) ? t + (skewness * t ** 2) / 3 + (skewness ** 2 * t ** 3) / 27 + skewness / 6 : t

/** The t of which `unskewed` makes y: (3/a) (cbrt(1 + a (y - a/6)) - 1). */
export const skewed = (y: number, skewness: number): number =>
  Math.abs(skewness) < 1e-9 ? y : (3 / skewness) * (Math.cbrt(1 + skewness * (y - skewness / 6)) - 1)
