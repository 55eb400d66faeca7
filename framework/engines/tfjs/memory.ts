/**
 * Memory of a task: the worker's own with weights and moments (fixed), and what graph calls add at their fullest (activations).
 *
 * Activations are counted from the recorded graph and not read from the process, which gives nothing back that an earlier
 * trial has touched: the tenth trial of a worker would seem to need none.
 */
import { readFileSync } from "node:fs"
import { type DecoderConfig, countParameters } from "./config.ts"

const bytesPerNumber = 4

export const weightBytes = (config: DecoderConfig): number => countParameters(config) * bytesPerNumber

/** Resident bytes of this process. */
const residentBytes = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) * 1024

/** Of the worker with TensorFlow loaded, before any task. */
let baseBytes: number | null = null
export const measureBase = (): void => { baseBytes ??= residentBytes() }

export class MemoryMeter {
  private readonly fixedBytes: number
  private activationBytes = 0

  /** @param heldBytes weights, and moments where there are any */
  constructor(heldBytes: number) {
    measureBase()
    this.fixedBytes = baseBytes! + heldBytes
  }

  note(graph: { readonly activationBytes: number }): void {
    this.activationBytes = Math.max(this.activationBytes, graph.activationBytes)
  }

  read(): { readonly peakBytes: number; readonly fixedBytes: number } {
    return { peakBytes: this.fixedBytes + this.activationBytes, fixedBytes: this.fixedBytes }
  }
}
