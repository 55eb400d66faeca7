/** One trial: a cell's settings and a seed become a frozen train step with its identity. */
import { Effect, Result } from "effect"
import { temperatureFactor } from "../losses/temperature-factor.ts"
import { lossProgramText, recordLoss } from "../losses/record-loss.ts"
import type { LossProgram } from "../losses/LossProgram.ts"
import type { MicroBatch, OptimiserStep } from "../engines/Task.ts"
import type { LossPlugin } from "../plugin/define.ts"
import type { DataView } from "../sequence/data-views.ts"
import { phaseOf } from "../sequence/growth.ts"
import type { ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { bucketLengths } from "./buckets.ts"
import { digestOfText, textOf } from "./canonical.ts"
import type { DataContext } from "./DataContext.ts"
import { type DecoderShape, trainFlops } from "./flops.ts"
import { learningRates } from "./learning-rate.ts"
import { packedSplit } from "./packing.ts"
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

/** Rows of the view that each optimiser step takes, from those of the prepared data: where the prefix grows, those of the step's phase. */
export const viewRowsOf = (
  data: DataContext, { phases }: DataView, rows: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<ReadonlyArray<number>> => phases === 1 ? rows : rows.map((together, step) => {
  const first = phaseOf(step, rows.length, phases) * data.train.prepared.count
  return together.map((row) => first + row)
})

/** How rows become calls: by the student's size, the engine's assumed speed and the batch's settings. */
export interface CallLimits {
  readonly shape: DecoderShape
  readonly batch: Pick<Train["batch"], "microTokens" | "packing">
  readonly assumedFlopsPerSecond: number
}

/**
 * Splits rows into calls. Lengths are chosen for each phase of a growing prefix by itself: its graphs are other ones anyway.
 * @param rows of the view, for each optimiser step
 */
export const splitOf = (
  { fedLengths, phases }: DataView, rows: ReadonlyArray<ReadonlyArray<number>>, { assumedFlopsPerSecond, batch, shape }: CallLimits
): Split => {
  const fed = (row: number): number => fedLengths[row] as number
  const mostRows = mostRowsOf(shape, batch.microTokens, assumedFlopsPerSecond)
  const splitAlike = (steps: ReadonlyArray<ReadonlyArray<number>>): Split => {
    if (batch.packing) return packedSplit(steps, fed, batch.microTokens, mostRows, (lines, length) => trainFlops(shape, lines, length))
    const buckets = bucketLengths(steps.flatMap((together) => together.map(fed)))
    return steps.map((together) => microBatches(together, fed, buckets, mostRows))
  }
  return Array.from({ length: phases }, (_, phase) => rows.filter((_, step) => phaseOf(step, rows.length, phases) === phase))
    .flatMap((steps) => steps.length === 0 ? [] : splitAlike(steps))
}

/** The resolved schedule: calls and learning rate of each step. */
export const scheduleOf = (train: Train, split: Split): ReadonlyArray<OptimiserStep> => {
  const rates = learningRates(train.learningRate, split.length, train.schedule)
  return split.map((calls, step) => ({ microBatches: calls, learningRate: rates[step] as number }))
}

export interface TrialIdentityParts {
  readonly numerics: string
  /** what is fed: the view's digest, or what makes the view where only measures complete it */
  readonly data: unknown
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
  data: parts.data,
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
