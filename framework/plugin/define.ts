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
  /** a system message that stands before the prompt; left out: none */
  readonly system?: string
  /** false: the thought was cut off before its end, so there is neither closer nor answer; left out: true */
  readonly closed?: boolean
  /** the reference answer, where the data tell it */
  readonly gold?: string | null
  /** whether the data say that the answer is right; null or left out: they do not say */
  readonly correct?: boolean | null
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

/** Where a benchmark's records lie: a file on this machine, or a data set of the hub at a revision. */
export type RecordsPlace =
  /** relative to the file in which the evaluation is written; its kind by its extension, `.gz` left aside */
  | { readonly file: string }
  /** `files`: glob of the files; null takes the data files of its split `train` */
  | { readonly hub: string; readonly revision: string; readonly files: string | null }

/** Where in its file a record stands. */
export interface RecordPosition {
  /** from 0 */
  readonly index: number
  /** records of the whole file */
  readonly of: number
}

/** Items that are records of a file or of the hub. */
export interface BenchmarkRecords<O = any> {
  readonly from: (options: O) => RecordsPlace
  /** The item of a record, or why it is none: then nothing is asked, and the record is named. */
  readonly item: (record: RawRecord, position: RecordPosition, options: O) => BenchmarkItem | Refusal
  readonly examples: ReadonlyArray<{
    readonly options?: unknown; readonly record: RawRecord; readonly position?: RecordPosition
    readonly item: Partial<BenchmarkItem> | Refusal
  }>
}

export interface BenchmarkPlugin<O = any> {
  readonly kind: "benchmark"
  readonly name: string
  readonly version: number
  readonly options: OptionsSchema
  /** items that the plugin makes; a benchmark has these or `records` */
  readonly items?: (request: { readonly count: number; readonly seed: number }, options: O) => Iterable<BenchmarkItem>
  readonly records?: BenchmarkRecords<O>
  /** Answer to force after a thought that is cut: the text that cues it, e.g. "The answer is ". */
  readonly answerCue: string | ((options: O) => string)
  readonly answerTokens: number
  /** uniform guessing */
  readonly chance: number
  /** the delimited answer, or null */
  readonly strict: (output: Output, options: O) => string | null
  /** the last derived value, or null */
  readonly lenient: (output: Output, options: O) => string | null
  /** the first complete derivation's value, or null; `gold` is the reference answer, for rules that look for it */
  readonly first: (output: Output, options: O, gold: string) => string | null
  /** what follows the forced cue, read as an answer */
  readonly forced: (text: string, options: O) => string | null
  /** `mathematics`: by the grader of `leadspan grade`, in threads that can be ended */
  readonly equal: ((gold: string, predicted: string) => boolean) | "mathematics"
  /** What of the options bears on a verdict once the items are drawn; left out: all of them. */
  readonly verdictOptions?: (options: O) => unknown
  readonly examples: ReadonlyArray<{
    readonly options?: unknown; readonly output: Output; readonly gold: string
    readonly strict: boolean; readonly lenient: boolean; readonly first: boolean
  }>
}

// ---------------------------------------------------------------- formats and transforms

/** One record as a file or a data set of the hub holds it: columns by name, JSON values. */
export type RawRecord = Readonly<Record<string, unknown>>

/** A trace as a format reads it off a record. Texts are as the source has them, markers taken off. */
export interface FormatTrace {
  readonly prompt: string
  readonly cot: string
  readonly answer: string
  readonly system?: string
  /** false: the thought never ends; `answer` is then empty */
  readonly closed: boolean
  readonly gold: string | null
  readonly correct: boolean | null
  /** the problem's own text, without instructions around it; left out: the prompt */
  readonly problem?: string
  /** difficulty or kind, where the record tells it */
  readonly tier?: string
  /** the source's own id */
  readonly id?: string
}

/** Why a record, or one generation of it, is no trace: a reason's name, such as `no-markers`, and what was seen. */
export interface Refusal {
  readonly reason: string
  readonly detail?: string
}

