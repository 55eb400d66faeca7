import { normalQuantile, tQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"
import { grandMean, type ItemBySeed } from "./ItemBySeed.ts"
import { meanEstimate } from "./mean-estimate.ts"
import { wilson } from "./wilson.ts"

export interface ScoreInterval extends Interval {
  /**
   * `wilson`: one run, one sample, independent items. `items-only`: over new items, for these trained students.
   * `crossed`: over new items and newly trained students.
   */
  readonly method: "wilson" | "items-only" | "crossed"
}

/**
 * Interval of one cell's score, always within [0, 1]. Beyond the plain case it is Wilson's interval at the effective
 * number of items, mean * (1 - mean) / standardError^2, with the t quantile of that standard error.
 * @source E. L. Korn, B. I. Graubard, "Confidence intervals for proportions with small expected number of positive
 * counts estimated from survey data", Survey Methodology 24 (1998), for the effective number
 */
export const scoreInterval = (table: ItemBySeed, level: number = defaultLevel): ScoreInterval => {
  const mean = grandMean(table)
  const units = table.numClusters
  const isPlain = table.numSeeds === 1 && units === table.numItems && table.values_nS.every((v) => v === 0 || v === 1)
  if (isPlain) return { ...wilson(mean, units, level), method: "wilson" }
  const { df, kind, standardError } = meanEstimate(table)
  // all right or all wrong: no spread to measure; the number of units is all that is known
  if (standardError === 0 || units === 1) return { ...wilson(mean, units, level, normalQuantile(upperPoint(level))), method: kind }
  const effective = (mean * (1 - mean)) / standardError ** 2
  return { ...wilson(mean, effective, level, tQuantile(upperPoint(level), df)), method: kind }
}
