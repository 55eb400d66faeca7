/**
 * What a Hugging Face `config.json` says of a decoder, read for the Llama, Qwen2 and Qwen3 architectures.
 * What this engine would compute differently from `transformers` is refused with its reason, never passed over.
 */
import { Data, Schema } from "effect"

/** A `config.json` that this engine cannot run as written. `problems` has one sentence each. */
export class UnsupportedModel extends Data.TaggedError("UnsupportedModel")<{
  readonly problems: ReadonlyArray<string>
  readonly message: string
}> {}

export type Architecture = "llama" | "qwen2" | "qwen3"

export type RopeScaling =
  | { readonly kind: "none" }
  | { readonly kind: "linear"; readonly factor: number }
  | {
    readonly kind: "llama3"
    readonly factor: number
    readonly lowFrequencyFactor: number
    readonly highFrequencyFactor: number
    readonly originalPositions: number
  }

/** A decoder's shape and constants. Widths are in numbers, `vocabulary` in tokens. */
export interface DecoderConfig {
  readonly architecture: Architecture
  readonly vocabulary: number
  readonly width: number
  readonly innerWidth: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headWidth: number
  readonly maxPositions: number
  readonly normEpsilon: number
  readonly ropeTheta: number
  readonly ropeScaling: RopeScaling
  readonly hasQueryKeyValueBias: boolean
  readonly hasOutputBias: boolean
  readonly hasInnerBias: boolean
  readonly hasQueryKeyNorm: boolean
  readonly isTied: boolean
  readonly initializerRange: number
}

const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const PositiveNumber = Schema.Finite.check(Schema.isGreaterThan(0))
const maybe = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const Rope = Schema.Struct({
  rope_type: maybe(Schema.String),
  type: maybe(Schema.String),
  rope_theta: maybe(PositiveNumber),
  factor: maybe(PositiveNumber),
  low_freq_factor: maybe(PositiveNumber),
  high_freq_factor: maybe(PositiveNumber),
  original_max_position_embeddings: maybe(Count),
  partial_rotary_factor: maybe(Schema.Finite)
})

const ConfigFile = Schema.Struct({
  model_type: Schema.String,
  vocab_size: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 10_000_000 })),
  hidden_size: Count,
  intermediate_size: Count,
  num_hidden_layers: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })),
  num_attention_heads: Count,
  num_key_value_heads: maybe(Count),
  head_dim: maybe(Count),
  max_position_embeddings: maybe(Schema.Int.check(Schema.isGreaterThan(0))),
  rms_norm_eps: maybe(PositiveNumber),
  rope_theta: maybe(PositiveNumber),
  rope_scaling: maybe(Rope),
  rope_parameters: maybe(Rope),
  attention_bias: maybe(Schema.Boolean),
  mlp_bias: maybe(Schema.Boolean),
  hidden_act: maybe(Schema.String),
  tie_word_embeddings: maybe(Schema.Boolean),
  initializer_range: maybe(PositiveNumber),
  use_sliding_window: maybe(Schema.Boolean),
  layer_types: maybe(Schema.Array(Schema.String)),
  attention_dropout: maybe(Schema.Finite),
  partial_rotary_factor: maybe(Schema.Finite),
  quantization_config: maybe(Schema.Unknown)
})

/** The class of `transformers` for each architecture. */
export const architectureClass: Readonly<Record<Architecture, string>> = {
  llama: "LlamaForCausalLM", qwen2: "Qwen2ForCausalLM", qwen3: "Qwen3ForCausalLM"
}
const architectures: ReadonlyArray<string> = Object.keys(architectureClass)

const refuse = (problems: ReadonlyArray<string>) =>
  new UnsupportedModel({
    problems,
    message: `This model's config.json cannot be run by the tfjs engine: ${problems.join("; ")}.`
  })

/**
 * Reads the content of a `config.json` (or the `init` fields of a spec, which have the same names).
 * @throws UnsupportedModel listing every field that is missing, mistyped, or asks for something that is not built
 * ```ts
 * const sizes = { vocab_size: 48, hidden_size: 64, intermediate_size: 176, num_hidden_layers: 2, num_attention_heads: 4 }
 * readConfig({ model_type: "llama", ...sizes }).headWidth // => 16
 * ```
 */
