/** Learning-rate schedules, resolved to one number an optimiser step. */

export interface ScheduleSettings {
  readonly kind: "constant" | "linear" | "cosine" | "one-cycle"
  /** share of all steps over which the rate rises linearly from 0 */
  readonly warmupFraction: number
  /** rate at the last step, as a share of the peak */
  readonly finalFraction: number
}

const cosineBetween = (from: number, to: number, progress: number): number =>
  to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress))

/** PyTorch's OneCycleLR with its defaults: from peak/25 up over 30 % of the steps, then down to peak/250,000. */
const oneCycle = (peak: number, steps: number, step: number): number => {
  const top = 0.3 * steps - 1
  if (step <= top) return cosineBetween(peak / 25, peak, top <= 0 ? 1 : step / top)
  return cosineBetween(peak, peak / 25e4, (step - top) / Math.max(1, steps - 1 - top))
}

/**
 * Learning rate of each optimiser step.
 * @param peak the spec's `learningRate`   @param steps number of optimiser steps, >= 1   @returns rates, [steps]
 */
export const learningRates = (peak: number, steps: number, settings: ScheduleSettings): ReadonlyArray<number> => {
  const warmup = Math.round(settings.warmupFraction * steps)
  return Array.from({ length: steps }, (_, step) => {
    if (settings.kind === "one-cycle") return oneCycle(peak, steps, step)
    if (step < warmup) return (peak * (step + 1)) / warmup
    if (settings.kind === "constant") return peak
    const progress = (step - warmup) / Math.max(1, steps - 1 - warmup)
    const floor = peak * settings.finalFraction
    return settings.kind === "linear" ? peak + (floor - peak) * progress : cosineBetween(peak, floor, progress)
  })
}
