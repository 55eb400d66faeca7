/**
 * Runs a loss program with TensorFlow.js. Imports no TensorFlow: the caller hands it in, so that only an engine's worker
 * ever loads it. Every operation is differentiable by `tf.grads`, and made of kernels, so it can be recorded in a graph.
 *
 * Shapes: T targets, S support.
 */
import { checkedProgram } from "./check-program.ts"
import type { LossProgram, Operand } from "./LossProgram.ts"
import type { OperationName } from "./operations.ts"

export type TensorFlow = typeof import("@tensorflow/tfjs-node-gpu")
type Tensor = import("@tensorflow/tfjs-node-gpu").Tensor
type Tensor1D = import("@tensorflow/tfjs-node-gpu").Tensor1D
type Run = (tf: TensorFlow, x: Tensor, y: Tensor, value: number) => Tensor

/** Value is `abs`; the gradient is the sign, 0 at 0 (TensorFlow.js' own gives -1 there). */
const abs = (tf: TensorFlow, x: Tensor): Tensor =>
  tf.customGrad((...args: Array<unknown>) => {
    const [a, save] = args as [Tensor, (saved: Array<Tensor>) => void]
    save([a])
    return { value: tf.abs(a), gradFunc: (dy: Tensor, saved: Array<Tensor>) => [tf.mul(dy, tf.sign(saved[0]!))] }
  })(x)

/**
 * m + log1p(exp(-|x - y|)) with m the larger; gradients exp(x - out) and exp(y - out). Written by hand because the
 * gradient of m at a tie would go to one side alone.
 */
const logAddExp = (tf: TensorFlow, x: Tensor, y: Tensor): Tensor =>
  tf.customGrad((...args: Array<unknown>) => {
    const [a, b, save] = args as [Tensor, Tensor, (saved: Array<Tensor>) => void]
    const value = tf.add(tf.maximum(a, b), tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b))))))
    save([a, b, value])
    return {
      value,
      gradFunc: (dy: Tensor, saved: Array<Tensor>) =>
        [saved[0]!, saved[1]!].map((side) => tf.mul(dy, tf.exp(tf.sub(side, saved[2]!))))
    }
  })(x, y)

const detach = (tf: TensorFlow, x: Tensor): Tensor =>
  tf.customGrad((...args: Array<unknown>) => ({
    value: (args[0] as Tensor).clone(),
    gradFunc: (dy: Tensor) => [tf.zerosLike(dy)]
  }))(x)

const run: Record<OperationName, Run> = {
  atLeast: (tf, x, _, value) => tf.maximum(x, value),
  exp: (tf, x) => tf.exp(x),
  log: (tf, x) => tf.log(x),
  neg: (tf, x) => tf.neg(x),
  abs: (tf, x) => abs(tf, x),
  square: (tf, x) => tf.square(x),
  add: (tf, x, y) => tf.add(x, y),
  sub: (tf, x, y) => tf.sub(x, y),
  mul: (tf, x, y) => tf.mul(x, y),
  div: (tf, x, y) => tf.div(x, y),
  scale: (tf, x, _, value) => tf.mul(x, value),
  shift: (tf, x, _, value) => tf.add(x, value),
  maximum: (tf, x, y) => tf.maximum(x, y),
  minimum: (tf, x, y) => tf.minimum(x, y),
  logAddExp: (tf, x, y) => logAddExp(tf, x, y),
  sumLast: (tf, x) => tf.sum(x, -1),
  detach: (tf, x) => detach(tf, x)
}

/**
 * The loss of each target, [T], in nats, from log-probs of student and teacher over the same support, [T, S].
 * Both are log-probs at the objective's temperature: tempering, gathering and the tail bucket come before, weights,
 * reduction and the temperature's factor after.
 */
export const runLossProgram = (
  tf: TensorFlow,
  program: LossProgram,
  inputs: { readonly student_TS: Tensor; readonly teacher_TS: Tensor }
): Tensor1D => {
  const checked = checkedProgram(program)
  const values: Array<Tensor> = []
  const rankOf = (operand: Operand) => typeof operand === "string" ? 2 : checked.operations[operand]!.rank
  const read = (operand: Operand, rank: 1 | 2) => {
    const value = typeof operand === "string" ? inputs[operand] : values[operand]!
    return rank === 2 && rankOf(operand) === 1 ? tf.expandDims(value, -1) : value
  }
  for (const { op, in: operands, value, rank } of checked.operations) {
    const operandRank = op === "sumLast" ? 2 : rank
    const x = read(operands[0]!, operandRank)
    values.push(run[op](tf, x, operands.length > 1 ? read(operands[1]!, operandRank) : x, value))
  }
  return values[checked.result] as Tensor1D
}
