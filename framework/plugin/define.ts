/**
 * The shapes a plugin may have. A plugin is one file whose default export is what one of these functions returns;
 * ours in `plugins/` use the same door as anyone's. The functions only check and tag: they keep no registry.
 */
import type { Schema } from "effect"
import type { Operand, LossProgram } from "../losses/LossProgram.ts"
import type { Segment } from "../sequence/Segment.ts"

/** Decoder for a plugin's options in the spec. Options left out take the schema's defaults. */
export type OptionsSchema = Schema.Top

// ---------------------------------------------------------------- data sets and benchmarks

/** A reasoning trace as a data set gives it. Text is before the chat template. */
export interface TraceRecord {
  /** stable within the data set: random streams are keyed by it */
  readonly id: string
  /** normalised problem: records sharing it never lie on both sides of a split */
  readonly problem: string
  readonly prompt: string
  readonly cot: string
  readonly answer: string
  readonly tier: string
  /** character offset in `cot` just after the first derivation of the answer, or null if it never stands there */
  readonly derivedAt: number | null
}

export interface DatasetRequest {
  readonly split: "train" | "validation" | "test"
  readonly count: number
  /** draws another sample of problems; 0 unless the spec says otherwise */
  readonly seed: number
}

export interface DatasetPlugin<O = any> {
  readonly kind: "dataset"
  readonly name: string
  readonly version: number
  readonly options: OptionsSchema
  readonly records: (request: DatasetRequest, options: O) => Iterable<TraceRecord>
  readonly examples: ReadonlyArray<{ readonly options: unknown; readonly first: Partial<TraceRecord> }>
}

export interface BenchmarkItem {
  readonly id: string
  readonly problem: string
  readonly prompt: string
  readonly gold: string
  readonly tier: string
}

/** What a model wrote for an item, as text: special tokens already taken apart. */
export interface Output {
  /** all that was written before the end of thought (or to the end, if it never closed) */
  readonly thought: string
  /** what stands after the end of thought; null if it never closed */
  readonly answer: string | null
  readonly finished: boolean
}

export interface BenchmarkPlugin<O = any> {
  readonly kind: "benchmark"
  readonly name: string
  readonly version: number
  readonly options: OptionsSchema
  readonly items: (request: { readonly count: number; readonly seed: number }, options: O) => Iterable<BenchmarkItem>
  /** Answer to force after a thought that is cut: the text that cues it, e.g. "The answer is ". */
  readonly answerCue: string
  readonly answerTokens: number
  /** uniform guessing */
  readonly chance: number
  /** the delimited answer, or null */
  readonly strict: (output: Output) => string | null
  /** the last derived value, or null */
  readonly lenient: (output: Output) => string | null
  /** the first complete derivation's value, or null */
  readonly first: (output: Output) => string | null
  /** what follows the forced cue, read as an answer */
  readonly forced: (text: string) => string | null
  readonly equal: (gold: string, predicted: string) => boolean
  readonly examples: ReadonlyArray<{
    readonly output: Output; readonly gold: string
    readonly strict: boolean; readonly lenient: boolean; readonly first: boolean
  }>
}

// ---------------------------------------------------------------- truncation and selection

/** A tokenised sequence as policies see it. T tokens. */
export interface SequenceInfo {
  readonly id: string
  readonly segments_T: Uint8Array
  readonly tokens_T: Int32Array
  /** token index just after the first derivation, or null */
  readonly derivedAt: number | null
}

export interface TruncationPlugin<O = any> {
  readonly kind: "truncation"
  readonly name: string
  readonly options: OptionsSchema
  /** the kept span [start, end), 0 <= start < end <= T */
  readonly span: (sequence: SequenceInfo, ratio: string, options: O) => readonly [number, number]
  readonly examples: ReadonlyArray<{ readonly length: number; readonly ratio: string; readonly span: readonly [number, number] }>
}

export interface SelectorPlugin<O = any> {
  readonly kind: "selector"
  readonly name: string
  readonly options: OptionsSchema
  /** weight of each token as a target, [T]; 0 is not supervised. `seed` is the trial's. */
  readonly weights: (sequence: SequenceInfo, supervised: ReadonlyArray<Segment>, seed: number, options: O) => Float32Array
  readonly examples: ReadonlyArray<unknown>
}

