/**
 * What an engine is asked to do. One JSON document a step; every engine, in whatever language, reads the same.
 *
 * Folders and files named here are absolute paths on the machine where the worker runs; they are transport, never identity.
 *
 * Shapes: N sequences, T tokens, S optimiser steps, V vocabulary.
 */
import { Schema } from "effect"
import { LossProgram } from "../losses/LossProgram.ts"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))

/** Where a model's weights come from: a Hugging Face folder, or fresh ones drawn from `seed` for a `config.json`. */
export const ModelSource = Schema.Union([
  Schema.Struct({ folder: Schema.String }),
  Schema.Struct({
    init: Schema.Record(Schema.String, Schema.Unknown),
    seed: Schema.Int,
    /** Folder whose tokenizer files travel with the new model. */
    tokenizer: Schema.String
  })
])
export type ModelSource = typeof ModelSource.Type

/**
 * One call of the graph: `rows` are indices into the view's sequences, padded together to `length` tokens.
 *
 * With `packs` they are not a line each: `packs[b]` are the rows that stand one after the other in line b, all of `rows` in their
 * order. Each begins at position 0 and sees itself alone, is fed up to its last target (two tokens at least) and gives no target
 * to the one before it.
 */
export const MicroBatch = Schema.Struct({
  length: Positive,
  rows: Schema.Array(Schema.Int),
  packs: Schema.optionalKey(Schema.Array(Schema.Array(Schema.Int)))
})
export type MicroBatch = typeof MicroBatch.Type

/** Everything of one optimiser step that the plan has fixed: the split into calls and the learning rate. */
export const OptimiserStep = Schema.Struct({ microBatches: Schema.Array(MicroBatch), learningRate: Schema.Finite })
export type OptimiserStep = typeof OptimiserStep.Type

export const Optimiser = Schema.Struct({
  beta1: Schema.Finite,
  beta2: Schema.Finite,
  epsilon: Schema.Finite,
  weightDecay: Schema.Finite,
  clipNorm: Schema.NullOr(Schema.Finite)
})
export type Optimiser = typeof Optimiser.Type

/** `weight * factor * distil + (1 - weight) * crossEntropy`, reduced as named (`docs/design.md`, objective). */
export const Objective = Schema.Struct({
  weight: Schema.Finite,
  /** null where weight is 0. */
  distil: Schema.NullOr(LossProgram),
  temperature: Schema.Finite,
  factor: Schema.Finite,
  reduce: Schema.Literals(["token-mean", "sequence-mean", "fixed"])
})
export type Objective = typeof Objective.Type

/** Folder of a teacher store, as `teach` wrote it. */
export const TeacherStoreRef = Schema.Struct({
  folder: Schema.String,
  mode: Schema.Literals(["full", "topk"]),
  k: Schema.NullOr(Positive)
})
export type TeacherStoreRef = typeof TeacherStoreRef.Type

export const TeachTask = Schema.Struct({
  kind: Schema.tag("teach"),
  stepId: Schema.String,
  model: ModelSource,
  /** Prepared data file (see `sequence/prepared-file.ts`); every sequence is passed whole. */
  prepared: Schema.String,
  store: Schema.Struct({
    mode: Schema.Literals(["full", "topk"]),
    k: Schema.NullOr(Positive),
    temperatures: Schema.Array(Schema.Finite),
    dtype: Schema.Literals(["float32", "float16"])
  }),
  microTokens: Positive,
  lengths: Schema.Array(Positive),
  out: Schema.String
})
export type TeachTask = typeof TeachTask.Type

export const TrainTask = Schema.Struct({
  kind: Schema.tag("train"),
  stepId: Schema.String,
  student: ModelSource,
  prepared: Schema.String,
  /** View file: what this cell keeps and supervises of each sequence. */
  view: Schema.String,
  teacherStore: Schema.NullOr(TeacherStoreRef),
  objective: Objective,
  optimiser: Optimiser,
  /** JSON file with `OptimiserStep[]`, length S. */
  schedule: Schema.String,
  /** Held-out, untruncated: the same yardstick for every cell. `ownView` is this cell's mask over the same sequences. */
  validation: Schema.NullOr(Schema.Struct({
    prepared: Schema.String,
    ownView: Schema.String,
    teacherStore: Schema.NullOr(TeacherStoreRef),
    microTokens: Positive,
    lengths: Schema.Array(Positive),
    everySteps: Schema.NullOr(Positive)
  })),
  select: Schema.Union([
    Schema.Literal("last"),
    Schema.Struct({ best: Schema.Literals(["heldout-cross-entropy", "own-cross-entropy"]) })
  ]),
  /** A checkpoint to resume from is written here every so many optimiser steps and at a graceful stop. */
  resume: Schema.Struct({ folder: Schema.String, everySteps: Schema.NullOr(Positive) }),
  /** Log training metrics every so many optimiser steps. */
  logEverySteps: Positive,
  recordGraphs: Schema.Boolean,
  out: Schema.String
})
export type TrainTask = typeof TrainTask.Type

export const GenerateTask = Schema.Struct({
  kind: Schema.tag("generate"),
  stepId: Schema.String,
  model: ModelSource,
  /** JSON-lines file, one `GenerateItem` a line. */
  items: Schema.String,
  samples: Positive,
  /** temperature 0 is greedy. */
  temperature: Schema.Finite,
  topP: Schema.Finite,
  seed: Schema.Int,
  maxTokens: Positive,
  stopIds: Schema.Array(Schema.Int),
  endOfThoughtId: Schema.NullOr(Schema.Int),
  /** For each budget: the thought ended there at the latest, the cue appended, then up to `answerTokens`. */
  forced: Schema.NullOr(Schema.Struct({
    thoughtTokens: Schema.Array(Positive),
    cue: Schema.Array(Schema.Int),
    answerTokens: Positive
  })),
  batchSequences: Positive,
  recordGraphs: Schema.Boolean,
  /** What is already generated is kept here, so that another attempt goes on from it. Without it, it begins anew. */
  resumeFolder: Schema.optionalKey(Schema.String),
  out: Schema.String
})
export type GenerateTask = typeof GenerateTask.Type

export const GenerateItem = Schema.Struct({ item: Schema.String, ids: Schema.Array(Schema.Int) })
export type GenerateItem = typeof GenerateItem.Type

/** One line of `outputs.jsonl` in the folder of a generate step. */
export const GenerateOutput = Schema.Struct({
  item: Schema.String,
  sample: Schema.Int,
  /** new tokens only, without the stop token */
  ids: Schema.Array(Schema.Int),
  finish: Schema.Literals(["stop", "length"]),
  /** one entry a budget of `forced`: the tokens after the cue */
  forced: Schema.Array(Schema.Struct({ thoughtTokens: Schema.Int, ids: Schema.Array(Schema.Int) }))
})
export type GenerateOutput = typeof GenerateOutput.Type

/**
 * What student and teacher make of each token before any training (`sequence/measures-file.ts`); every sequence is passed whole.
 * Teacher's entropy and divergence need a store. They are taken at temperature 1, unless a top-k store holds other ones only.
 */
export const MeasureTask = Schema.Struct({
  kind: Schema.tag("measure"),
  stepId: Schema.String,
  student: ModelSource,
  prepared: Schema.String,
  teacherStore: Schema.NullOr(TeacherStoreRef),
  microTokens: Positive,
  lengths: Schema.Array(Positive),
  out: Schema.String
})
export type MeasureTask = typeof MeasureTask.Type

export const Task = Schema.Union([TeachTask, TrainTask, GenerateTask, MeasureTask])
export type Task = typeof Task.Type
