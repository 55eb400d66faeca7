/** How many trials run at once on this machine. */
import { availableParallelism, freemem } from "node:os"
import type { Plan } from "../plan/make-plan.ts"

/** A worker's TensorFlow alone. */
const workerBytes = 600e6

/** Slots asked for, or as many as cores and free memory allow: each takes `threadsPerTrial` cores. */
export const slotsFor = (plan: Plan): number => {
  const { slots, threadsPerTrial } = plan.loaded.spec.resources
  if (slots !== null) return slots
  const peak = Math.max(0, ...plan.recorded.cells.map(({ predicted }) => predicted?.peakBytes ?? 0))
  const byCores = Math.floor(availableParallelism() / threadsPerTrial)
  const byMemory = Math.floor((0.8 * freemem()) / (workerBytes + peak))
  return Math.max(1, Math.min(byCores, byMemory))
}
