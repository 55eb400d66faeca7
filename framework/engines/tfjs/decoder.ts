/**
 * A decoder-only transformer of the Llama family as pure functions of weights and inputs: no state, nothing read
 * back, no branch on a value; so it can be differentiated by tfjs and recorded as a graph.
 *
 * Shapes: B sequences, T tokens (padded on the right), H width, D width of a head, V vocabulary.
 */
import { type DecoderConfig, headName } from "./config.ts"
import { attend, gateWith, linear, lookUp, rmsNorm, rotate } from "./operations.ts"
import type { PassTables } from "./rotary.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

export interface PassInputs {
  /** token ids, int32 [B, T], each in [0, vocabulary): not checked here */
  readonly ids_BT: Tensor
  readonly tables: PassTables
}

/** Keys (rotated) and values of one layer, each [B, key-value heads, T, D]. */
export interface LayerMemory {
  readonly keys: Tensor
  readonly values: Tensor
}

/** A weight that must be there; a folder's completeness is checked when it is read. */
export const weightOf = (weights: NamedTensors, name: string): Tensor => {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`The weight ${name} is missing.`)
  return tensor
}

/** A linear layer by its Hugging Face name, without `.weight`: [N, I] -> [N, O]. */
export const project = (weights: NamedTensors, name: string, x_NI: Tensor): Tensor =>
  linear(x_NI, weightOf(weights, `${name}.weight`), weights[`${name}.bias`])

/** The second half of a layer, SwiGLU with its norm and residual: [N, H] -> [N, H]. */
export const feedForward = (config: DecoderConfig, weights: NamedTensors, layer: number, x_NH: Tensor): Tensor => {
  const prefix = `model.layers.${layer}`
  const normal = rmsNorm(x_NH, weightOf(weights, `${prefix}.post_attention_layernorm.weight`), config.normEpsilon)
  const [gate, up] = [project(weights, `${prefix}.mlp.gate_proj`, normal), project(weights, `${prefix}.mlp.up_proj`, normal)]
  const inner = gateWith(gate, up)
  return tensorflow().add(x_NH, project(weights, `${prefix}.mlp.down_proj`, inner))
}

/** [N, heads * D] -> [B, heads, T, D], with the per-head norm that Qwen3 has. */
export const splitHeads = (
  config: DecoderConfig, x: Tensor, shape: { batch: number; length: number; heads: number }, norm?: Tensor
): Tensor => {
  const tf = tensorflow()
  const split = tf.reshape(x, [shape.batch, shape.length, shape.heads, config.headWidth])
  return tf.transpose(norm === undefined ? split : rmsNorm(split, norm, config.normEpsilon), [0, 2, 1, 3])
}

const attention = (
  config: DecoderConfig, weights: NamedTensors, layer: number, x_NH: Tensor, { ids_BT, tables }: PassInputs
) => {
  const tf = tensorflow()
  const [batch, length] = ids_BT.shape as [number, number]
  const { heads, keyValueHeads, headWidth } = config
  const groups = heads / keyValueHeads
  const prefix = `model.layers.${layer}.self_attn`
  const normal = rmsNorm(x_NH, weightOf(weights, `model.layers.${layer}.input_layernorm.weight`), config.normEpsilon)
  const split = (name: string, count: number, norm?: Tensor) =>
    splitHeads(config, project(weights, `${prefix}.${name}`, normal), { batch, length, heads: count }, norm)
  const queries = rotate(split("q_proj", heads, weights[`${prefix}.q_norm.weight`]), tables.queryCos_TD, tables.querySin_TD)
  const keys = rotate(split("k_proj", keyValueHeads, weights[`${prefix}.k_norm.weight`]), tables.keyCos_TD, tables.keySin_TD)
  const values = split("v_proj", keyValueHeads)
  // Heads that share keys stand side by side, so sharing is a longer query and not a copied key.
  const rows = batch * keyValueHeads
  const mixed = attend(
    tf.reshape(queries, [rows, groups * length, headWidth]),
    tf.reshape(keys, [rows, length, headWidth]),
    tf.reshape(values, [rows, length, headWidth]),
    tables.mask_TT, groups)
  const joined = tf.reshape(
    tf.transpose(tf.reshape(mixed, [batch, heads, length, headWidth]), [0, 2, 1, 3]), [batch * length, heads * headWidth])
  return { out: tf.add(x_NH, project(weights, `${prefix}.o_proj`, joined)), memory: { keys, values } }
}

/** Final hidden states (after the last norm), [B * T, H], and each layer's keys and values. */
export const hiddenStates = (config: DecoderConfig, weights: NamedTensors, inputs: PassInputs) => {
  const tf = tensorflow()
  const memories: Array<LayerMemory> = []
  let x_NH = lookUp(weightOf(weights, "model.embed_tokens.weight"), tf.reshape(inputs.ids_BT, [inputs.ids_BT.size]))
  for (let layer = 0; layer < config.layers; layer++) {
    const { out, memory } = attention(config, weights, layer, x_NH, inputs)
    memories.push(memory)
    x_NH = feedForward(config, weights, layer, out)
  }
  return { hidden_NH: rmsNorm(x_NH, weightOf(weights, "model.norm.weight"), config.normEpsilon), memories }
}

/** Logits of hidden states: [N, H] -> [N, V]. Give it only the rows whose logits are needed. */
export const headLogits = (config: DecoderConfig, weights: NamedTensors, hidden_NH: Tensor): Tensor =>
  linear(hidden_NH, weightOf(weights, headName(config)), undefined)

/**
 * The whole forward pass: `hidden_BTH` after the last norm, and `logits_BTV`, where position t is the distribution of
 * token t + 1. Call it within `tf.tidy`.
 */
export const forward = (
  config: DecoderConfig, weights: NamedTensors, inputs: PassInputs
): { hidden_BTH: Tensor; logits_BTV: Tensor } => {
  const tf = tensorflow()
  const [batch, length] = inputs.ids_BT.shape as [number, number]
  const { hidden_NH } = hiddenStates(config, weights, inputs)
  return {
    hidden_BTH: tf.reshape(hidden_NH, [batch, length, config.width]),
    logits_BTV: tf.reshape(headLogits(config, weights, hidden_NH), [batch, length, config.vocabulary])
  }
}
