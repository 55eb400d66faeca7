/** Where trials run on this machine, and how many at once. */
import { existsSync, readdirSync } from "node:fs"
import { availableParallelism, freemem } from "node:os"
import { Effect } from "effect"
import type { Plan } from "../plan/make-plan.ts"
import type { SlotPlace } from "../runner/run-plan.ts"
import { boundVariant } from "../setup/install.ts"
import type { Project } from "../setup/project.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import type { SpecError } from "../spec/SpecError.ts"

/** Left free beside what a trial is predicted to hold. */
const spareBytes = 250e6

/** NVIDIA's driver lists its GPUs here. */
const gpuFolder = "/proc/driver/nvidia/gpus"
const numGpus = (): number => (existsSync(gpuFolder) ? readdirSync(gpuFolder).length : 0)

/** Slots on the CPU: as many as asked for, or as cores and free memory allow; each takes `threadsPerTrial` cores. */
const cpuSlots = (plan: Plan): number => {
  const { slots, threadsPerTrial } = plan.loaded.spec.resources
  if (slots !== null) return slots
  const peak = plan.recorded.cells.reduce((most, { predicted }) => Math.max(most, predicted?.peakBytes ?? 0), 0)
  const byCores = Math.floor(availableParallelism() / threadsPerTrial)
  const byMemory = Math.floor((0.8 * freemem()) / (spareBytes + peak))
  return Math.max(1, Math.min(byCores, byMemory))
}

/**
 * Whether this machine has the GPUs that a spec asks for: asked before anything is planned.
 * Fails where there are fewer, or TensorFlow is not bound to CUDA.
 */
export const refuseMissingGpus = (loaded: LoadedSpec, project: Project): Effect.Effect<void, SpecError> => Effect.suspend(() => {
  const { gpus } = loaded.spec.resources
  const refuse = (message: string, suggestion: string) =>
    Effect.fail(loaded.error([loaded.issueAt("resources.gpus", "bad-resources", message, suggestion)]))
  if (gpus === 0) return Effect.void
  if (numGpus() < gpus) {
    return refuse(`${gpus} NVIDIA GPUs are asked for, this machine has ${numGpus()}`, "Set `resources.gpus: 0` to train on the CPU.")
  }
  return boundVariant(project) === "cuda" ? Effect.void : refuse("TensorFlow is bound to the CPU here", "Run: npx leadspan setup cuda")
})

/** The slots of a plan: one a GPU where the spec asks for GPUs, otherwise shares of the cores. */
export const slotsFor = (plan: Plan): ReadonlyArray<SlotPlace> => {
  const { gpus, slots } = plan.loaded.spec.resources
  return gpus === 0
    ? Array.from({ length: cpuSlots(plan) }, (_, index) => ({ name: `cpu-${index}`, environment: {} }))
    : Array.from({ length: Math.min(gpus, slots ?? gpus) }, (_, index) => ({
      name: `gpu-${index}`, environment: { CUDA_VISIBLE_DEVICES: String(index) }
    }))
}
