/**
 * The steps of a plan: frozen descriptions of work, each with an id that hashes what bears on its result. Large inputs are
 * closures over what the plan already holds, so that nothing is copied into each of a thousand cells.
 */
import type { GenerateTask, ModelSource, Objective, OptimiserStep, Optimiser, TrainTask } from "../engines/Task.ts"
import type { EngineDescription, NumericsSettings } from "../engines/Engine.ts"
import type { BenchmarkItem, BenchmarkPlugin } from "../plugin/define.ts"
import type { Selection } from "../sequence/mask.ts"
import type { CellView } from "../sequence/view-file.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import type { Via } from "../spec/ExperimentSpec.ts"

/** A model as a step reads it: files that exist, fresh weights, or what another step will have made. */
export type ModelInput = { readonly source: ModelSource } | { readonly step: string }

export interface TeachWork {
  readonly kind: "teach"
  readonly model: ModelInput
  readonly prepared: string
  readonly store: { readonly mode: "full" | "topk"; readonly k: number | null; readonly temperatures: ReadonlyArray<number>; readonly dtype: "float32" | "float16" }
  readonly microTokens: number
  readonly lengths: ReadonlyArray<number>
}

/** What teacher and untrained student make of each token: selectors may choose by it. */
export interface MeasureWork {
  readonly kind: "measure"
  readonly student: ModelInput
  readonly prepared: string
  /** id of the teach step whose store is read */
  readonly teacher: string | null
  readonly microTokens: number
  readonly lengths: ReadonlyArray<number>
}

/** Measures of a row of the prepared data: given when the step begins, where a selector reads them. */
export type MeasuresOf = NonNullable<Selection["measures"]>

export interface TrainWork {
  readonly kind: "train"
  readonly student: ModelInput
  readonly prepared: string
  readonly view: (measures?: MeasuresOf) => CellView
  /** id of the measure step that the view is made with; null where it needs none */
  readonly measures: string | null
  /** folder whose tokenizer made the data */
  readonly tokenizerFolder: string
  /** id of the teach step whose store is read */
  readonly teacher: string | null
  readonly objective: Objective
  readonly optimiser: Optimiser
  readonly schedule: () => ReadonlyArray<OptimiserStep>
  readonly validation: {
    readonly prepared: string
    readonly ownView: (measures?: MeasuresOf) => CellView
    readonly measures: string | null
    readonly teacher: string | null
    readonly microTokens: number
    readonly lengths: ReadonlyArray<number>
    readonly everySteps: number | null
  } | null
  readonly select: TrainTask["select"]
  readonly resumeEverySteps: number
  readonly logEverySteps: number
}

export interface GenerateWork {
  readonly kind: "generate"
  readonly model: ModelInput
  readonly benchmark: Benchmark
  readonly sampling: Pick<GenerateTask, "samples" | "temperature" | "topP" | "seed" | "maxTokens" | "stopIds" | "endOfThoughtId" | "forced" | "batchSequences">
  /** null: the engine generates */
  readonly via: GenerateVia | null
}

/** A server that generates in place of the engine, and how it may name the model. */
export interface GenerateVia {
  readonly server: Via
  /** the name to serve the model under */
  readonly name: string
  /** further names that it may have there */
  readonly otherNames: ReadonlyArray<string>
  /** whether its folder is a name, too: not where the spec gives the one that counts */
  readonly isKnownByFolder: boolean
}

export interface ScoreWork {
  readonly kind: "score"
  /** id of the generate step */
  readonly outputs: string
  readonly benchmark: Benchmark
  /** thought budgets that are scored, of those of the outputs */
  readonly budgets: ReadonlyArray<number>
}

/** The adviser's look at prepared data, made in the runner's own process. */
export interface AnalyseWork {
  readonly kind: "analyse"
  /** Files of the step's output. @throws what cannot be read */
  readonly advise: (signal: AbortSignal) => Promise<ReadonlyArray<{ readonly name: string; readonly text: string }>>
}

/** A benchmark with its items, drawn and tokenised once for all cells. */
export interface Benchmark {
  readonly plugin: BenchmarkPlugin
  /** decoded by the plugin's schema */
  readonly options: unknown
  readonly items: ReadonlyArray<BenchmarkItem>
  readonly tokenizer: Tokenizer
}

export interface Step {
  readonly id: string
  readonly kind: "teach" | "measure" | "train" | "generate" | "score" | "analyse"
  readonly label: string
  /** ids of the steps whose outputs are read, by role */
  readonly inputs: Readonly<Record<string, string>>
  readonly work: TeachWork | MeasureWork | TrainWork | GenerateWork | ScoreWork | AnalyseWork
  readonly engine: EngineDescription
  readonly numerics: NumericsSettings
  readonly predictedSeconds: number
  /** predicted seconds of its longest single call of a graph: a worker's silence is judged by it */
  readonly longestCallSeconds: number
  /** what the id hashes, for `diff` */
  readonly identity: unknown
}
