/** A small distillation on disk: data, views, a schedule and models, enough for an engine to do every kind of task. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Result } from "effect"
import type { MeasureTask, Objective, OptimiserStep, TeachTask, TrainTask } from "../../framework/engines/Task.ts"
import type { LossProgram } from "../../framework/losses/LossProgram.ts"
import { recordLoss } from "../../framework/losses/record-loss.ts"
import { writePrepared } from "../../framework/sequence/prepared-file.ts"
import type { CellView, ViewRow } from "../../framework/sequence/view-file.ts"
import { writeView } from "../../framework/sequence/view-file.ts"
import forwardKl from "../../plugins/losses/forward-kl.ts"

export const vocabulary = 40

/** Fields of a `config.json`. */
export const tinyConfig = (width = 32, layers = 2): Record<string, unknown> => ({
  model_type: "llama", vocab_size: vocabulary, hidden_size: width, intermediate_size: 2 * width, num_hidden_layers: layers,
  num_attention_heads: 4, num_key_value_heads: 2, max_position_embeddings: 256, rms_norm_eps: 1e-6, tie_word_embeddings: true
})

/** Deterministic noise in [0, 1). */
export const noise = (seed: number): () => number => {
  let state = seed >>> 0
  return () => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0
    return (state ^ state >>> 13) / 2 ** 32 >= 1 ? 0 : ((state ^ state >>> 13) >>> 0) / 2 ** 32
  }
}

interface Row {
  readonly tokens: ReadonlyArray<number>
  readonly prompt: number
  readonly answer: number
}

/** Sequences that count on from their first token: learnable in a few steps. */
const makeRows = (count: number, shortest: number, longest: number, seed: number): ReadonlyArray<Row> => {
  const draw = noise(seed)
  return Array.from({ length: count }, () => {
    const length = shortest + Math.floor(draw() * (longest - shortest + 1))
    const first = Math.floor(draw() * vocabulary)
    const stride = 1 + Math.floor(draw() * 3)
    return { tokens: Array.from({ length }, (_, t) => (first + t * stride) % vocabulary), prompt: Math.max(2, length >> 2), answer: 2 }
  })
}

const segmentsOf = ({ tokens, prompt, answer }: Row): Uint8Array =>
  Uint8Array.from(tokens, (_, t) => t < prompt ? 0 : t < tokens.length - answer ? 1 : 2)

const write = async (path: string, rows: ReadonlyArray<Row>): Promise<void> =>
  Effect.runPromise(writePrepared(path, rows.map((row, index) => ({
    id: `row-${index}`, tokens_T: Int32Array.from(row.tokens), segments_T: segmentsOf(row), derivedAt: null, openerAt: null, closerAt: null,
    endOfTurnAt: null
  }))))

/** A view of these rows; `spansOf` are the kept spans of a row (start, end, start, end ...), `weightOf` a kept token's weight. */
export const viewBy = (
  lengths: ReadonlyArray<number>, spansOf: (row: number, length: number) => ReadonlyArray<number>, weightOf: (row: number, token: number) => number
): CellView => {
  const row = (n: number): ViewRow => {
    const spans = Int32Array.from(spansOf(n, lengths[n]!))
    const weights: Array<number> = []
    for (let index = 0; index < spans.length; index += 2) {
      // the first token of a span is no target: what stood before it is not kept
      for (let t = spans[index]!; t < spans[index + 1]!; t++) weights.push(t === spans[index] ? 0 : weightOf(n, t))
    }
    return { prepared: n, spans, weights: Float32Array.from(weights) }
  }
  return { count: lengths.length, lengths_N: Int32Array.from(lengths, (_, n) => row(n).weights.length), row }
}

/** The first `ratio` of each row; all kept tokens but the first are targets where `isTarget` says so. */
const viewOf = (rows: ReadonlyArray<Row>, ratio: number, isTarget: (segment: number) => boolean): CellView => viewBy(
  rows.map(({ tokens }) => tokens.length), (_, length) => [0, Math.max(1, Math.floor(ratio * length))],
  (row, t) => isTarget(segmentsOf(rows[row]!)[t]!) ? 1 : 0)

/** forward KL as a plugin records it */
export const forwardKlProgram: LossProgram = Result.getOrThrow(recordLoss(forwardKl, {}))

