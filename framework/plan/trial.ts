/** One trial: a cell's settings and a seed become a frozen train step with its identity. */
import { Effect, Result } from "effect"
import { temperatureFactor } from "../losses/temperature-factor.ts"
import { lossProgramText, recordLoss } from "../losses/record-loss.ts"
import type { LossProgram } from "../losses/LossProgram.ts"
import type { MicroBatch, OptimiserStep } from "../engines/Task.ts"
import type { LossPlugin } from "../plugin/define.ts"
import type { DataView } from "../sequence/data-views.ts"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { bucketLengths } from "./buckets.ts"
import { digestOfText, textOf } from "./canonical.ts"
import type { DataContext } from "./DataContext.ts"
import { type DecoderShape, trainFlops } from "./flops.ts"
import { learningRates } from "./learning-rate.ts"
import { microBatches, rowsOfSteps, stepsOfEpochs } from "./schedule.ts"

type Train = ExperimentSpec["train"]
type Loss = ExperimentSpec["loss"]

/** The distillation loss as a program, with what the framework has to know of it. */
export interface Distillation {
  readonly program: LossProgram
  readonly programText: string
  readonly factor: number
}

export class BadLoss extends Error {}

/** The program of a spec's loss; null where it weighs nothing. */
export const distillationOf = (loss: Loss, plugin: LossPlugin | null, options: unknown): Effect.Effect<Distillation | null, BadLoss> => {
  if (plugin === null || loss.weight === 0) return Effect.succeed(null)
  return Result.match(recordLoss(plugin, options), {
    onFailure: (error) => Effect.fail(new BadLoss(error.message)),
    onSuccess: (program) => Effect.succeed({
      program, programText: lossProgramText(program), factor: temperatureFactor(plugin, loss.temperature)
    })
  })
}

export const stepsOf = (train: Train, data: DataContext): number => {
  const order = { main: data.mainRows, replay: data.replayRows, batchSequences: train.batch.sequences, replayShare: train.replay?.share ?? 0 }
  return train.steps ?? stepsOfEpochs(train.epochs ?? 1, order)
}

/** Rows of every optimiser step: shared by all cells of a seed. */
export const rowsOf = (train: Train, data: DataContext, seed: number): ReadonlyArray<ReadonlyArray<number>> =>
  rowsOfSteps(stepsOf(train, data), {
    seed, main: data.mainRows, replay: data.replayRows, batchSequences: train.batch.sequences, replayShare: train.replay?.share ?? 0
  })

/** A call of a graph is synchronous: heartbeats go between calls, so none is planned to last longer. */
const longestCallSeconds = 5

/**
 * Rows of one padded length that a call may hold. Judged by the engine's assumed speed, never by a measured one: the split
 * is part of a trial's identity.
 */
export const mostRowsOf = (shape: DecoderShape, microTokens: number, assumedFlopsPerSecond: number) => (length: number): number =>
  Math.max(1, Math.min(
    Math.floor(microTokens / length),
    Math.floor((longestCallSeconds * assumedFlopsPerSecond) / trainFlops(shape, 1, length))
  ))

/** Graph calls of each optimiser step. */
export type Split = ReadonlyArray<ReadonlyArray<MicroBatch>>

/** How the rows of each optimiser step are split into calls under a view. */
export const splitOf = (
  data: DataContext, view: DataView, rows: ReadonlyArray<ReadonlyArray<number>>, mostRows: (length: number) => number
): Split => {
  const fed = data.train.fedLengths(view)
  const buckets = bucketLengths(rows.flatMap((together) => together.map((row) => fed[row] as number)))
  return rows.map((together) => microBatches(together, (row) => fed[row] as number, buckets, mostRows))
}

/** The resolved schedule: calls and learning rate of each step. */
export const scheduleOf = (train: Train, split: Split): ReadonlyArray<OptimiserStep> => {
  const rates = learningRates(train.learningRate, split.length, train.schedule)
  return split.map((calls, step) => ({ microBatches: calls, learningRate: rates[step] as number }))
}

export interface TrialIdentityParts {
  readonly numerics: string
  readonly view: DataView
  readonly scheduleDigest: string
  readonly student: string
  readonly loss: Loss
  readonly objective: ReturnType<typeof objectiveIdentity>
  readonly train: Train
  /** digest of the validation data and of this cell's own view of it, where a checkpoint is chosen by them */
  readonly selection: unknown
}

/** What of an objective bears on a trial: at weight 0 the teacher, the temperature and the loss are gone; at 1 cross-entropy is. */
export const objectiveIdentity = (loss: Loss, distillation: Distillation | null, teacher: string | null) => ({
  weight: loss.weight,
  reduce: loss.reduce,
  distil: distillation === null ? null : {
    program: distillation.programText, factor: distillation.factor, temperature: loss.temperature, teacher
  }
})

/** What the id of a trial hashes (`docs/design.md`, identity): what bears on its numbers and nothing else. */
export const trialIdentity = (parts: TrialIdentityParts) => ({
  kind: "train",
  numerics: parts.numerics,
  dtype: "float32",
  worldSize: 1,
  data: parts.loss.reduce === "fixed" ? parts.view.digest.kept : parts.view.digest.targets,
  schedule: parts.scheduleDigest,
  student: parts.student,
  objective: parts.objective,
  optimiser: parts.train.optimiser,
  select: parts.selection
})

/** Digest of the schedule that a split and a train section make: what `digestOf(scheduleOf(...))` is, by the split's text. */
export const scheduleDigest = (train: Train, split: Split): string => {
  const rates = learningRates(train.learningRate, split.length, train.schedule)
  return digestOfText(`[${split.map((calls, step) => `{"learningRate":${JSON.stringify(rates[step])},"microBatches":${textOf(calls)}}`).join(",")}]`)
}
