import { contrast } from "./contrast.ts"
import { normalUpperTail, tQuantile, tUpperTail } from "./distributions.ts"
import type { Interval } from "./Interval.ts"
import { combine, grandMean, type ItemBySeed } from "./ItemBySeed.ts"
import { itemsOnlyMean, meanEstimate, seedsForPopulation, type VarianceComponents } from "./mean-estimate.ts"
import { skewed, skewnessOfMean, unskewed } from "./skewness.ts"
import { wilson } from "./wilson.ts"

/** One-sided alpha of a claim that stands alone: half of what a two-sided 95 % interval leaves out. */
export const defaultAlpha = 0.025

/** What the data say on a claim `retention >= threshold`. */
export type Verdict =
  | {
    readonly kind: "supported" | "refuted" | "inconclusive"
    /** of cell - threshold * baseline, in score points (0 to 1): each end is a one-sided bound at `alpha` */
    readonly contrast: Interval
    readonly alpha: number
    readonly df: number
    /** one-sided p value against "retention is below the threshold", and against "at or above it" */
    readonly pSupported: number
    readonly pRefuted: number
    readonly components: VarianceComponents
    /** cell and baseline differ by the same on every item, so the spread is bounded by Wilson's interval for a share of 0 */
    readonly hasNoSpread: boolean
  }
  | {
    /** fewer than 3 seeds: the interval is over new items, for these trained students, and decides nothing */
    readonly kind: "no-verdict"
    readonly numSeeds: number
    readonly label: string
    readonly contrast: Interval | null
  }
  | { readonly kind: "not-defined"; readonly reason: string }

/**
 * Verdict on `retention >= threshold`: the mean of d = cell - threshold * baseline, item by item and seed by seed (no
 * ratio, so no division by a score near 0), with crossed variance components of items and seeds:
 *
 *     low, high = mean(d) -+ t(1 - alpha, df) * sqrt(s_item^2/n + s_seed^2/S + s_res^2/(n S))
 *
 * supported if low > 0, refuted if high < 0, else inconclusive.
 *
 * Two guards, each of which can only widen:
 * - Where few items are lost, and by every student, d is heavily skewed: at 100 items and a true retention of 0.95 the t bound
 *   alone supports `>= 0.95` in 12 % of experiments. The ends reach at least as far as those of Hall's transformed t.
 * - Where cell and baseline agree on every item and seed, the spread of d knows nothing of how often they may differ. The ends
 *   reach at least as far as Wilson's upper bound for a share of 0 in n.
 * @param cell scores of the cell, or null where it is missing or failed
 * @param baseline scores of the same items under the baseline, or null where it is missing or failed
 * @param threshold the claimed retention, such as 0.9
 * @param alpha one-sided; what `holm` leaves where several claims are declared
 * @throws RangeError if the tables hold different numbers of items, or of seeds beyond one
 * @source contrast and components: `crossedMean`; guards: `unskewed`, `wilson`
 * ```ts
 * verdict(null, null, 0.9).kind // => "not-defined"
 * ```
 */
export const verdict = (
  cell: ItemBySeed | null,
  baseline: ItemBySeed | null,
  threshold: number,
  alpha: number = defaultAlpha
): Verdict => {
  if (baseline === null) return { kind: "not-defined", reason: "the baseline is missing or failed" }
  if (cell === null) return { kind: "not-defined", reason: "the cell is missing or failed" }
  if (grandMean(baseline) === 0) return { kind: "not-defined", reason: "the baseline scores 0" }
  const level = 1 - 2 * alpha
  const table = combine(1, cell, -threshold, baseline)
  // a single student that stands for all seeds is one student still
  const numSeeds = Math.min(cell.numSeeds, baseline.numSeeds)
  if (numSeeds < seedsForPopulation) {
    const label = `for these trained students only: ${numSeeds} of the ${seedsForPopulation} seeds a verdict needs`
    const isPaired = cell.numSeeds === baseline.numSeeds
    return { kind: "no-verdict", numSeeds, label, contrast: isPaired ? contrast(cell, baseline, threshold, level) : null }
  }
  const { components, df, mean, standardError } = meanEstimate(table)
  // one item: nothing is known of other items
  if (components === null) return { kind: "not-defined", reason: "a single item, or a single cluster of items, has no spread" }
  const t = standardError === 0 ? Math.sign(mean) * Infinity : mean / standardError
  const hasNoSpread = itemsOnlyMean(combine(1, cell, -1, baseline)).standardError === 0
  const unseen = hasNoSpread ? wilson(0, cell.numClusters, level).high : 0
  const skewness = skewnessOfMean(table, standardError)
  const critical = tQuantile(1 - alpha, df)
  const reach = (y: number) => (standardError === 0 ? 0 : standardError * skewed(y, skewness))
  const half = standardError === 0 ? 0 : critical * standardError
  const low = Math.min(mean - half, mean - reach(critical), mean - unseen)
  const high = Math.max(mean + half, mean - reach(-critical), mean + unseen)
  // Wilson's bound z^2 / (n + z^2) for a share of 0, solved for the z at which it equals the distance from 0
  const share = Math.min(1, Math.abs(mean))
  const floor = hasNoSpread ? normalUpperTail(Math.sqrt((cell.numClusters * share) / (1 - share))) : 0
  return {
    kind: low > 0 ? "supported" : high < 0 ? "refuted" : "inconclusive",
    contrast: { estimate: mean, low, high },
    alpha,
    df,
    pSupported: Math.max(upper(t, df), upper(unskewed(t, skewness), df), floor),
    pRefuted: Math.max(upper(-t, df), upper(-unskewed(t, skewness), df), floor),
    components,
    hasNoSpread
  }
}

const upper = (t: number, df: number): number =>
  Number.isNaN(t) ? 0.5 : Number.isFinite(t) ? tUpperTail(t, df) : t > 0 ? 0 : 1