export const readConfig = (json: unknown): DecoderConfig => {
  const decoded = Schema.decodeUnknownResult(ConfigFile)(json, { errors: "all" })
  if (decoded._tag === "Failure") throw refuse([String(decoded.failure.message).replace(/\s*\n\s*/g, " ")])
  const file = decoded.success
  const problems: Array<string> = []
  const check = (isFine: boolean, problem: string) => { if (!isFine) problems.push(problem) }

  check(architectures.includes(file.model_type),
    `model_type is "${file.model_type}", expected one of ${architectures.join(", ")}`)
  const architecture = file.model_type as Architecture
  const heads = file.num_attention_heads
  // left out, it means 32 to the Qwen classes of `transformers`; null means as many as heads to all three
  const isLeftOut = file.num_key_value_heads === undefined
  const keyValueHeads = isLeftOut && architecture !== "llama" ? 32 : file.num_key_value_heads ?? heads
  check(heads % keyValueHeads === 0, `num_attention_heads (${heads}) is no multiple of num_key_value_heads (${
    keyValueHeads}${isLeftOut ? `, the default of ${file.model_type}` : ""})`)
  const headWidth = file.head_dim ?? (architecture === "qwen3" ? 128 : file.hidden_size / heads)
  check(Number.isInteger(headWidth),
    `hidden_size (${file.hidden_size}) is no multiple of num_attention_heads (${heads}) and head_dim is not given`)
  check(headWidth % 2 === 0, `the head width (${headWidth}) must be even for rotary positions`)
  check((file.hidden_act ?? "silu") === "silu", `hidden_act is "${file.hidden_act}", only "silu" is built`)
  check(file.use_sliding_window !== true && (file.layer_types ?? []).every((type) => type === "full_attention"),
    "sliding-window attention is not built (use_sliding_window, layer_types)")
  check((file.attention_dropout ?? 0) === 0, "attention_dropout must be 0: dropout is not built")
  check((file.quantization_config ?? null) === null, "quantised weights are not read (quantization_config)")

  const rope = file.rope_parameters ?? file.rope_scaling ?? null
  const partial = file.partial_rotary_factor ?? rope?.partial_rotary_factor ?? 1
  check(partial === 1, `partial_rotary_factor is ${partial}, only 1 is built`)
  const ropeKind = rope?.rope_type ?? rope?.type ?? "default"
  let ropeScaling: RopeScaling = { kind: "none" }
  if (ropeKind === "linear") {
    check(typeof rope?.factor === "number", "linear rotary scaling needs a factor")
    ropeScaling = { kind: "linear", factor: rope?.factor ?? 1 }
  } else if (ropeKind === "llama3") {
    const numbers = [rope?.factor, rope?.low_freq_factor, rope?.high_freq_factor, rope?.original_max_position_embeddings]
    check(numbers.every((value) => typeof value === "number"),
      "llama3 rotary scaling needs factor, low_freq_factor, high_freq_factor and original_max_position_embeddings")
    check((rope?.high_freq_factor ?? 4) > (rope?.low_freq_factor ?? 1),
      "llama3 rotary scaling needs high_freq_factor above low_freq_factor")
    ropeScaling = {
      kind: "llama3",
      factor: rope?.factor ?? 1,
      lowFrequencyFactor: rope?.low_freq_factor ?? 1,
      highFrequencyFactor: rope?.high_freq_factor ?? 4,
      originalPositions: rope?.original_max_position_embeddings ?? 1
    }
  } else {
    check(ropeKind === "default",
      ropeKind === "dynamic" || ropeKind === "longrope"
        ? `rotary scaling "${ropeKind}" depends on the length, so prefixes would not share one teacher pass`
        : `rotary scaling "${ropeKind}" is not built (default, linear and llama3 are)`)
  }
  if (problems.length > 0) throw refuse(problems)
  return {
    architecture,
    vocabulary: file.vocab_size,
    width: file.hidden_size,
    innerWidth: file.intermediate_size,
    layers: file.num_hidden_layers,
    heads,
    keyValueHeads,
    headWidth,
    maxPositions: file.max_position_embeddings ?? (architecture === "llama" ? 2048 : 32768),
    normEpsilon: file.rms_norm_eps ?? 1e-6,
    ropeTheta: rope?.rope_theta ?? file.rope_theta ?? 10_000,
    ropeScaling,
    hasQueryKeyValueBias: architecture === "qwen2" || file.attention_bias === true,
    hasOutputBias: architecture !== "qwen2" && file.attention_bias === true,
    hasInnerBias: architecture === "llama" && file.mlp_bias === true,
    hasQueryKeyNorm: architecture === "qwen3",
    isTied: file.tie_word_embeddings ?? false,
    initializerRange: file.initializer_range ?? 0.02
  }
}

