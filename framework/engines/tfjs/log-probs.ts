/**
 * Log-probabilities and cross-entropy over a support, each as one TensorFlow kernel with its own gradient.
 *
 * Shapes: N positions, S support.
 */
import { execute, type Tensor, tensorflow } from "./tensorflow.ts"

/** log(softmax(logits)), [N, S] -> [N, S]. */
export const logSoftmax = (logits_NS: Tensor): Tensor => {
  const tf = tensorflow()
  const run = tf.customGrad((logits, save) => {
    const value = execute("LogSoftmax", { T: "float32" }, [logits as Tensor])
    ;(save as (tensors: Array<Tensor>) => void)([value])
    const gradFunc = (dy: Tensor, saved: Array<Tensor>) => tf.sub(dy, tf.mul(tf.exp(saved[0]!), tf.sum(dy, -1, true)))
    return { value, gradFunc }
  })
  return run(logits_NS)
}

/** -log softmax(logits)[label] in nats, [N, S] and int32 [N] -> [N]. Labels must lie in [0, S). */
export const crossEntropy = (logits_NS: Tensor, labels_N: Tensor): Tensor => {
  const tf = tensorflow()
  const support = logits_NS.shape[1]!
  const run = tf.customGrad((logits, save) => {
    const logProbs = execute("LogSoftmax", { T: "float32" }, [logits as Tensor])
    const hot = tf.oneHot(labels_N as import("@tensorflow/tfjs-node-gpu").Tensor1D, support, 1, 0, "float32")
    ;(save as (tensors: Array<Tensor>) => void)([logProbs, hot])
    const gradFunc = (dy: Tensor, saved: Array<Tensor>) =>
      tf.mul(tf.sub(tf.exp(saved[0]!), saved[1]!), tf.expandDims(dy, -1))
    return { value: tf.neg(tf.sum(tf.mul(logProbs, hot), -1)), gradFunc }
  })
  return run(logits_NS)
}
