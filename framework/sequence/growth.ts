/** A prefix that grows over training: the ratio of each phase, in decimals. */

export interface Growth {
  /** ratio of the last phase */
  readonly to: string
  /** phases, 2 or more, of equal shares of the optimiser steps */
  readonly phases: number
}

const digits = 12

const parts = (ratio: string): readonly [numerator: bigint, decimals: number] => {
  const [whole = "", fraction = ""] = ratio.split(".")
  return [BigInt(whole + fraction), fraction.length]
}

const written = (value: bigint, decimals: number): string => {
  const text = String(value).padStart(decimals + 1, "0")
  const [whole, fraction] = [text.slice(0, text.length - decimals), text.slice(text.length - decimals).replace(/0+$/u, "")]
  return fraction === "" ? whole : `${whole}.${fraction}`
}

/**
 * Ratio of each phase: from `from` to `to` in equal steps. A decimal that does not end is rounded up at its twelfth digit,
 * so that floor(r * T) counts the same tokens as the fraction itself does.
 * ```ts
 * phaseRatios("0.25", { to: "1", phases: 4 }) // => ["0.25", "0.5", "0.75", "1"]
 * phaseRatios("0.5", { to: "1", phases: 4 }) // => ["0.5", "0.666666666667", "0.833333333334", "1"]
 * ```
 * @param from decimal without exponent, as the spec keeps ratios
 */
export const phaseRatios = (from: string, { phases, to }: Growth): ReadonlyArray<string> => {
  const [first, firstDecimals] = parts(from)
  const [last, lastDecimals] = parts(to)
  const decimals = Math.max(digits, firstDecimals, lastDecimals)
  const start = first * 10n ** BigInt(decimals - firstDecimals)
  const end = last * 10n ** BigInt(decimals - lastDecimals)
  const steps = BigInt(phases - 1)
  return Array.from({ length: phases }, (_, phase) => {
    const scaled = start * steps + (end - start) * BigInt(phase)
    return written((scaled + steps - 1n) / steps, decimals)
  })
}

/** Phase of an optimiser step: equal shares of all steps, the earlier ones first. */
export const phaseOf = (step: number, steps: number, phases: number): number => Math.min(phases - 1, Math.floor((step * phases) / steps))
