/** Which config.json files are run, and what the others are told. */
import { describe, expect, it } from "vitest"
import { countParameters, readConfig, UnsupportedModel, weightShapes } from "../../../framework/engines/tfjs/config.ts"

const sound = {
  model_type: "llama", vocab_size: 48, hidden_size: 64, intermediate_size: 176, num_hidden_layers: 2, num_attention_heads: 4,
  something_else: { of: "no concern" }
}

const problemsOf = (json: unknown): ReadonlyArray<string> => {
  try {
    readConfig(json)
    return []
  } catch (problem) {
    expect(problem).toBeInstanceOf(UnsupportedModel)
    return (problem as UnsupportedModel).problems
  }
}

describe("readConfig", () => {
  it("takes the defaults of transformers", () => {
    expect(readConfig(sound)).toMatchObject({
      headWidth: 16, keyValueHeads: 4, normEpsilon: 1e-6, ropeTheta: 10000, isTied: false, hasQueryKeyValueBias: false, initializerRange: 0.02
    })
    expect(readConfig({ ...sound, model_type: "qwen2", num_key_value_heads: null })).toMatchObject({ hasQueryKeyValueBias: true, hasOutputBias: false, keyValueHeads: 4 })
    expect(readConfig({ ...sound, model_type: "qwen3", num_key_value_heads: 2 })).toMatchObject({ headWidth: 128, hasQueryKeyNorm: true })
    expect(problemsOf({ ...sound, model_type: "qwen3" })[0]).toContain("32, the default of qwen3")
  })

  it("reads rotary settings of old and new files", () => {
    const scaling = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 }
    const old = readConfig({ ...sound, rope_theta: 5e5, rope_scaling: { type: "llama3", ...scaling } })
    expect(readConfig({ ...sound, rope_parameters: { rope_theta: 5e5, rope_type: "llama3", ...scaling } })).toEqual(old)
    expect(old.ropeTheta).toBe(5e5)
    expect(readConfig({ ...sound, rope_scaling: null }).ropeScaling).toEqual({ kind: "none" })
  })

  it.each<[string, object, string]>([
    ["another architecture", { model_type: "mamba" }, "model_type is \"mamba\", expected one of llama, qwen2, qwen3"],
    ["another activation", { hidden_act: "gelu" }, "only \"silu\" is built"],
    ["sliding windows", { use_sliding_window: true }, "sliding-window attention is not built"],
    ["sliding layers", { layer_types: ["full_attention", "sliding_attention"] }, "sliding-window attention is not built"],
    ["scaling by length", { rope_scaling: { rope_type: "dynamic", factor: 2 } }, "depends on the length"],
    ["unknown scaling", { rope_scaling: { rope_type: "yarn", factor: 2 } }, "\"yarn\" is not built"],
    ["scaling without its numbers", { rope_scaling: { rope_type: "llama3", factor: 2 } }, "llama3 rotary scaling needs"],
    ["dropout", { attention_dropout: 0.1 }, "attention_dropout must be 0"],
    ["heads that do not divide", { num_key_value_heads: 3 }, "no multiple of num_key_value_heads (3)"],
    ["partial rotation", { partial_rotary_factor: 0.5 }, "partial_rotary_factor is 0.5"],
    ["quantised weights", { quantization_config: { bits: 4 } }, "quantised weights"],
    ["an odd head", { head_dim: 15 }, "must be even"]
  ])("refuses %s", (_, change, expected) => expect(problemsOf({ ...sound, ...change }).join()).toContain(expected))

  it("names several problems at once", () => {
    expect(problemsOf({ ...sound, hidden_act: "gelu", attention_dropout: 0.5, num_key_value_heads: 3 })).toHaveLength(3)
    const missing = problemsOf({ model_type: "llama", vocab_size: -1 }).join()
    for (const field of ["vocab_size", "hidden_size", "num_hidden_layers"]) expect(missing).toContain(field)
  })

  it.each([null, 3, [], "text", {}, { ...sound, vocab_size: 1e12 }, { ...sound, num_hidden_layers: 1e9 }, { ...sound, hidden_size: "64" }])(
    "refuses %j", (json) => expect(problemsOf(json).length).toBeGreaterThan(0))
})

describe("weightShapes", () => {
  it("counts what there is, a tied head once", () => {
    const config = readConfig({ ...sound, tie_word_embeddings: true })
    const layer = 64 * 64 * 4 + 3 * 64 * 176 + 2 * 64
    expect(countParameters(config)).toBe(48 * 64 + 2 * layer + 64)
    expect(countParameters(readConfig(sound))).toBe(countParameters(config) + 48 * 64)
    expect(weightShapes(config)).toHaveLength(2 + 2 * 9)
  })
})