// ---------------------------------------------------------------- losses

/** A value of the loss algebra: [T, S] or [T]; opaque to the plugin. */
export interface LossTensor { readonly operand: Operand; readonly rank: 1 | 2 }

/** The operations a loss may be written in; each engine interprets what they record. `value`s are plain numbers. */
export interface LossOps {
  readonly exp: (x: LossTensor) => LossTensor
  readonly log: (x: LossTensor) => LossTensor
  readonly neg: (x: LossTensor) => LossTensor
  readonly abs: (x: LossTensor) => LossTensor
  readonly square: (x: LossTensor) => LossTensor
  readonly add: (x: LossTensor, y: LossTensor) => LossTensor
  readonly sub: (x: LossTensor, y: LossTensor) => LossTensor
  readonly mul: (x: LossTensor, y: LossTensor) => LossTensor
  readonly div: (x: LossTensor, y: LossTensor) => LossTensor
  readonly scale: (x: LossTensor, value: number) => LossTensor
  readonly shift: (x: LossTensor, value: number) => LossTensor
  readonly maximum: (x: LossTensor, y: LossTensor) => LossTensor
  readonly minimum: (x: LossTensor, y: LossTensor) => LossTensor
  /** log(exp(x) + exp(y)), without overflow */
  readonly logAddExp: (x: LossTensor, y: LossTensor) => LossTensor
  /** [T, S] -> [T] */
  readonly sumLast: (x: LossTensor) => LossTensor
  /** no gradient flows through it */
  readonly detach: (x: LossTensor) => LossTensor
}

export interface LossPlugin<O = any> {
  readonly kind: "loss"
  readonly name: string
  readonly options: OptionsSchema
  /** c(T) of the objective: "T^2" for the Kullback-Leibler family, "1" otherwise */
  readonly temperatureScale: "1" | "T^2"
  /** linear in the teacher's probabilities: a sampled teacher store is unbiased for it */
  readonly linearInTeacher: boolean
  readonly perToken: (
    op: LossOps, inputs: { readonly student_TS: LossTensor; readonly teacher_TS: LossTensor }, options: O
  ) => LossTensor
  /** logits (the framework normalises) and the loss of each target */
  readonly examples: ReadonlyArray<{
    readonly options?: unknown
    readonly student: ReadonlyArray<ReadonlyArray<number>>
    readonly teacher: ReadonlyArray<ReadonlyArray<number>>
    readonly perToken: ReadonlyArray<number>
  }>
}

// ---------------------------------------------------------------- models

/** A model that ships as files beside the plugin (weights and the recipe that made them). */
export interface ModelPlugin {
  readonly kind: "model"
  readonly name: string
  /** Hugging Face folder, relative to the plugin's file */
  readonly folder: string
  /** the spec that trains it, relative to the plugin's file */
  readonly recipe: string | null
}

export type Plugin = DatasetPlugin | BenchmarkPlugin | TruncationPlugin | SelectorPlugin | LossPlugin | ModelPlugin
export type { LossProgram }

/** What an author writes: the kind is added here, and the type of the options is that of their schema. */
type Definition<P extends { readonly kind: string; readonly options: OptionsSchema }, O> =
  Omit<P, "kind" | "options"> & { readonly options: Schema.Schema<O> }

export const defineDataset = <O>(definition: Definition<DatasetPlugin<O>, O>): DatasetPlugin<O> => ({ kind: "dataset", ...definition })
export const defineBenchmark = <O>(definition: Definition<BenchmarkPlugin<O>, O>): BenchmarkPlugin<O> => ({ kind: "benchmark", ...definition })
export const defineTruncation = <O>(definition: Definition<TruncationPlugin<O>, O>): TruncationPlugin<O> => ({ kind: "truncation", ...definition })
export const defineSelector = <O>(definition: Definition<SelectorPlugin<O>, O>): SelectorPlugin<O> => ({ kind: "selector", ...definition })
export const defineLoss = <O>(definition: Definition<LossPlugin<O>, O>): LossPlugin<O> => ({ kind: "loss", ...definition })
export const defineModel = (definition: Omit<ModelPlugin, "kind">): ModelPlugin => ({ kind: "model", ...definition })
