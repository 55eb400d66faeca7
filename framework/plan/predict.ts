/** What a trial will cost, before it runs: counted where it can be counted, estimated where it must be. */
import type { MicroBatch } from "../engines/Task.ts"
import { type DecoderShape, forwardFlops, parameters, trainFlops } from "./flops.ts"
import type { Predicted } from "../journal/RecordedPlan.ts"
import { linesOf } from "./packing.ts"

/** Operations a second of one slot: measured by earlier runs where there are any, otherwise the engine's assumption. */
export interface Speed {
  readonly flopsPerSecond: number
  readonly isMeasured: boolean
}

export interface TrialWork {
  readonly student: DecoderShape
  /** null where no teacher is used */
  readonly teacher: DecoderShape | null
  /** graph calls of each optimiser step */
  readonly split: ReadonlyArray<ReadonlyArray<MicroBatch>>
  /** targets of each row, and tokens of each row that are fed */
  readonly targetsOfRow: (row: number) => number
  readonly fedTokensOfRow: (row: number) => number
  /** the row of the prepared data that a row of the view is of */
  readonly preparedRowOf: (row: number) => number
  readonly storeBytesPerToken: number
}

/** What a worker's process holds before any model: Node and TensorFlow, as measured on x86-64. */
const workerBytes = 345 * 2 ** 20

/** Bytes of weights, gradients and both moments, float32. */
const fixedBytes = (shape: DecoderShape): number => 16 * parameters(shape)

/** Activations that the backward pass keeps, float32: per token and layer, and the attention scores. */
const activationBytes = (shape: DecoderShape, sequences: number, length: number): number => {
  const perToken = shape.layers * (14 * shape.hidden + 5 * shape.intermediate) + 6 * shape.vocabulary
  return 4 * (sequences * length * perToken + 3 * shape.layers * shape.heads * sequences * length * length)
}

/** Prediction for one trial. Each sequence counts once for the teacher's pass, at its longest, however often it is trained on. */
export const predictTrial = (work: TrialWork, speed: Speed): Predicted => {
  let [flops, tokens, targets, sequences, activations] = [0, 0, 0, 0, 0]
  const longest = new Map<number, number>()
  for (const calls of work.split) {
    for (const call of calls) {
      const { length, rows: together } = call
      flops += trainFlops(work.student, linesOf(call), length)
      activations = Math.max(activations, activationBytes(work.student, linesOf(call), length))
      sequences += together.length
      for (const row of together) {
        const fed = work.fedTokensOfRow(row)
        const sequence = work.preparedRowOf(row)
        tokens += fed
        targets += work.targetsOfRow(row)
        if (fed > (longest.get(sequence) ?? 0)) longest.set(sequence, fed)
      }
    }
  }
  let [teacherFlops, storeBytes] = [0, 0]
  if (work.teacher !== null) {
    for (const length of longest.values()) {
      teacherFlops += forwardFlops(work.teacher, 1, length)
      storeBytes += length * work.storeBytesPerToken
    }
  }
  return {
    optimiserSteps: work.split.length, sequences, tokens, targets, flops,
    teacherFlopsStandalone: teacherFlops,
    seconds: flops / speed.flopsPerSecond,
    peakBytes: workerBytes + fixedBytes(work.student) + activations,
    storeBytes
  }
}

/** Seconds to generate: each new token passes the model once, with the attention over what stands before. */
export const predictGeneration = (
  shape: DecoderShape, sequences: number, promptTokens: number, newTokens: number, speed: Speed
): number => {
  // Single-token steps reach a fraction of the speed of whole sequences.
  const shareOfSpeed = 0.3
  return forwardFlops(shape, sequences, promptTokens + newTokens) / (speed.flopsPerSecond * shareOfSpeed)
}
