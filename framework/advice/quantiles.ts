/** Distributions of numbers that are held: quantiles, histograms. */

/** Quantiles that are shown. */
export const shownQuantiles = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const

/**
 * The quantile of ascending numbers, between neighbours by their distance (type 7 of Hyndman and Fan). NaN of none.
 * ```ts
 * quantile([1, 2, 3, 4], 0.5) // => 2.5
 * ```
 */
export const quantile = (ascending: ArrayLike<number>, p: number): number => {
  if (ascending.length === 0) return Number.NaN
  const at = p * (ascending.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, ascending.length - 1)
  return ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!)
}

export interface Distribution {
  readonly count: number
  readonly mean: number
  /** by the quantile: "0.5" is the median */
  readonly quantiles: Readonly<Record<string, number>>
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: ReadonlyArray<number> }
}

/** Null of no values. Bins are of equal width over [from, to]; the last one holds `to`. */
export const distribution = (values: Float64Array, bins: number, range: readonly [from: number, to: number] | null = null): Distribution | null => {
  if (values.length === 0) return null
  const ascending = Float64Array.from(values).sort()
  const [from, to] = range ?? [0, niceCeiling(ascending.at(-1)!)]
  const counts = new Array<number>(bins).fill(0)
  let sum = 0
  for (const value of ascending) {
    sum += value
    counts[Math.min(bins - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * bins)))]!++
  }
  return {
    count: values.length, mean: sum / values.length,
    quantiles: Object.fromEntries(shownQuantiles.map((p) => [String(p), quantile(ascending, p)])),
    histogram: { from, to, counts }
  }
}

/** The least 1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten that is no less. */
const niceCeiling = (value: number): number => {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10)
}
