/**
 * Floating-point operations of a decoder, counted from its matrix products (a multiply and an add are two), padding
 * included: what the engines' recorded graphs do, predicted from `config.json` alone.
 */

/** The fields of a Hugging Face `config.json` that sizes follow from. */
export interface DecoderShape {
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
  readonly intermediate: number
  readonly vocabulary: number
  readonly isTied: boolean
}

const integer = (config: Readonly<Record<string, unknown>>, key: string, fallback?: number): number => {
  const value = config[key] ?? fallback
  if (typeof value !== "number") throw new Error(`config.json lacks ${key}`)
  return value
}

/** Shape from a decoded `config.json`. */
export const decoderShape = (config: Readonly<Record<string, unknown>>): DecoderShape => {
  const hidden = integer(config, "hidden_size")
  const heads = integer(config, "num_attention_heads")
  return {
    hidden,
    heads,
    layers: integer(config, "num_hidden_layers"),
    keyValueHeads: integer(config, "num_key_value_heads", heads),
    headDim: integer(config, "head_dim", hidden / heads),
    intermediate: integer(config, "intermediate_size"),
    vocabulary: integer(config, "vocab_size"),
    isTied: config["tie_word_embeddings"] === true
  }
}

/** Weights of the matrices that every token passes, without embeddings' look-up. */
const matrixWeights = (shape: DecoderShape): number => {
  const attention = shape.hidden * shape.headDim * (2 * shape.heads + 2 * shape.keyValueHeads)
  const feedForward = 3 * shape.hidden * shape.intermediate
  return shape.layers * (attention + feedForward) + shape.hidden * shape.vocabulary
}

/** All parameters, norms left aside. */
export const parameters = (shape: DecoderShape): number =>
  matrixWeights(shape) + (shape.isTied ? 0 : shape.hidden * shape.vocabulary)

/** One forward pass over a padded batch: `sequences` rows of `length` tokens. */
export const forwardFlops = (shape: DecoderShape, sequences: number, length: number): number => {
  const tokens = sequences * length
  const scores = 2 * 2 * shape.layers * shape.heads * shape.headDim * tokens * length
  return 2 * tokens * matrixWeights(shape) + scores
}

/** Forward and backward: each product of the forward pass has two in the backward pass. */
export const trainFlops = (shape: DecoderShape, sequences: number, length: number): number =>
  3 * forwardFlops(shape, sequences, length)
