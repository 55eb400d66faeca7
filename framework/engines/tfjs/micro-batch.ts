/**
 * A micro-batch as the arrays that a graph takes, padded on the right.
 *
 * Shapes: B sequences, T tokens, N = B * T positions; position n = b * T + t predicts token t + 1 of sequence b.
 */
import type { Objective } from "../Task.ts"
import { InvalidTask } from "./InvalidTask.ts"
import type { BatchShape } from "./objective.ts"
import type { Rows } from "./rows.ts"
import type { TeacherArrays, TeacherStore } from "./store-reader.ts"
import type { Tensors } from "./record/trace.ts"
import { tensorflow } from "./tensorflow.ts"

export interface MicroBatchArrays {
  readonly shape: BatchShape
  readonly ids: Int32Array
  readonly labels: Int32Array
  readonly coefficients: Float32Array
  readonly teacher: TeacherArrays | null
  /** tokens that are fed, without padding */
  readonly tokens: number
  /** positions with a target */
  readonly targets: number
  /** what this micro-batch adds to the objective's denominator */
  readonly denominator: number
}

/**
 * What a micro-batch adds to the denominator of its optimiser step:
 * token-mean: its targets' weights; sequence-mean: its sequences, those without a target too; fixed: the targets that its kept
 * tokens would make if all were supervised.
 */
const denominators: Readonly<Record<Objective["reduce"], (sums: { weight: number; sequences: number; positions: number }) => number>> = {
  "token-mean": ({ weight }) => weight,
  "sequence-mean": ({ sequences }) => sequences,
  fixed: ({ positions }) => positions
}

/**
 * @param batch number of sequences of the graph; rows beyond those given are padding
 * @param temperature of the objective: picks the teacher's log-sum-exp in a top-k store
 * A schedule feeds a row up to its last target, since nothing that follows can bear on a causal student's loss.
 * @throws InvalidTask if a row has a target beyond `length`
 */
export const assemble = (
  rows: Rows, chosen: ReadonlyArray<number>, shape: BatchShape, reduce: Objective["reduce"],
  teacher: TeacherStore | null, temperature: number
): MicroBatchArrays => {
  const { batch, length } = shape
  const { prepared, view } = rows
  const ids = new Int32Array(batch * length)
  const labels = new Int32Array(batch * length)
  const coefficients = new Float32Array(batch * length)
  const arrays = teacher === null ? null : emptyTeacher(teacher, batch * length)
  const sums = { weight: 0, sequences: chosen.length, positions: 0 }
  let tokens = 0
  let targets = 0
  chosen.forEach((row, b) => {
    if (row < 0 || row >= rows.count) throw new InvalidTask({ message: `the schedule names row ${row} of ${rows.count}` })
    const kept = rows.length(row)
    const fed = Math.min(kept, length)
    const start = prepared.tokenOffsets[row]! + view.starts[row]!
    const weights = view.weights.subarray(view.weightOffsets[row]!, view.weightOffsets[row + 1]!)
    let rowWeight = 0
    for (const weight of weights) rowWeight += weight
    if (weights.subarray(fed).some((weight) => weight > 0)) {
      throw new InvalidTask({ message: `row ${row} has a target beyond token ${length}, for which its micro-batch has no room` })
    }
    const share = reduce === "sequence-mean" && rowWeight > 0 ? 1 / rowWeight : 1
    ids.set(prepared.tokens.subarray(start, start + fed), b * length)
    for (let t = 0; t + 1 < fed; t++) {
      const weight = weights[t + 1]!
      labels[b * length + t] = prepared.tokens[start + t + 1]!
      coefficients[b * length + t] = weight * share
      if (weight > 0) targets++
    }
    if (teacher !== null) teacher.read(row, view.starts[row]!, fed, arrays!, b * length, temperature)
    tokens += fed
    sums.weight += rowWeight
    sums.positions += kept - 1
  })
  return { shape, ids, labels, coefficients, teacher: arrays, tokens, targets, denominator: denominators[reduce](sums) }
}

const emptyTeacher = ({ form, description }: TeacherStore, positions: number): TeacherArrays =>
  form.mode === "full"
    ? { logits: new Float32Array(positions * description.vocabulary), ids: null, lse: null }
    : {
      logits: new Float32Array(positions * form.k),
      ids: new Int32Array(positions * form.k),
      // Finite at padding too: its coefficient is 0, and 0 times infinity would not be.
      lse: new Float32Array(positions)
    }

/** The same as tensors, by the names of `objective.ts`. The caller disposes them. */
export const toBatchTensors = ({ shape, ids, labels, coefficients, teacher }: MicroBatchArrays): Tensors => {
  const tf = tensorflow()
  const positions = shape.batch * shape.length
  return {
    ids: tf.tensor2d(ids, [shape.batch, shape.length], "int32"),
    labels: tf.tensor1d(labels, "int32"),
    coefficients: tf.tensor1d(coefficients, "float32"),
    ...(teacher === null ? {} : { teacherLogits: tf.tensor2d(teacher.logits, [positions, teacher.logits.length / positions], "float32") }),
    ...(teacher === null || teacher.ids === null ? {} : {
      teacherIds: tf.tensor2d(teacher.ids, [positions, teacher.ids.length / positions], "int32"),
      teacherLse: tf.tensor1d(teacher.lse!, "float32")
    })
  }
}
