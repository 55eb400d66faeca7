/**
 * What the teacher said, as log-probs beside the student's over the same support, at the objective's temperature.
 * Full store: the whole vocabulary. Top-k store: the teacher's k likeliest tokens and one bucket for all others (none where k is the whole vocabulary).
 *
 * Shapes: B sequences, T tokens, N = B * T positions, V vocabulary, K of the top-k, S support (V, or K + 1).
 */
import { logSoftmax } from "./log-probs.ts"
import type { Specs, Tensors } from "./record/trace.ts"
import { type Tensor, tensorflow } from "./tensorflow.ts"

/** How the teacher's word comes in: as the store kept it, read for one temperature. */
export type TeacherForm =
  | { readonly mode: "full" }
  | { readonly mode: "topk"; readonly k: number }

/** Names under which a micro-batch carries the teacher's word into a recorded function. */
export const teacherSpecs = (form: TeacherForm, batch: number, length: number, vocabulary: number): Specs =>
  form.mode === "full"
    ? { teacherLogits: { shape: [batch * length, vocabulary], dtype: "float32" } }
    : {
      teacherLogits: { shape: [batch * length, form.k], dtype: "float32" },
      teacherIds: { shape: [batch * length, form.k], dtype: "int32" },
      /** log-sum-exp over the whole vocabulary of logits / T */
      teacherLse: { shape: [batch * length], dtype: "float32" }
    }

/**
 * Smallest tail of the teacher's top-k: 1 less the kept probabilities is rounding noise below it, and rounding may make it
 * negative.
 */
const smallestTail = 1e-7

/** Added to the log-probs that the tail leaves out. */
const nothing = -1e9

/** Student's and teacher's log-probs at temperature T, each [N, S]. Gradients flow into `logits_NV` alone. */
export const pairOnSupport = (
  form: TeacherForm, logits_NV: Tensor, inputs: Tensors, temperature: number
): { readonly student_TS: Tensor; readonly teacher_TS: Tensor } => {
  const tf = tensorflow()
  const temper = (x: Tensor) => temperature === 1 ? x : tf.mul(x, 1 / temperature)
  const student_NV = logSoftmax(temper(logits_NV))
  if (form.mode === "full") return { student_TS: student_NV, teacher_TS: logSoftmax(temper(inputs["teacherLogits"]!)) }

  const [positions, vocabulary] = student_NV.shape as [number, number]
  const ids_NK = inputs["teacherIds"]!
  const offsets_N1 = tf.mul(tf.reshape(tf.range(0, positions, 1, "int32"), [positions, 1]), tf.scalar(vocabulary, "int32"))
  const flatIds = tf.reshape(tf.add(ids_NK, offsets_N1), [positions * form.k])
  const kept_NK = tf.reshape(tf.gather(tf.reshape(student_NV, [positions * vocabulary]), flatIds as never), [positions, form.k])
  const teacher_NK = tf.sub(temper(inputs["teacherLogits"]!), tf.reshape(inputs["teacherLse"]!, [positions, 1]))
  if (form.k === vocabulary) return { student_TS: kept_NK, teacher_TS: teacher_NK }
  // The student's tail is the log-sum-exp of what is not kept: 1 - sum would lose its gradient where the sum nears 1.
  const isKept_NV = tf.reshape(
    tf.unsortedSegmentSum(tf.ones([positions * form.k]), flatIds as never, positions * vocabulary), [positions, vocabulary])
  const tail_N1 = tf.logSumExp(tf.add(student_NV, tf.mul(isKept_NV, nothing)), 1, true)
  const rest_N1 = tf.maximum(tf.sub(1, tf.sum(tf.exp(teacher_NK), 1, true)), smallestTail)
  return { student_TS: tf.concat([kept_NK, tail_N1], 1), teacher_TS: tf.concat([teacher_NK, tf.log(rest_N1)], 1) }
}
