/**
 * Generation's two pure functions, both of fixed shapes and recordable: `prefill` reads the prompts at once, `decodeStep`
 * adds one token to each sequence. Every sequence keeps its own position, so prompts of different lengths share a batch
 * without padding on the left, and a sequence never sees who else is in the batch.
 *
 * Shapes: B sequences, P prompt tokens (padded on the right), C capacity of the memory in tokens, G key-value heads,
 * D width of a head, H width, V vocabulary.
 */
import type { DecoderConfig } from "./config.ts"
import { feedForward, headLogits, hiddenStates, type LayerMemory, project, splitHeads, weightOf } from "./decoder.ts"
import { lookUp, products, rmsNorm, rotate } from "./operations.ts"
import { maskBeyond, type PassTables, type RotaryTables } from "./rotary.ts"
import { execute, type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

/** Logits of each sequence's next token, [B, V], the likeliest token, int32 [B], and the memory, [B, G, C, D] a layer. */
export interface Decoded {
  readonly logits_BV: Tensor
  readonly likeliest_B: Tensor
  readonly memories: ReadonlyArray<LayerMemory>
}

const next = (config: DecoderConfig, weights: NamedTensors, hidden_BH: Tensor) => {
  const logits_BV = headLogits(config, weights, hidden_BH)
  return { logits_BV, likeliest_B: tensorflow().argMax(logits_BV, 1) as Tensor }
}

/**
 * Reads prompts. `last_B` (int32) is the index of each prompt's last token; the memory is made with room for `capacity`
 * tokens, at least P. Call it within `tf.tidy`.
 */
export const prefill = (
  config: DecoderConfig,
  weights: NamedTensors,
  inputs: { readonly ids_BP: Tensor; readonly last_B: Tensor; readonly tables: PassTables },
  capacity: number
): Decoded => {
  const tf = tensorflow()
  const [batch, length] = inputs.ids_BP.shape as [number, number]
  const { hidden_NH, memories } = hiddenStates(config, weights, { ids_BT: inputs.ids_BP, tables: inputs.tables })
  const rows = tf.add(inputs.last_B, tf.tensor1d(Int32Array.from({ length: batch }, (_, row) => row * length), "int32"))
  return {
    ...next(config, weights, lookUp(hidden_NH, rows)),
    memories: memories.map(({ keys, values }) => ({ keys: enlarge(keys, capacity), values: enlarge(values, capacity) }))
  }
}

/** The same memory, [B, G, C, D], with room for `capacity` tokens. */
export const enlarge = (memory: Tensor, capacity: number): Tensor =>
  tensorflow().pad(memory, [[0, 0], [0, 0], [0, capacity - memory.shape[2]!], [0, 0]])

/**
 * Puts one token's keys or values, [B, G, 1, D], at each sequence's position. The memory given is overwritten in place
 * (a copy of all of it for every token would be the greatest cost of a step): use only the one returned.
 */
const remember = (memory: Tensor, rows: Tensor, entry: Tensor): Tensor => {
  const tf = tensorflow()
  const [batch, heads, capacity, width] = memory.shape as [number, number, number, number]
  const updated = execute("InplaceUpdate", { T: "float32" }, [
    tf.reshape(memory, [batch * heads * capacity, width]), rows, tf.reshape(entry, [batch * heads, width])])
  return tf.reshape(updated, memory.shape)
}

/**
 * One token more. `ids_B` and `positions_B` are int32: the newest token of each sequence and its position, below C.
 * `tables` are those of C tokens. The memories given are consumed. Call it within `tf.tidy`.
 */
export const decodeStep = (
  config: DecoderConfig,
  weights: NamedTensors,
  inputs: {
    readonly ids_B: Tensor
    readonly positions_B: Tensor
    readonly tables: RotaryTables
    readonly memories: ReadonlyArray<LayerMemory>
  }
): Decoded => {
  const tf = tensorflow()
  const { heads, keyValueHeads, headWidth } = config
  const batch = inputs.ids_B.size
  const capacity = inputs.tables.keyCos_TD.shape[0]!
  const groups = heads / keyValueHeads
  const at = (table: Tensor) => tf.reshape(lookUp(table, inputs.positions_B), [batch, 1, 1, table.shape[1]!])
  const [queryCos, querySin] = [at(inputs.tables.queryCos_TD), at(inputs.tables.querySin_TD)]
  const [keyCos, keySin] = [at(inputs.tables.keyCos_TD), at(inputs.tables.keySin_TD)]
  const mask = tf.reshape(maskBeyond(tf.reshape(inputs.positions_B, [batch, 1]), capacity), [batch, 1, capacity])
  const firstRows = Int32Array.from({ length: batch * keyValueHeads }, (_, row) => row * capacity)
  const first = tf.tensor2d(firstRows, [batch, keyValueHeads], "int32")
  const rows = tf.reshape(tf.add(first, tf.reshape(inputs.positions_B, [batch, 1])), [batch * keyValueHeads])

  const memories: Array<LayerMemory> = []
  let x_BH = lookUp(weightOf(weights, "model.embed_tokens.weight"), inputs.ids_B)
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}.self_attn`
    const normal = rmsNorm(x_BH, weightOf(weights, `model.layers.${layer}.input_layernorm.weight`), config.normEpsilon)
    const split = (name: string, count: number, norm?: Tensor) =>
      splitHeads(config, project(weights, `${prefix}.${name}`, normal), { batch, length: 1, heads: count }, norm)
    const queries = rotate(split("q_proj", heads, weights[`${prefix}.q_norm.weight`]), queryCos, querySin)
    const newKeys = rotate(split("k_proj", keyValueHeads, weights[`${prefix}.k_norm.weight`]), keyCos, keySin)
    const keys = remember(inputs.memories[layer]!.keys, rows, newKeys)
    const values = remember(inputs.memories[layer]!.values, rows, split("v_proj", keyValueHeads))
    memories.push({ keys, values })
    const scores = tf.reshape(
      products(tf.reshape(queries, [batch, keyValueHeads, groups, headWidth]), keys, false, true), [batch, heads, capacity])
    const looks = tf.reshape(tf.softmax(tf.add(scores, mask)), [batch, keyValueHeads, groups, capacity])
    const mixed = tf.reshape(products(looks, values), [batch, heads * headWidth])
    x_BH = feedForward(config, weights, layer, tf.add(x_BH, project(weights, `${prefix}.o_proj`, mixed)))
  }
  return { ...next(config, weights, rmsNorm(x_BH, weightOf(weights, "model.norm.weight"), config.normEpsilon)), memories }
}
