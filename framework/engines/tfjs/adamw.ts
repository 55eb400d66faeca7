/**
 * AdamW with decoupled weight decay, as PyTorch computes it: both moments bias-corrected, epsilon outside the root.
 *     p <- p * (1 - lr * decay);  m <- b1 m + (1-b1) g;  v <- b2 v + (1-b2) g^2;  p <- p - lr/(1-b1^t) * m / (sqrt(v)/sqrt(1-b2^t) + eps)
 * Gradients are first clipped by their global norm as `torch.nn.utils.clip_grad_norm_` does: times min(1, clip/(norm + 1e-6)).
 * Matrices decay (embeddings among them); norms and biases, of rank one, do not.
 * @source arXiv 1711.05101; torch.optim.AdamW
 */
import type { Optimiser } from "../Task.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

export interface AdamState {
  readonly weights: NamedTensors
  readonly first: NamedTensors
  readonly second: NamedTensors
}

/** What differs from update to update, as scalars. */
export interface UpdateScalars {
  /** gradients are divided by the objective's denominator here: `1 / denominator` */
  readonly scale: Tensor
  /** 1 - lr * weightDecay */
  readonly keep: Tensor
  /** lr / (1 - beta1^t) */
  readonly stepSize: Tensor
  /** 1 / sqrt(1 - beta2^t) */
  readonly rootCorrection: Tensor
}

/** Those scalars as numbers for update `t` = 1, 2, ... */
export const updateNumbers = (optimiser: Optimiser, learningRate: number, update: number, denominator: number) => ({
  scale: 1 / denominator,
  keep: 1 - learningRate * optimiser.weightDecay,
  stepSize: learningRate / (1 - optimiser.beta1 ** update),
  rootCorrection: 1 / Math.sqrt(1 - optimiser.beta2 ** update)
})

/** One update. Recordable. @returns the new state, and the gradients' norm before clipping, a scalar */
export const adamw = (
  optimiser: Optimiser, state: AdamState, gradients: NamedTensors, scalars: UpdateScalars
): AdamState & { readonly gradientNorm: Tensor } => {
  const tf = tensorflow()
  const names = Object.keys(state.weights)
  const squares = names.map((name) => tf.sum(tf.square(gradients[name]!)))
  const gradientNorm = tf.mul(tf.sqrt(tf.addN(squares)), scalars.scale)
  const factor = optimiser.clipNorm === null ? scalars.scale
    : tf.mul(scalars.scale, tf.minimum(1, tf.div(optimiser.clipNorm, tf.add(gradientNorm, 1e-6))))
  const weights: Record<string, Tensor> = {}
  const first: Record<string, Tensor> = {}
  const second: Record<string, Tensor> = {}
  for (const name of names) {
    const weight = state.weights[name]!
    const gradient = tf.mul(gradients[name]!, factor)
    first[name] = tf.add(tf.mul(state.first[name]!, optimiser.beta1), tf.mul(gradient, 1 - optimiser.beta1))
    second[name] = tf.add(tf.mul(state.second[name]!, optimiser.beta2), tf.mul(tf.square(gradient), 1 - optimiser.beta2))
    const root = tf.add(tf.mul(tf.sqrt(second[name]), scalars.rootCorrection), optimiser.epsilon)
    const kept = weight.rank > 1 && optimiser.weightDecay !== 0 ? tf.mul(weight, scalars.keep) : weight
    weights[name] = tf.sub(kept, tf.mul(tf.div(first[name], root), scalars.stepSize))
  }
  return { weights, first, second, gradientNorm }
}
