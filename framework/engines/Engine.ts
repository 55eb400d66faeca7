/** What the planner and the runner know of an engine. The work itself is done by its worker process. */

import type { Effect } from "effect"

/** Settings of a trial's process that change its numbers. */
export interface NumericsSettings {
  readonly threadsPerTrial: number
  readonly onednn: boolean
  readonly recordGraphs: boolean
  readonly usesGpu: boolean
}

export interface EngineDescription {
  readonly name: string
  /** model_type values of `config.json` that it runs */
  readonly architectures: ReadonlyArray<string>
  readonly capabilities: { readonly bf16: boolean; readonly gpus: boolean }
  /** Whether it can run the model in this folder; fails with what is wrong, in one sentence. Loads no numerical library. */
  readonly checkModel: (folder: string) => Effect.Effect<void, string>
  /** Names everything about the engine that bears on a trial's numbers; part of its identity. */
  readonly numerics: (settings: NumericsSettings) => string
  /** Worker's file in Leadspan's built folder. */
  readonly workerFile: string
  readonly environment: (settings: NumericsSettings) => Readonly<Record<string, string>>
  /** Floating-point operations a second that one thread is taken to do, until a run has measured it. */
  readonly assumedFlopsPerSecond: number
}
