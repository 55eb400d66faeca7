import { defaultPower } from "./detectable-effect.ts"
import { noncentralTUpperTail, tQuantile } from "./distributions.ts"
import { seedsForPopulation, type VarianceComponents } from "./mean-estimate.ts"

/**
 * Mean of cell - threshold * baseline if the retention declared before the run were true, in score points. What was
 * observed never enters: power at the observed effect says the p value once more and nothing else.
 * @source J. M. Hoenig, D. M. Heisey, "The abuse of power", The American Statistician 55 (2001)
 * ```ts
 * Number((assumedEffect({ baseline: 0.85, assumed: 1, threshold: 0.9 })).toFixed(3)) // => 0.085
 * ```
 */
export const assumedEffect = (
  { assumed, baseline, threshold }: { readonly baseline: number; readonly assumed: number; readonly threshold: number }
): number => (assumed - threshold) * baseline

/**
 * Probability that a claim is decided, one-sided at `alpha`, if the contrast's mean were `effect`: supported where it is
 * above 0, refuted where it is below.
 *
 *     P(T > t(1 - alpha, df)), T noncentral t, noncentrality |effect| / sqrt(s_item^2/n + s_seed^2/S + s_res^2/(n S))
 *
 * df are Satterthwaite's at the mean squares that the components make expect: I = S s_item^2 + s_res^2,
 * M = n s_seed^2 + s_res^2, R = s_res^2; df = (I + M - R)^2 / (I^2/(n-1) + M^2/(S-1) + R^2/((n-1)(S-1))).
 * The guards of `verdict` against skewed and equal scores are not in it: near a ceiling, with few items, it is optimistic.
 * @param effect from `assumedEffect`, never the observed one
 * @param components estimated from what was run, or a pilot; the residual is that of the mean over an item's samples
 * @param items items, or clusters of items, at least 2
 * @param seeds at least 2
 * ```ts
 * Number((powerAt(0.085, { item: 0.09, seed: 0.0004, residual: 0.06 }, { items: 300, seeds: 3 }, 0.025)).toFixed(4)) // => 0.9369
 * ```
 */
export const powerAt = (
  effect: number,
  components: VarianceComponents,
  { items: n, seeds: S }: { readonly items: number; readonly seeds: number },
  alpha: number
): number => {
  if (effect === 0) return alpha
  const R = components.residual
  const I = S * components.item + R
  const M = n * components.seed + R
  const sum = I + M - R
  if (sum === 0) return 1
  const df = sum ** 2 / (I ** 2 / (n - 1) + M ** 2 / (S - 1) + R ** 2 / ((n - 1) * (S - 1)))
  return noncentralTUpperTail(tQuantile(1 - alpha, df), df, Math.abs(effect) / Math.sqrt(sum / (n * S)))
}

/** What would settle a claim at the declared alternative. */
export interface Settling {
  /** items at the seeds there are; `not reachable` where the seed term alone exceeds what the power leaves */
  readonly items: number | "not reachable"
  /** seeds, at least 3, at the items there are; `not reachable` where the item term alone exceeds it */
  readonly seeds: number | "not reachable"
  /** both grown by one factor */
  readonly both: { readonly items: number; readonly seeds: number } | "not reachable"
}

/**
 * The items, the seeds, or both, that give `power` at the effect of the declared alternative. Searched up to 10 million
 * items, 10 thousand seeds, and 10 thousand times both. With fewer than 3 seeds no number of items gives a verdict.
 * ```ts
 * settling(0.03, { item: 0.1, seed: 0.004, residual: 0.05 }, { items: 500, seeds: 3 }, 0.025).items // => "not reachable"
 * ```
 */
export const settling = (
  effect: number,
  components: VarianceComponents,
  { items, seeds }: { readonly items: number; readonly seeds: number },
  alpha: number,
  power: number = defaultPower
): Settling => {
  if (effect === 0) return { items: "not reachable", seeds: "not reachable", both: "not reachable" }
  const isEnough = (n: number, S: number) => powerAt(effect, components, { items: n, seeds: S }, alpha) >= power
  const grown = (factor: number) => ({
    items: Math.max(2, Math.ceil(items * factor)), seeds: Math.max(seedsForPopulation, Math.ceil(seeds * factor))
  })
  const steps = first((step) => {
    const more = grown(1 + step / 64)
    return isEnough(more.items, more.seeds)
  }, 0, 64 * 10_000)
  return {
    items: seeds < seedsForPopulation ? "not reachable" : first((n) => isEnough(n, seeds), 2, 1e7),
    seeds: items < 2 ? "not reachable" : first((S) => isEnough(items, S), seedsForPopulation, 1e4),
    both: steps === "not reachable" ? steps : grown(1 + steps / 64)
  }
}

/**
 * The first whole number from `from` that holds. Steps grow by a tenth, then the last step is halved: power is not quite
 * monotone in items (with more of them the seed term, and its few df, weigh more), so a bisection of the whole range could
 * miss it.
 */
const first = (holds: (n: number) => boolean, from: number, to: number): number | "not reachable" => {
  let below = from - 1
  let n = from
  while (!holds(n)) {
    if (n >= to) return "not reachable"
    below = n
    n = Math.min(to, Math.max(n + 1, Math.floor(n * 1.1)))
  }
  while (n - below > 1) {
    const middle = Math.floor((n + below) / 2)
    if (holds(middle)) n = middle
    else below = middle
  }
  return n
}
