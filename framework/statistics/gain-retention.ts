import { contrast } from "./contrast.ts"
import { tQuantile } from "./distributions.ts"
import { defaultLevel, type Interval, upperPoint } from "./Interval.ts"
import { combine, type ItemBySeed } from "./ItemBySeed.ts"
import { contrastEstimates } from "./mean-estimate.ts"

/**
 * Gain retention: (cell - base student) / (baseline - base student), so that what the untrained student already knew is
 * no credit. The interval holds every ratio that the contrast `cellGain - ratio * baselineGain` does not reject
 * (Fieller's interval, with the same standard errors as everything else).
 * @param base scores of the untrained student; one column is repeated over the seeds
 * @returns null, "not defined", where the interval of the denominator holds 0
 */
export const gainRetention = (
  cell: ItemBySeed,
  baseline: ItemBySeed,
  base: ItemBySeed,
  level: number = defaultLevel
): Interval | null => {
  const baselineGain = combine(1, baseline, -1, base)
  const cellGain = combine(1, cell, -1, base)
  const denominator = contrast(baseline, base, 1, level)
  if (denominator.low <= 0 && denominator.high >= 0) return null
  const numerator = contrast(cell, base, 1, level)
  const estimate = numerator.estimate / denominator.estimate
  const at = contrastEstimates(cellGain, baselineGain)
  const isRejected = (ratio: number) => {
    const { df, mean, standardError } = at(ratio)
    return Math.abs(mean) > (standardError === 0 ? 0 : tQuantile(upperPoint(level), df) * standardError)
  }
  return { estimate, low: edge(estimate, -1, isRejected), high: edge(estimate, 1, isRejected) }
}

/** The nearest rejected ratio from the estimate in one direction: doubling out, then halving in. */
const edge = (estimate: number, direction: 1 | -1, isRejected: (ratio: number) => boolean): number => {
  let outside = 1e-3
  while (!isRejected(estimate + direction * outside)) {
    outside *= 2
    // the denominator's interval only just leaves 0 out: the ratio is unbounded on this side
    if (outside > 1e6) return direction * Infinity
  }
  let inside = outside <= 1e-3 ? 0 : outside / 2
  for (let halving = 0; halving < 32; halving++) {
    const middle = (inside + outside) / 2
    if (isRejected(estimate + direction * middle)) outside = middle
    else inside = middle
  }
  return estimate + direction * inside
}
