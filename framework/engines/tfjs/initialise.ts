/**
 * Fresh weights for a `config.json`, the same bytes for the same seed on every machine: every weight has a stream of
 * its own, keyed by (seed, name), so a config that gains a weight leaves the others as they were.
 */
import { type DecoderConfig, weightShapes } from "./config.ts"
import { normals } from "./random.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

/** A weight's values, row-major. */
export interface Weight {
  readonly shape: ReadonlyArray<number>
  readonly values: Float32Array
}

/**
 * Seeded weights by Hugging Face names: normal(0, `initializer_range`) for matrices, zeros for biases, ones for norms,
 * as `transformers` begins these architectures.
 */
export const initialiseValues = (config: DecoderConfig, seed: number): Record<string, Weight> => {
  const weights: Record<string, Weight> = {}
  for (const { name, shape, begins } of weightShapes(config)) {
    const size = shape.reduce((product, length) => product * length, 1)
    const values = begins === "normal" ? normals(size, config.initializerRange, seed, name) : new Float32Array(size)
    if (begins === "ones") values.fill(1)
    weights[name] = { shape, values }
  }
  return weights
}

/** The same values as tensors. The caller disposes them. */
export const toTensors = (weights: Readonly<Record<string, Weight>>): NamedTensors => {
  const tf = tensorflow()
  const tensors: Record<string, Tensor> = {}
  for (const [name, { shape, values }] of Object.entries(weights)) tensors[name] = tf.tensor(values, [...shape], "float32")
  return tensors
}
