/**
 * Tables that depend on the shape alone: rotary positions and the causal mask. Made once a shape in float64, then
 * passed to the decoder as inputs.
 */
import type { DecoderConfig } from "./config.ts"
import { lookUp } from "./operations.ts"
import { type Tensor, tensorflow } from "./tensorflow.ts"

/** Rotary tables for T positions of one head of width D. Sines carry the minus of their first half. */
export interface RotaryTables {
  /** for queries, scaled by 1 / sqrt(D) so that attention scores need no scaling */
  readonly queryCos_TD: Tensor
  readonly querySin_TD: Tensor
  readonly keyCos_TD: Tensor
  readonly keySin_TD: Tensor
}

/** What a forward pass of T tokens needs besides weights and ids. */
export interface PassTables extends RotaryTables {
  /** [T, T]: 0 where a token (row) may look, -1e9 elsewhere; [B, 1, T, T] where lines are packed */
  readonly mask_TT: Tensor
}

/** Turns per position of each pair of a head, [D / 2], with the scaling that the config declares. */
export const rotaryFrequencies = (config: DecoderConfig): ReadonlyArray<number> => {
  const scaling = config.ropeScaling
  return Array.from({ length: config.headWidth / 2 }, (_, pair) => {
    const frequency = config.ropeTheta ** (-2 * pair / config.headWidth)
    if (scaling.kind === "none") return frequency
    if (scaling.kind === "linear") return frequency / scaling.factor
    // Llama 3: long waves are slowed by the factor, short ones kept, those between are blended
    const wavelength = 2 * Math.PI / frequency
    if (wavelength < scaling.originalPositions / scaling.highFrequencyFactor) return frequency
    if (wavelength > scaling.originalPositions / scaling.lowFrequencyFactor) return frequency / scaling.factor
    const blend = (scaling.originalPositions / wavelength - scaling.lowFrequencyFactor)
      / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor)
    return (1 - blend) * frequency / scaling.factor + blend * frequency
  })
}

/** Rotary values of the given positions, row-major [positions, D]: `scale * cos`, and `scale * sin` with its sign. */
export const rotaryValues = (config: DecoderConfig, positions: ReadonlyArray<number>, scale: number) => {
  const frequencies = rotaryFrequencies(config)
  const half = frequencies.length
  const cos = new Float32Array(positions.length * 2 * half)
  const sin = new Float32Array(positions.length * 2 * half)
  positions.forEach((position, row) => {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * frequencies[pair]!
      const at = row * 2 * half + pair
      cos[at] = cos[at + half] = scale * Math.cos(angle)
      sin[at + half] = scale * Math.sin(angle)
      sin[at] = -sin[at + half]!
    }
  })
  return { cos, sin }
}

/** Rotary tables of the given positions as tensors. The caller disposes them. */
export const rotaryTables = (config: DecoderConfig, positions: ReadonlyArray<number>): RotaryTables => {
  const tf = tensorflow()
  const shape: [number, number] = [positions.length, config.headWidth]
  const query = rotaryValues(config, positions, 1 / Math.sqrt(config.headWidth))
  const key = rotaryValues(config, positions, 1)
  return {
    queryCos_TD: tf.tensor2d(query.cos, shape),
    querySin_TD: tf.tensor2d(query.sin, shape),
    keyCos_TD: tf.tensor2d(key.cos, shape),
    keySin_TD: tf.tensor2d(key.sin, shape)
  }
}

/**
 * Tables for sequences of `length` tokens at positions 0, 1, 2, ... (or `positions`). The caller disposes them.
 * Padding needs no mask of its own: it stands on the right, where no earlier token looks.
 */
export const passTables = (config: DecoderConfig, length: number, positions?: ReadonlyArray<number>): PassTables => {
  const tf = tensorflow()
  const places = Int32Array.from({ length }, (_, place) => place)
  return {
    ...rotaryTables(config, positions ?? Array.from(places)),
    mask_TT: tf.tidy(() => maskBeyond(tf.tensor2d(places, [length, 1], "int32"), length))
  }
}

/**
 * Tables of lines that hold several sequences, `positions_BT` and `sequences_BT` int32 [B, T]: rotary tables [B, 1, T, D] of each
 * token's own position, and a mask [B, 1, T, T] under which a token looks at itself and at those before it in its sequence.
 */
export const packedTables = (config: DecoderConfig, positions_BT: Tensor, sequences_BT: Tensor): PassTables => {
  const tf = tensorflow()
  const [batch, length] = positions_BT.shape as [number, number]
  const { mask_TT, ...rotary } = passTables(config, length)
  const atPositions = (table_TD: Tensor) => tf.reshape(lookUp(table_TD, positions_BT), [batch, 1, length, config.headWidth])
  const isApart = tf.notEqual(tf.reshape(sequences_BT, [batch, 1, length, 1]), tf.reshape(sequences_BT, [batch, 1, 1, length]))
  return {
    queryCos_TD: atPositions(rotary.queryCos_TD), querySin_TD: atPositions(rotary.querySin_TD),
    keyCos_TD: atPositions(rotary.keyCos_TD), keySin_TD: atPositions(rotary.keySin_TD),
    mask_TT: tf.minimum(mask_TT, tf.mul(tf.cast(isApart, "float32"), -1e9))
  }
}

/** For each of `last`, int32 [N, 1]: a row of `length` places, 0 up to that place, -1e9 beyond it: [N, length]. */
export const maskBeyond = (last: Tensor, length: number): Tensor => {
  const tf = tensorflow()
  const places = tf.tensor2d(Int32Array.from({ length }, (_, place) => place), [1, length], "int32")
  // from comparisons, so that a recorded graph holds two rows of numbers and not the square
  return tf.mul(tf.cast(tf.greater(places, last), "float32"), -1e9)
}