export interface FormatPlugin<O = any> {
  readonly kind: "format"
  readonly name: string
  readonly version: number
  readonly options: OptionsSchema
  /** one line for people: whose data sets have it, and where prompt, thought and answer stand */
  readonly describes: string
  /** How surely these records are of this format, from 0 (not at all) to 1, and by what that is seen. */
  readonly recognise: (sample: ReadonlyArray<RawRecord>) => { readonly score: number; readonly because: string }
  /** Traces of one record: none, one, or one a generation; what is no trace is refused by name. */
  readonly traces: (record: RawRecord, options: O) => ReadonlyArray<FormatTrace | Refusal>
  readonly examples: ReadonlyArray<{
    readonly options?: unknown; readonly record: RawRecord; readonly traces: ReadonlyArray<Partial<FormatTrace> | Refusal>
  }>
}

/** Random numbers of one sample, uniform in [0, 1): keyed by (seed, purpose, sample id) and never by cell. */
export type RandomOf = (purpose: string) => () => number

/** Changes a trace before it is tokenised: a control on the data themselves. */
export interface TransformPlugin<O = any> {
  readonly kind: "transform"
  readonly name: string
  readonly version: number
  readonly options: OptionsSchema
  readonly transform: (trace: TraceRecord, context: { readonly random: RandomOf }, options: O) => TraceRecord
  /** what a trace leaves out is filled in; random numbers are those of `TruncationExample` */
  readonly examples: ReadonlyArray<{ readonly options?: unknown; readonly trace: Partial<TraceRecord>; readonly becomes: Partial<TraceRecord> }>
}

// ---------------------------------------------------------------- truncation and selection

/** A tokenised sequence as policies see it. T tokens. */
export interface SequenceInfo {
  readonly id: string
  readonly segments_T: Uint8Array
  readonly tokens_T: Int32Array
  /** token index just after the first derivation, or null */
  readonly derivedAt: number | null
  /** first token of the thought's opener, which is [openerAt, first token of the thought); null where there is none */
  readonly openerAt: number | null
  /** first token of the thought's closer, which is [closerAt, first token of the answer); null where the thought never ends */
  readonly closerAt: number | null
  /** first token of the end of turn, which is [endOfTurnAt, T); null where there is none */
  readonly endOfTurnAt: number | null
  /** text of token t as people read it; bytes that are no whole character stand as `\xE2` */
  readonly textAt: (t: number) => string
}

/** Spans [start, end) of a sequence: in order, apart from each other, none empty. */
export type Spans = ReadonlyArray<readonly [start: number, end: number]>

/** What a policy keeps: one span, or several, and what of them is context only (never a target). */
export interface Kept {
  readonly spans: Spans
  readonly masked?: Spans
}

/** What a policy knows beside the sequence. */
export interface TruncationContext {
  readonly random: RandomOf
  /** all sequences of the data set (without replay): lengths in tokens and `derivedAt` (-1 for none), [N] */
  readonly population: { readonly lengths_N: Int32Array; readonly derivedAt_N: Int32Array }
}

export interface TruncationPlugin<O = any> {
  readonly kind: "truncation"
  readonly name: string
  readonly options: OptionsSchema
  /** it draws random numbers, so trials of different seeds keep different spans; left out: false */
  readonly isRandom?: boolean
  /** false: the ratio says nothing to it, and any but 1 is refused; left out: true */
  readonly takesRatio?: boolean
  /** the kept span [start, end), 0 <= start < end <= T, or several */
  readonly span: (sequence: SequenceInfo, ratio: string, options: O, context: TruncationContext) => readonly [number, number] | Kept
  readonly examples: ReadonlyArray<TruncationExample>
}

/**
 * `length` tokens of prompt unless `segments` says otherwise, a letter a token: P prompt, O the thought's opener (part of
 * the prompt), T thought, C the thought's closer (part of the thought), A answer, E end of turn (part of the answer). So
 * "PPOTTTCAAE" is a whole turn, and "PPOTTT" a thought that never ends. Random numbers are 1/2, 1/4, 3/4, 1/8, 5/8, 3/8, 7/8 and so
 * on, whatever their purpose.
 */
