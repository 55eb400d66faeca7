/** A trial's cost as metrics under cost/. */
import type { Metric } from "../journal/Record.ts"
import type { Cost } from "./TrackedState.ts"

const mebibyte = 2 ** 20

export const costMetrics = (cost: Cost, at: number): ReadonlyArray<Metric> => {
  const values: Readonly<Record<string, number>> = {
    wall_seconds: cost.wallSeconds,
    cpu_seconds: cost.cpuSeconds,
    peak_mib: cost.peakBytes / mebibyte,
    activation_mib: Math.max(0, cost.peakBytes - cost.fixedBytes) / mebibyte,
    tokens: cost.tokens,
    padded_tokens: cost.paddedTokens,
    targets: cost.targets,
    flops: cost.flops
  }
  return Object.entries(values).map(([key, value]) => ({ key: `cost/${key}`, step: 0, value, at }))
}