export const crossEntropyOnly: Objective = { weight: 0, distil: null, temperature: 1, factor: 1, reduce: "token-mean" }
export const halfForwardKl: Objective = { weight: 0.5, distil: forwardKlProgram, temperature: 2, factor: 4, reduce: "token-mean" }

export interface SmallWorld {
  readonly folder: string
  readonly lengths: ReadonlyArray<number>
  /** a train task writing to `out`, resuming from a folder beside it */
  readonly train: (name: string, changes?: Partial<TrainTask>) => TrainTask
  readonly teach: (name: string, split: "train" | "validation", store: TeachTask["store"]) => TeachTask
  readonly measure: (name: string, teacherStore: MeasureTask["teacherStore"]) => MeasureTask
  readonly schedule: (name: string, steps: ReadonlyArray<OptimiserStep>) => string
  readonly view: (name: string, split: "train" | "validation", ratio: number, isTarget?: (segment: number) => boolean) => Promise<string>
}

const rowsOf = { train: makeRows(32, 12, 40, 7), validation: makeRows(10, 12, 40, 8) }
export const numTrainRows = rowsOf.train.length

/** `steps` optimiser steps of `sequences` rows each, split into micro-batches of `split` rows padded to `length`. */
export const plainSchedule = (steps: number, sequences: number, split: number, length: number): ReadonlyArray<OptimiserStep> =>
  Array.from({ length: steps }, (_, step) => {
    const rows = Array.from({ length: sequences }, (_, index) => (step * sequences + index) % numTrainRows)
    const microBatches = []
    for (let at = 0; at < rows.length; at += split) microBatches.push({ length, rows: rows.slice(at, at + split) })
    return { microBatches, learningRate: 3e-3 * Math.min(1, (step + 1) / 4) }
  })

export const makeSmallWorld = async (folder: string): Promise<SmallWorld> => {
  mkdirSync(folder, { recursive: true })
  const path = (name: string) => join(folder, name)
  await write(path("train.arrow"), rowsOf.train)
  await write(path("validation.arrow"), rowsOf.validation)
  const lengths = [24, 40]
  const schedule = (name: string, steps: ReadonlyArray<OptimiserStep>) => {
    writeFileSync(path(`${name}.json`), JSON.stringify(steps))
    return path(`${name}.json`)
  }
  const view = async (name: string, split: "train" | "validation", ratio: number, isTarget = (segment: number) => segment > 0) => {
    await Effect.runPromise(writeView(path(`${name}.arrow`), viewOf(rowsOf[split], ratio, isTarget)))
    return path(`${name}.arrow`)
  }
  const wholeTrain = await view("train-whole", "train", 1)
  const wholeValidation = await view("validation-whole", "validation", 1)
  const twelve = schedule("schedule", plainSchedule(12, 8, 8, 40))
  writeFileSync(path("tokenizer-note.txt"), "models here have no tokenizer")
  return {
    folder, lengths, schedule, view,
    train: (name, changes = {}) => ({
      kind: "train", stepId: `train-${name}`,
      student: { init: tinyConfig(), seed: 1, tokenizer: folder },
      prepared: path("train.arrow"), view: wholeTrain, teacherStore: null, objective: crossEntropyOnly,
      optimiser: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
      schedule: twelve,
      validation: {
        prepared: path("validation.arrow"), ownView: wholeValidation, teacherStore: null, microTokens: 200, lengths, everySteps: 6
      },
      select: "last", resume: { folder: path(`${name}.resume`), everySteps: 4 }, logEverySteps: 1, recordGraphs: true,
      out: path(name), ...changes
    }),
    measure: (name, teacherStore) => ({
      kind: "measure", stepId: `measure-${name}`, student: { init: tinyConfig(), seed: 1, tokenizer: folder }, prepared: path("train.arrow"),
      teacherStore, microTokens: 100, lengths, out: path(name)
    }),
    teach: (name, split, store) => ({
      kind: "teach", stepId: `teach-${name}`, model: { init: tinyConfig(48), seed: 5, tokenizer: folder },
      prepared: path(`${split}.arrow`), store, microTokens: 200, lengths, out: path(name)
    })
  }
}
