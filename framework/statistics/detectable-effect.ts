import { normalQuantile } from "./distributions.ts"
import type { VarianceComponents } from "./mean-estimate.ts"

/** How much is measured: n items (or clusters of items), S training seeds, k samples an item. */
export interface Design {
  readonly items: number
  readonly seeds: number
  readonly samples: number
}

/** Power that a plan aims at unless another is asked for. */
export const defaultPower = 0.8

/**
 * Smallest mean of a contrast, in score points, that a one-sided test at `alpha` finds with probability `power`:
 *
 *     (z_{1-alpha} + z_{power}) * sqrt(s_item^2/n + s_seed^2/S + s_res^2/(n S k))
 *
 * Normal quantiles: before anything ran there are no degrees of freedom to speak of, so with 3 seeds and a seed term that
 * dominates this is optimistic; `powerAt` uses t. Divide by the baseline's score for the distance in retention.
 * @param components assumed variances of one observation of the contrast; say with the number where they come from
 * @source the usual sample-size formula of a one-sided normal test, solved for the effect; components as in `crossedMean`
 * ```ts
 * Number((detectableEffect({ item: 0.116025, seed: 0, residual: 0 }, { items: 127, seeds: 1, samples: 1 }, 0.025)).toFixed(4)) // => 0.0847
 * ```
 */
export const detectableEffect = (
  components: VarianceComponents,
  { items, samples, seeds }: Design,
  alpha: number,
  power: number = defaultPower
): number => {
  const variance = components.item / items + components.seed / seeds + components.residual / (items * seeds * samples)
  return (normalQuantile(1 - alpha) + normalQuantile(power)) * Math.sqrt(variance)
}

/**
 * Fewest items at which `detectableEffect` is at most `effect`, or `not reachable` where the seed term alone exceeds it.
 * @param effect in score points, greater than 0
 * ```ts
 * // claim 0.90, baseline 0.85, truth 1.0, item correlation 0.5
 * const item = contrastVariance({ baseline: 0.85, retention: 1, threshold: 0.9, correlation: 0.5 })
 * itemsForEffect({ item, seed: 0, residual: 0 }, 0.085, { seeds: 1, samples: 1 }, 0.025) // => 127
 * ```
 */
export const itemsForEffect = (
  components: VarianceComponents,
  effect: number,
  { samples, seeds }: Omit<Design, "items">,
  alpha: number,
  power: number = defaultPower
): number | "not reachable" => {
  const allowed = (effect / (normalQuantile(1 - alpha) + normalQuantile(power))) ** 2 - components.seed / seeds
  if (allowed <= 0) return "not reachable"
  return Math.max(1, Math.ceil((components.item + components.residual / (seeds * samples)) / allowed))
}

/**
 * Variance of cell - threshold * baseline on one item, where both are right or wrong on it (one seed, one sample):
 *
 *     p (1-p) + rho^2 q (1-q) - 2 rho c sqrt(p (1-p) q (1-q)), p = retention * q
 *
 * @param baseline score q of the baseline, in [0, 1]
 * @param retention retention assumed to be true
 * @param threshold the claimed retention rho
 * @param correlation of right and wrong between cell and baseline over items, c
 * ```ts
 * Number((contrastVariance({ baseline: 0.85, retention: 1, threshold: 0.9, correlation: 0.5 })).toFixed(6)) // => 0.116025
 * ```
 */
export const contrastVariance = (
  assumed: { readonly baseline: number; readonly retention: number; readonly threshold: number; readonly correlation: number }
): number => {
  const { baseline, correlation, retention, threshold } = assumed
  const cell = Math.min(1, retention * baseline)
  const ofCell = cell * (1 - cell)
  const ofBaseline = baseline * (1 - baseline)
  return ofCell + threshold ** 2 * ofBaseline - 2 * threshold * correlation * Math.sqrt(ofCell * ofBaseline)
}
