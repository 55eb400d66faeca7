/**
 * A micro-batch as the arrays that a graph takes, padded on the right.
 *
 * Shapes: B lines, T tokens, N = B * T positions, K kept tokens of a row; position n = b * T + t predicts token t + 1 of line b.
 * A line is one sequence, or several one after the other.
 */
import type { Objective } from "../Task.ts"
import { InvalidTask } from "./InvalidTask.ts"
import type { BatchShape } from "./objective.ts"
import type { Row, Rows } from "./rows.ts"
import type { TeacherArrays, TeacherStore } from "./store-reader.ts"
import type { Tensors } from "./record/trace.ts"
import { tensorflow } from "./tensorflow.ts"

export interface MicroBatchArrays {
  readonly shape: BatchShape
  readonly ids: Int32Array
  readonly labels: Int32Array
  readonly coefficients: Float32Array
  readonly teacher: TeacherArrays | null
  /** where lines hold several sequences: each token's position, and its sequence's number in the line, -1 at padding */
  readonly packing?: { readonly positions: Int32Array; readonly sequences: Int32Array }
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

type Settings = readonly [reduce: Objective["reduce"], teacher: TeacherStore | null, temperature: number]

/**
 * A sequence a line. A schedule feeds a row up to its last target, since nothing that follows can bear on a causal student's loss.
 * @param shape `batch` is the number of lines of the graph; those beyond the rows given are padding
 * @param settings the objective's reduction and temperature, which picks the teacher's log-sum-exp in a top-k store
 * @throws InvalidTask if a row has a target beyond `length`
 */
export const assemble = (rows: Rows, chosen: ReadonlyArray<number>, shape: BatchShape, ...settings: Settings): MicroBatchArrays => {
  const lines = layOut(rows, shape, ...settings)
  chosen.forEach((row, b) => lines.put(row, b, 0, ({ tokens_K }) => Math.min(tokens_K.length, shape.length)))
  return lines.take()
}

/** Tokens of a row that a packed line feeds: up to its last target, two at least. */
const fedOf = ({ tokens_K, weights_K }: Row): number => {
  let fed = tokens_K.length
  while (fed > 2 && !(weights_K[fed - 1]! > 0)) fed--
  return fed
}

/**
 * Several sequences a line (`MicroBatch` in `Task.ts`). Losses and gradients are those of `assemble` for the same rows.
 * @throws InvalidTask if a line's rows are more than its tokens
 */
export const assemblePacked = (
  rows: Rows, packs: ReadonlyArray<ReadonlyArray<number>>, shape: BatchShape, ...settings: Settings
): MicroBatchArrays => {
  const lines = layOut(rows, shape, ...settings)
  const positions = new Int32Array(shape.batch * shape.length)
  const sequences = new Int32Array(positions.length).fill(-1)
  packs.forEach((pack, b) => {
    let from = 0
    for (const [number, row] of pack.entries()) {
      const fed = lines.put(row, b, from, fedOf)
      for (let t = 0; t < fed; t++) positions[b * shape.length + from + t] = t
      sequences.fill(number, b * shape.length + from, b * shape.length + from + fed)
      from += fed
    }
  })
  return { ...lines.take(), shape: { ...shape, isPacked: true }, packing: { positions, sequences } }
}

/** Lines that rows are put into. */
const layOut = (rows: Rows, shape: BatchShape, ...[reduce, teacher, temperature]: Settings) => {
  const { batch, length } = shape
  const ids = new Int32Array(batch * length)
  const labels = new Int32Array(batch * length)
  const coefficients = new Float32Array(batch * length)
  const arrays = teacher === null ? null : emptyTeacher(teacher, batch * length)
  const sums = { weight: 0, sequences: 0, positions: 0 }
  let tokens = 0
  let targets = 0
  return {
    /** Puts a row into line `b` from token `from` on. @returns the tokens that it takes, `fedOf` of it */
    put: (row: number, b: number, from: number, fedOf: (read: Row) => number): number => {
      if (row < 0 || row >= rows.count) throw new InvalidTask({ message: `the schedule names row ${row} of ${rows.count}` })
      const read = rows.read(row)
      const { tokens_K, weights_K } = read
      const fed = fedOf(read)
      if (from + fed > length || weights_K.subarray(fed).some((weight) => weight > 0)) {
        throw new InvalidTask({ message: `row ${row} has a target beyond token ${length - from}, for which its micro-batch has no room` })
      }
      let rowWeight = 0
      for (const weight of weights_K) rowWeight += weight
      const share = reduce === "sequence-mean" && rowWeight > 0 ? 1 / rowWeight : 1
      const at = b * length + from
      ids.set(tokens_K.subarray(0, fed), at)
      for (let t = 0; t + 1 < fed; t++) {
        const weight = weights_K[t + 1]!
        labels[at + t] = tokens_K[t + 1]!
        coefficients[at + t] = weight * share
        if (weight > 0) targets++
      }
      if (teacher !== null) readTeacher(teacher, read, fed, arrays!, at, temperature)
      tokens += fed
      sums.weight += rowWeight
      sums.sequences++
      sums.positions += tokens_K.length - 1
      return fed
    },
    take: (): MicroBatchArrays =>
      ({ shape, ids, labels, coefficients, teacher: arrays, tokens, targets, denominator: denominators[reduce](sums) })
  }
}

/**
 * What the teacher said at each position of a row's first `fed` kept tokens. Its row of a kept token is that token's own place in
 * the whole sequence less 1, also across a gap: there the teacher had read what the student has not.
 */
const readTeacher = (teacher: TeacherStore, { prepared, spans }: Row, fed: number, into: TeacherArrays, at: number, temperature: number): void => {
  let kept = 0
  for (let index = 0; index < spans.length && kept < fed; index += 2) {
    const [start, end] = [spans[index]!, spans[index + 1]!]
    // The last position before a gap predicts the first token after it, so this overwrites what the teacher said within the gap.
    const before = kept === 0 ? 0 : 1
    teacher.read(prepared, start - before, Math.min(end - start, fed - kept) + before, into, at + kept - before, temperature)
    kept += end - start
  }
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
export const toBatchTensors = ({ shape, ids, labels, coefficients, packing, teacher }: MicroBatchArrays): Tensors => {
  const tf = tensorflow()
  const positions = shape.batch * shape.length
  return {
    ids: tf.tensor2d(ids, [shape.batch, shape.length], "int32"),
    ...(packing === undefined ? {} : {
      positions: tf.tensor2d(packing.positions, [shape.batch, shape.length], "int32"),
      sequences: tf.tensor2d(packing.sequences, [shape.batch, shape.length], "int32")
    }),
    labels: tf.tensor1d(labels, "int32"),
    coefficients: tf.tensor1d(coefficients, "float32"),
    ...(teacher === null ? {} : { teacherLogits: tf.tensor2d(teacher.logits, [positions, teacher.logits.length / positions], "float32") }),
    ...(teacher === null || teacher.ids === null ? {} : {
      teacherIds: tf.tensor2d(teacher.ids, [positions, teacher.ids.length / positions], "int32"),
      teacherLse: tf.tensor1d(teacher.lse!, "float32")
    })
  }
}