/** A weight's Hugging Face name, its shape, and how a fresh one begins. */
export interface WeightShape {
  readonly name: string
  readonly shape: ReadonlyArray<number>
  readonly begins: "normal" | "zeros" | "ones"
}

/** Every weight of a decoder, in the order of its layers. Linear weights are [out, in], as `transformers` keeps them. */
export const weightShapes = (config: DecoderConfig): ReadonlyArray<WeightShape> => {
  const { width, innerWidth, headWidth } = config
  const queryWidth = config.heads * headWidth
  const keyWidth = config.keyValueHeads * headWidth
  const shapes: Array<WeightShape> = []
  const norm = (name: string, size: number) => shapes.push({ name: `${name}.weight`, shape: [size], begins: "ones" })
  const linear = (name: string, out: number, inner: number, hasBias: boolean) => {
    shapes.push({ name: `${name}.weight`, shape: [out, inner], begins: "normal" })
    if (hasBias) shapes.push({ name: `${name}.bias`, shape: [out], begins: "zeros" })
  }
  linear("model.embed_tokens", config.vocabulary, width, false)
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`
    norm(`${prefix}.input_layernorm`, width)
    linear(`${prefix}.self_attn.q_proj`, queryWidth, width, config.hasQueryKeyValueBias)
    linear(`${prefix}.self_attn.k_proj`, keyWidth, width, config.hasQueryKeyValueBias)
    linear(`${prefix}.self_attn.v_proj`, keyWidth, width, config.hasQueryKeyValueBias)
    if (config.hasQueryKeyNorm) {
      norm(`${prefix}.self_attn.q_norm`, headWidth)
      norm(`${prefix}.self_attn.k_norm`, headWidth)
    }
    linear(`${prefix}.self_attn.o_proj`, width, queryWidth, config.hasOutputBias)
    norm(`${prefix}.post_attention_layernorm`, width)
    linear(`${prefix}.mlp.gate_proj`, innerWidth, width, config.hasInnerBias)
    linear(`${prefix}.mlp.up_proj`, innerWidth, width, config.hasInnerBias)
    linear(`${prefix}.mlp.down_proj`, width, innerWidth, config.hasInnerBias)
  }
  norm("model.norm", width)
  if (!config.isTied) linear("lm_head", config.vocabulary, width, false)
  return shapes
}

/** Number of parameters of a decoder; a tied head is counted once. */
export const countParameters = (config: DecoderConfig): number =>
  weightShapes(config).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)

/**
 * The fields of a `config.json` whose defaults differ between architectures and versions of `transformers`, spelt out,
 * to be laid over the file that a config was read from.
 */
export const explicitFields = (config: DecoderConfig): Readonly<Record<string, unknown>> => ({
  num_key_value_heads: config.keyValueHeads,
  head_dim: config.headWidth,
  max_position_embeddings: config.maxPositions,
  rms_norm_eps: config.normEpsilon,
  tie_word_embeddings: config.isTied
})

/** Name of the weight that turns hidden states into logits. */
export const headName = (config: DecoderConfig): string => config.isTied ? "model.embed_tokens.weight" : "lm_head.weight"
