import { tQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"
import { combine, type ItemBySeed } from "./ItemBySeed.ts"
import { type MeanEstimate, meanEstimate } from "./mean-estimate.ts"

export interface ContrastInterval extends Interval {
  readonly kind: MeanEstimate["kind"]
  readonly df: number
}

/**
 * Interval of the mean of `first - factor * second`, item by item and seed by seed. With factor 1 it is a paired
 * difference of scores; with a claim's threshold it is the contrast that decides the claim (no ratio, so no division by
 * a score near 0).
 */
export const contrast = (
  first: ItemBySeed,
  second: ItemBySeed,
  factor = 1,
  level: number = defaultLevel
): ContrastInterval => {
  const { df, kind, mean, standardError } = meanEstimate(combine(1, first, -factor, second))
  const half = standardError === 0 ? 0 : tQuantile(upperPoint(level), df) * standardError
  return { estimate: mean, low: mean - half, high: mean + half, kind, df }
}
