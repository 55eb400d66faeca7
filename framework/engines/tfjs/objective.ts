/**
 * `weight * factor * distil + (1 - weight) * crossEntropy`, summed over the targets of one micro-batch. The division stands
 * outside (`adamw.ts`), so that any split of a step into micro-batches gives the same gradients.
 *
 * Shapes: B sequences, T tokens, N = B * T positions, V vocabulary.
 */
import { runLossProgram } from "../../losses/interpret-tfjs.ts"
import type { Objective } from "../Task.ts"
import { crossEntropy } from "./log-probs.ts"
import { pairOnSupport, type TeacherForm, teacherSpecs } from "./teacher-targets.ts"
import type { Specs, Tensors } from "./record/trace.ts"
import { type Tensor, tensorflow } from "./tensorflow.ts"

/** Length and number of lines of a micro-batch: one graph each. A line is a sequence, or several where they are packed. */
export interface BatchShape {
  readonly batch: number
  readonly length: number
  readonly isPacked?: boolean
}

/** What of a shape a graph for any number of lines depends on. */
export const shapeKey = ({ isPacked = false, length }: BatchShape): ReadonlyArray<unknown> => isPacked ? [length, "packed"] : [length]

/**
 * Inputs of a micro-batch besides weights. `coefficients` is each position's target weight, 0 where it has no target. Packed lines
 * also say, of each token, its position and which sequence of its line it belongs to.
 */
export const batchSpecs = ({ batch, isPacked = false, length }: BatchShape, vocabulary: number, teacher: TeacherForm | null): Specs => ({
  ids: { shape: [batch, length], dtype: "int32" },
  ...(isPacked ? { positions: { shape: [batch, length], dtype: "int32" }, sequences: { shape: [batch, length], dtype: "int32" } } : {}),
  labels: { shape: [batch * length], dtype: "int32" },
  coefficients: { shape: [batch * length], dtype: "float32" },
  ...(teacher === null ? {} : teacherSpecs(teacher, batch, length, vocabulary))
})

export interface ObjectiveSums {
  /** the objective, summed over targets; scalars all */
  readonly loss: Tensor
  readonly crossEntropy: Tensor
  readonly distil: Tensor
}

/**
 * Sums over a micro-batch's targets, each times its coefficient. A part of weight 0 is neither computed nor reported (its sum is 0).
 */
export const objectiveSums = (objective: Objective, teacher: TeacherForm | null, logits_NV: Tensor, inputs: Tensors): ObjectiveSums => {
  const tf = tensorflow()
  const { weight, factor, distil, temperature } = objective
  const sumOf = (perTarget_N: Tensor) => tf.sum(tf.mul(perTarget_N, inputs["coefficients"]!))
  const entropySum = weight === 1 ? null : sumOf(crossEntropy(logits_NV, inputs["labels"]!))
  const distilSum = weight === 0 || distil === null || teacher === null ? null
    : sumOf(runLossProgram(tf as never, distil, pairOnSupport(teacher, logits_NV, inputs, temperature)))
  const parts = [
    ...(distilSum === null ? [] : [tf.mul(distilSum, weight * factor)]),
    ...(entropySum === null ? [] : [tf.mul(entropySum, 1 - weight)])
  ]
  return {
    loss: parts.length === 2 ? tf.add(parts[0]!, parts[1]!) : parts[0]!,
    crossEntropy: entropySum ?? tf.scalar(0),
    distil: distilSum ?? tf.scalar(0)
  }
}
