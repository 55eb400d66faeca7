/** Where trials run on this machine, and how many at once. */
import { existsSync, readdirSync } from "node:fs"
import { availableParallelism, freemem } from "node:os"
import { Effect } from "effect"
import type { Plan } from "../plan/make-plan.ts"
import type { SlotPlace } from "../runner/run-plan.ts"
import { boundVariant } from "../setup/install.ts"
import type { Project } from "../setup/project.ts"
import type { SpecError } from "../spec/SpecError.ts"

/** A worker's TensorFlow alone. */
const workerBytes = 600e6

/** NVIDIA's driver lists its GPUs here. */
const gpuFolder = "/proc/driver/nvidia/gpus"
const numGpus = (): number => (existsSync(gpuFolder) ? readdirSync(gpuFolder).length : 0)

/** Slots on the CPU: as many as asked for, or as cores and free memory allow; each takes `threadsPerTrial` cores. */
const cpuSlots = (plan: Plan): number => {
  const { slots, threadsPerTrial } = plan.loaded.spec.resources
  if (slots !== null) return slots
  const peak = plan.recorded.cells.reduce((most, { predicted }) => Math.max(most, predicted?.peakBytes ?? 0), 0)
  const byCores = Math.floor(availableParallelism() / threadsPerTrial)
  const byMemory = Math.floor((0.8 * freemem()) / (workerBytes + peak))
  return Math.max(1, Math.min(byCores, byMemory))
}

/**
 * The slots of a plan: one a GPU where the spec asks for GPUs, otherwise shares of the cores.
 * Fails where there are fewer GPUs than asked for, or TensorFlow is not bound to CUDA.
 */
export const slotsFor = (plan: Plan, project: Project): Effect.Effect<ReadonlyArray<SlotPlace>, SpecError> => Effect.suspend(() => {
  const { loaded } = plan
  const { gpus, slots } = loaded.spec.resources
  if (gpus === 0) {
    return Effect.succeed(Array.from({ length: cpuSlots(plan) }, (_, index) => ({ name: `cpu-${index}`, environment: {} })))
  }
  const refuse = (message: string, suggestion: string) =>
    Effect.fail(loaded.error([loaded.issueAt("resources.gpus", "bad-resources", message, suggestion)]))
  if (numGpus() < gpus) {
    return refuse(`${gpus} NVIDIA GPUs are asked for, this machine has ${numGpus()}`, "Set `resources.gpus: 0` to train on the CPU.")
  }
  if (boundVariant(project) !== "cuda") return refuse("TensorFlow is bound to the CPU here", "Run: npx leadspan setup cuda")
  const most = Math.min(gpus, slots ?? gpus)
  return Effect.succeed(Array.from({ length: most }, (_, index) => ({
    name: `gpu-${index}`, environment: { CUDA_VISIBLE_DEVICES: String(index) }
  })))
})
