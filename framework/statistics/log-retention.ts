import { tQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"
import { combine, grandMean, type ItemBySeed } from "./ItemBySeed.ts"
import { type MeanEstimate, meanEstimate } from "./mean-estimate.ts"
import { wilson } from "./wilson.ts"

export interface RetentionInterval extends Interval {
  /**
   * `crossed` and `items-only` as in `MeanEstimate`. `zero-score`: the cell got nothing right; the upper end is Wilson's
   * for its score over the baseline's. `no-difference`: no item tells the two apart; the ends are those of a share of
   * differing items that Wilson's interval allows after seeing none.
   */
  readonly method: MeanEstimate["kind"] | "zero-score" | "no-difference"
  readonly df: number | null
}

/**
 * Retention, score of a cell over score of its baseline, with an interval on the log scale.
 *
 * Items and seeds are paired. With p and q the two scores, log(p/q) moves with each observation by
 * z = cell/p - baseline/q, whose mean is 0; the standard error of that mean (crossed from 3 seeds, items only below) is
 * the standard error of the log ratio. Ends are p/q * exp(-+ t * se).
 * @returns null where the baseline's score is 0
 */
export const logRetention = (
  cell: ItemBySeed,
  baseline: ItemBySeed,
  level: number = defaultLevel
): RetentionInterval | null => {
  const cellScore = grandMean(cell)
  const baselineScore = grandMean(baseline)
  if (baselineScore === 0) return null
  const estimate = cellScore / baselineScore
  const units = cell.numClusters
  const unseen = wilson(0, units, level).high
  if (cellScore === 0) return { estimate: 0, low: 0, high: unseen / baselineScore, method: "zero-score", df: null }
  const { df, kind, standardError } = meanEstimate(combine(1 / cellScore, cell, -1 / baselineScore, baseline))
  if (standardError < 1e-12) {
    const reach = unseen / baselineScore
    return { estimate, low: Math.max(0, estimate - reach), high: estimate + reach, method: "no-difference", df: null }
  }
  const reach = Math.exp(tQuantile(upperPoint(level), df) * standardError)
  return { estimate, low: estimate / reach, high: estimate * reach, method: kind, df }
}
