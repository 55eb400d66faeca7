import { normalQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"

/**
 * Wilson's score interval for a proportion. Right for a single run with one sample an item; where items are clustered or
 * several students were trained, give the *effective* number of items and the matching critical value.
 * @param proportion in [0, 1]
 * @param n number of independent items, greater than 0, need not be whole
 * @param critical critical value; the normal one of `level` unless given
 * @source E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927)
 */
export const wilson = (
  proportion: number,
  n: number,
  level: number = defaultLevel,
  critical: number = normalQuantile(upperPoint(level))
): Interval => {
  const z2 = critical * critical
  const centre = (proportion + z2 / (2 * n)) / (1 + z2 / n)
  const half = (critical / (1 + z2 / n)) * Math.sqrt((proportion * (1 - proportion)) / n + z2 / (4 * n * n))
  return {
    estimate: proportion,
    low: proportion <= 0 ? 0 : Math.max(0, centre - half),
    high: proportion >= 1 ? 1 : Math.min(1, centre + half)
  }
}
