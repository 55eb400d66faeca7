import { byCluster, centred, combine, grandMean, type ItemBySeed } from "./ItemBySeed.ts"

/** Fewer training seeds than this, and an interval speaks of these students only. */
export const seedsForPopulation = 3

/** A mean over items and seeds with what its interval needs. */
export interface MeanEstimate {
  readonly mean: number
  readonly standardError: number
  readonly df: number
  /** `crossed`: over new items and newly trained students. `items-only`: over new items, for these trained students. */
  readonly kind: "crossed" | "items-only"
  /** estimated variances of one observation; null where seeds cannot tell them apart */
  readonly components: VarianceComponents | null
}

/** Variances of one observation, one item of one seed: of items, of seeds, and what is left. */
export interface VarianceComponents {
  readonly item: number
  readonly seed: number
  readonly residual: number
}

/**
 * Standard error of the mean over items, for these trained students: seeds are averaged within an item first; clusters
 * are the units. df = clusters - 1.
 */
export const itemsOnlyMean = (table: ItemBySeed): MeanEstimate => {
  const mean = grandMean(table)
  const { numItems, numSeeds, values_nS } = byCluster(centred(table, mean))
  let squares = 0
  for (let item = 0; item < numItems; item++) {
    let sum = 0
    for (let seed = 0; seed < numSeeds; seed++) sum += values_nS[item * numSeeds + seed]!
    squares += (sum / numSeeds) ** 2
  }
  const df = numItems - 1
  // one item says nothing about other items
  if (df === 0) return { mean, standardError: Infinity, df: 1, kind: "items-only", components: null }
  return { mean, standardError: Math.sqrt(squares / df / numItems), df, kind: "items-only", components: null }
}

/**
 * Standard error of the mean where items and training seeds are crossed (every student answers every item).
 *
 * Two-way layout without replication; MS_I, MS_S, MS_R are the mean squares of items (clusters), seeds and residual:
 * var(mean) = (I + S - MS_R) / (n k), I = max(MS_I, MS_R), S = max(MS_S, MS_R), for n clusters and k seeds, which is
 * s_item^2/n + s_seed^2/k + s_res^2/(n k) with no component below 0.
 * df by Satterthwaite: (I + S - MS_R)^2 / (I^2/(n-1) + MS_S^2/(k-1) + MS_R^2/((n-1)(k-1))).
 * MS_S stands in the df as observed, not raised to MS_R: where seeds differ less than chance lets them, the variance
 * rests on items and the df follow. With MS_S raised there too, three equal students would get a t of 2 df on top of a
 * variance that has nothing to do with seeds: coverage 100 % and twice the width (tests/bench/coverage).
 * @source F. E. Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics 2 (1946)
 */
export const crossedMean = (table: ItemBySeed): MeanEstimate =>
  table.numClusters === 1 ? { ...itemsOnlyMean(table), kind: "crossed" } : fromMeanSquares(meanSquares(table))

/** Mean squares of the two-way layout, n clusters and k seeds; of seeds and residual 0 with one seed. */
interface MeanSquares {
  readonly n: number
  readonly k: number
  readonly mean: number
  readonly item: number
  readonly seed: number
  readonly residual: number
}

const meanSquares = (table: ItemBySeed): MeanSquares => {
  const mean = grandMean(table)
  const { numItems: n, numSeeds: k, values_nS } = byCluster(centred(table, mean))
  const itemMeans_n = new Float64Array(n)
  const seedMeans_S = new Float64Array(k)
  for (let item = 0; item < n; item++) {
    for (let seed = 0; seed < k; seed++) {
      const value = values_nS[item * k + seed]!
      itemMeans_n[item]! += value / k
      seedMeans_S[seed]! += value / n
    }
  }
  let itemSquares = 0
  let seedSquares = 0
  let residualSquares = 0
  for (let item = 0; item < n; item++) itemSquares += k * itemMeans_n[item]! ** 2
  for (let seed = 0; seed < k; seed++) seedSquares += n * seedMeans_S[seed]! ** 2
  for (let item = 0; item < n; item++) {
    for (let seed = 0; seed < k; seed++) {
      residualSquares += (values_nS[item * k + seed]! - itemMeans_n[item]! - seedMeans_S[seed]!) ** 2
    }
  }
  const isOneSeed = k === 1
  return {
    n, k, mean, item: itemSquares / (n - 1), seed: isOneSeed ? 0 : seedSquares / (k - 1),
    residual: isOneSeed ? 0 : residualSquares / ((n - 1) * (k - 1))
  }
}

const fromMeanSquares = ({ item: observedItem, k, mean, n, residual, seed: observedSeed }: MeanSquares): MeanEstimate => {
  const item = Math.max(observedItem, residual)
  const seed = Math.max(observedSeed, residual)
  const sum = item + seed - residual
  const spread = item ** 2 / (n - 1) + observedSeed ** 2 / (k - 1) + residual ** 2 / ((n - 1) * (k - 1))
  return {
    mean,
    standardError: Math.sqrt(sum / (n * k)),
    df: spread === 0 ? n - 1 : sum ** 2 / spread,
    kind: "crossed",
    components: { item: (item - residual) / k, seed: (seed - residual) / n, residual }
  }
}

/**
 * Estimates of the mean of `first - factor * second` for any factor, of tables with equal numbers of items and seeds. Its mean
 * is linear in the factor and its mean squares are quadratic, so three passes over the tables serve all factors.
 */
export const contrastEstimates = (first: ItemBySeed, second: ItemBySeed): ((factor: number) => MeanEstimate) => {
  const at = (factor: number) => meanSquares(combine(1, first, -factor, second))
  const [below, here, above] = [at(-1), at(0), at(1)]
  const { k, n } = here
  const linear = (above.mean - below.mean) / 2
  const quadratic = (of: "item" | "seed" | "residual") => {
    const square = (above[of] + below[of]) / 2 - here[of]
    const slope = (above[of] - below[of]) / 2
    // rounding must not make a spread of nothing negative
    return (factor: number) => Math.max(0, here[of] + factor * slope + factor * factor * square)
  }
  const [item, seed, residual] = [quadratic("item"), quadratic("seed"), quadratic("residual")]
  return (factor) => {
    const mean = here.mean + factor * linear
    if (n === 1) return { mean, standardError: Infinity, df: 1, kind: k >= seedsForPopulation ? "crossed" : "items-only", components: null }
    return k >= seedsForPopulation
      ? fromMeanSquares({ n, k, mean, item: item(factor), seed: seed(factor), residual: residual(factor) })
      : { mean, standardError: Math.sqrt(item(factor) / (n * k)), df: n - 1, kind: "items-only", components: null }
  }
}

/** Crossed from 3 seeds, items only below. */
export const meanEstimate = (table: ItemBySeed): MeanEstimate =>
  table.numSeeds >= seedsForPopulation ? crossedMean(table) : itemsOnlyMean(table)