export interface TruncationExample {
  readonly length?: number
  readonly segments?: string
  /** texts of the tokens, joined by nothing; a letter each where they are left out */
  readonly texts?: ReadonlyArray<string>
  readonly derivedAt?: number | null
  /** length and `derivedAt` (-1 for none) of each sequence of the data set; left out: this sequence alone */
  readonly population?: ReadonlyArray<readonly [length: number, derivedAt: number]>
  readonly ratio: string
  readonly options?: unknown
  readonly span?: readonly [number, number]
  readonly kept?: Kept
}

/** What engines measure of each token as a target, [T], in nats; 0 at the first token. */
export interface TokenMeasures {
  /** entropy of the teacher's distribution */
  readonly teacherEntropy_T: Float32Array
  /** entropy of the untrained student's distribution */
  readonly studentEntropy_T: Float32Array
  /** forward KL from the teacher to the untrained student */
  readonly divergence_T: Float32Array
}

/** What a selector knows beside the sequence. */
export interface SelectorContext {
  readonly random: RandomOf
  /** null unless the selector declares `needsMeasures` */
  readonly measures: TokenMeasures | null
}

export interface SelectorPlugin<O = any> {
  readonly kind: "selector"
  readonly name: string
  readonly options: OptionsSchema
  /** it draws random numbers, so trials of different seeds have different masks; left out: false */
  readonly isRandom?: boolean
  /** it reads what a pass of teacher and untrained student measures of each token; left out: false */
  readonly needsMeasures?: boolean
  /**
   * Weight of each token as a target, [T]; 0 is not supervised. Sees the whole sequence, whatever is kept of it.
   * `supervised_T` is 1 where the segments (and their conventions) make a token a target.
   */
  readonly weights: (sequence: SequenceInfo, supervised_T: Uint8Array, options: O, context: SelectorContext) => Float32Array
  readonly examples: ReadonlyArray<SelectorExample>
}

export interface SelectorExample {
  /** a letter a token, and random numbers, as in `TruncationExample` */
  readonly segments: string
  readonly texts?: ReadonlyArray<string>
  readonly supervised: ReadonlyArray<Segment>
  readonly options?: unknown
  readonly measures?: { readonly teacherEntropy?: ReadonlyArray<number>; readonly studentEntropy?: ReadonlyArray<number>; readonly divergence?: ReadonlyArray<number> }
  readonly weights: ReadonlyArray<number>
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

export type Plugin = DatasetPlugin | FormatPlugin | TransformPlugin | BenchmarkPlugin | TruncationPlugin | SelectorPlugin | LossPlugin | ModelPlugin
export type { LossProgram }

/** What an author writes: the kind is added here, and the type of the options is that of their schema. */
type Definition<P extends { readonly kind: string; readonly options: OptionsSchema }, O> =
  Omit<P, "kind" | "options"> & { readonly options: Schema.Schema<O> }

export const defineDataset = <O>(definition: Definition<DatasetPlugin<O>, O>): DatasetPlugin<O> => ({ kind: "dataset", ...definition })
export const defineFormat = <O>(definition: Definition<FormatPlugin<O>, O>): FormatPlugin<O> => ({ kind: "format", ...definition })
export const defineTransform = <O>(definition: Definition<TransformPlugin<O>, O>): TransformPlugin<O> => ({ kind: "transform", ...definition })
export const defineBenchmark = <O>(definition: Definition<BenchmarkPlugin<O>, O>): BenchmarkPlugin<O> => ({ kind: "benchmark", ...definition })
export const defineTruncation = <O>(definition: Definition<TruncationPlugin<O>, O>): TruncationPlugin<O> => ({ kind: "truncation", ...definition })
export const defineSelector = <O>(definition: Definition<SelectorPlugin<O>, O>): SelectorPlugin<O> => ({ kind: "selector", ...definition })
export const defineLoss = <O>(definition: Definition<LossPlugin<O>, O>): LossPlugin<O> => ({ kind: "loss", ...definition })
export const defineModel = (definition: Omit<ModelPlugin, "kind">): ModelPlugin => ({ kind: "model", ...definition })
