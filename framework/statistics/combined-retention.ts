/** Retentions of several groups of items under the same students, combined: a difference of tiers, a mean over benchmarks. */
import { tQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"
import { combine, grandMean, type ItemBySeed } from "./ItemBySeed.ts"
import { type MeanEstimate, meanEstimate } from "./mean-estimate.ts"
import { stackStrata } from "./stack-strata.ts"

export interface Compared {
  readonly cell: ItemBySeed
  readonly baseline: ItemBySeed
}

export interface CombinedInterval extends Interval {
  readonly kind: MeanEstimate["kind"]
  readonly df: number
}

const interval = (estimate: number, linearised: ItemBySeed, level: number): CombinedInterval => {
  const { df, kind, standardError } = meanEstimate(linearised)
  const half = standardError === 0 ? 0 : tQuantile(upperPoint(level), df) * standardError
  return { estimate, low: estimate - half, high: estimate + half, df, kind }
}

/**
 * Retention in the first group less that in the second: p1/q1 - p2/q2. Each ratio moves with an observation by
 * (cell - ratio * baseline) / q; the interval is that of the difference of these means, with crossed components, since the same
 * students answer both groups.
 * @returns null where a baseline scores 0
 */
export const retentionDifference = (first: Compared, second: Compared, level: number = defaultLevel): CombinedInterval | null => {
  const parts = [first, second].map(({ baseline, cell }) => {
    const q = grandMean(baseline)
    const ratio = grandMean(cell) / q
    return { q, ratio, table: () => combine(1 / q, cell, -ratio / q, baseline) }
  })
  const [one, two] = parts as [(typeof parts)[number], (typeof parts)[number]]
  if (one.q === 0 || two.q === 0) return null
  return interval(one.ratio - two.ratio, stackStrata([{ weight: 1, table: one.table() }, { weight: -1, table: two.table() }]), level)
}

/**
 * Geometric mean of retentions over groups: exp of the mean of log(p/q), with the interval made on the log scale.
 * @returns null where a score is 0: then there is no logarithm
 */
export const meanLogRetention = (groups: ReadonlyArray<Compared>, level: number = defaultLevel): CombinedInterval | null => {
  if (groups.length === 0) return null
  const parts = groups.map(({ baseline, cell }) => ({ baseline, cell, p: grandMean(cell), q: grandMean(baseline) }))
  if (parts.some(({ p, q }) => p === 0 || q === 0)) return null
  const mean = parts.reduce((sum, { p, q }) => sum + Math.log(p / q), 0) / parts.length
  const stacked = stackStrata(parts.map(({ baseline, cell, p, q }) =>
    ({ weight: 1 / parts.length, table: combine(1 / p, cell, -1 / q, baseline) })))
  const { df, high, kind, low } = interval(mean, stacked, level)
  return { estimate: Math.exp(mean), low: Math.exp(low), high: Math.exp(high), df, kind }
}
