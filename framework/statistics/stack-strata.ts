/** Means over several groups of items (tiers, benchmarks) combined into one, with the seeds that they share. */
import type { ItemBySeed } from "./ItemBySeed.ts"

export interface Stratum {
  /** weight of this group's mean */
  readonly weight: number
  /** the same seeds, in the same order, in every group */
  readonly table: ItemBySeed
}

/**
 * One table whose mean is the weighted sum of the groups' means: an item of group g counts weight_g * N / n_g, N items in all.
 * Items of different groups are different items, students are the same: the crossed components of the stacked table are
 * those of the combination. Groups ought to be centred on one value (linearised ratios are centred on 0), since a difference
 * between groups would be taken for a spread of items.
 * @throws RangeError if the groups have different numbers of seeds
 * ```ts
 * const group = (values: ReadonlyArray<number>) => ({ numItems: values.length, numSeeds: 1, values_nS: Float64Array.from(values),
 *   clusters_n: Int32Array.from(values, (_, row) => row), numClusters: values.length })
 * [...stackStrata([{ weight: 1, table: group([2, 4]) }, { weight: -1, table: group([1]) }]).values_nS] // => [3, 6, -3]
 * ```
 */
export const stackStrata = (strata: ReadonlyArray<Stratum>): ItemBySeed => {
  const numItems = strata.reduce((sum, { table }) => sum + table.numItems, 0)
  const numSeeds = strata[0]?.table.numSeeds ?? 1
  const values_nS = new Float64Array(numItems * numSeeds)
  const clusters_n = new Int32Array(numItems)
  let row = 0
  let numClusters = 0
  for (const { table, weight } of strata) {
    if (table.numSeeds !== numSeeds) throw new RangeError(`Groups have ${numSeeds} and ${table.numSeeds} seeds: expected the same students`)
    const scale = (weight * numItems) / table.numItems
    for (const [place, value] of table.values_nS.entries()) values_nS[row * numSeeds + place] = value * scale
    for (const [item, cluster] of table.clusters_n.entries()) clusters_n[row + item] = numClusters + cluster
    row += table.numItems
    numClusters += table.numClusters
  }
  return { numItems, numSeeds, values_nS, clusters_n, numClusters }
}
