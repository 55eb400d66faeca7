/** Model folders: read back as written, complete or refused; fresh weights; inspection. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, it } from "vitest"
import { readConfig } from "../../../framework/engines/tfjs/config.ts"
import { ModelFolderError, openModel, readModel, writeModel } from "../../../framework/engines/tfjs/folder.ts"
import { initialiseValues } from "../../../framework/engines/tfjs/initialise.ts"
import { inspectModel } from "../../../framework/engines/tfjs/inspect.ts"
import { keyOf, normals, uniforms } from "../../../framework/engines/tfjs/random.ts"

const models = new URL("../../fixtures/models/", import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), "leadspan-folder-"))
afterAll(() => rmSync(root, { recursive: true }))
let folder: string
let count = 0
beforeEach(() => { mkdirSync(folder = join(root, `case-${count++}`)) })

const init = { model_type: "qwen3", vocab_size: 11, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 4, rope_theta: 10000 }
const expectRefusal = (text: string) => {
  try {
    readModel(folder)
  } catch (problem) {
    expect(problem).toBeInstanceOf(ModelFolderError)
    return expect((problem as Error).message).toContain(text)
  }
  throw new Error("it was read")
}

describe("folders", () => {
  it("come back as they were written, with the tokenizer's files", () => {
    const tokenizer = join(root, "tokenizer")
    mkdirSync(tokenizer, { recursive: true })
    writeFileSync(join(tokenizer, "tokenizer.json"), "{}")
    writeFileSync(join(tokenizer, "notes.txt"), "stays")
    const model = openModel({ init, seed: 3, tokenizer })
    writeModel(folder, model)
    const again = readModel(folder)
    expect(again.config).toEqual(model.config)
    expect(again.weights).toEqual(model.weights)
    expect(readFileSync(join(folder, "tokenizer.json"), "utf8")).toBe("{}")
    expect(existsSync(join(folder, "notes.txt"))).toBe(false)
    const text = readFileSync(join(folder, "config.json"), "utf8")
    expect(text).toContain("\"rope_theta\": 10000.0")
    expect(JSON.parse(text)).toMatchObject({ architectures: ["Qwen3ForCausalLM"], torch_dtype: "float32", tie_word_embeddings: false })
  })

  it("of shards and halves are read and saved whole", () => {
    const model = readModel(`${models}qwen3-biased-shards`)
    writeModel(folder, model)
    expect(readModel(folder).weights).toEqual(model.weights)
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).not.toHaveProperty("dtype")
  })

  it("that lack something say what", () => {
    expectRefusal("config.json: there is no such file")
    writeFileSync(join(folder, "config.json"), "{")
    expectRefusal("it is not JSON")
    const { hidden_size: _, ...partial } = init
    writeFileSync(join(folder, "config.json"), JSON.stringify(partial))
    expect(() => readModel(folder)).toThrow("hidden_size")
    writeFileSync(join(folder, "config.json"), JSON.stringify(init))
    expectRefusal("neither model.safetensors nor model.safetensors.index.json")
    writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: { a: "../outside.safetensors" } }))
    expectRefusal("plain names of .safetensors files")
    writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: { a: "inside.safetensors" } }))
    expect(() => readModel(folder)).toThrow("there is no such file")
  })

  it("whose tensors do not fit the config are refused", () => {
    const model = openModel({ init, seed: 3, tokenizer: root })
    writeModel(folder, model)
    writeFileSync(join(folder, "config.json"), JSON.stringify({ ...init, vocab_size: 12, num_hidden_layers: 2, head_dim: 4 }))
    expectRefusal("model.embed_tokens.weight is [11, 8], expected [12, 8]")
    const { "model.norm.weight": norm, ...rest } = model.weights
    writeModel(folder, { ...model, weights: rest })
    expectRefusal("model.norm.weight is missing")
    writeModel(folder, { ...model, weights: { ...model.weights, "extra.weight": norm! } })
    expectRefusal("unexpected tensor extra.weight")
    writeModel(folder, { ...model, weights: { ...rest, "model.norm.weight": { shape: [8], values: new Float32Array(8).fill(NaN) } } })
    expectRefusal("not finite")
  })
})

describe("fresh weights", () => {
  it("are the same for a seed, and each weight's own", () => {
    const config = readConfig({ ...init, initializer_range: 0.5 })
    expect(initialiseValues(config, 1)).toEqual(initialiseValues(config, 1))
    expect(initialiseValues(config, 2)["lm_head.weight"]).not.toEqual(initialiseValues(config, 1)["lm_head.weight"])
    const deeper = initialiseValues(readConfig({ ...init, initializer_range: 0.5, num_hidden_layers: 2 }), 1)
    expect(deeper["model.layers.0.mlp.up_proj.weight"]).toEqual(initialiseValues(config, 1)["model.layers.0.mlp.up_proj.weight"])
    expect([...deeper["model.norm.weight"]!.values]).toEqual(Array.from({ length: 8 }, () => 1))
  })

  it("are golden: these numbers are part of every identity that names a seed", () => {
    expect(keyOf("a", 1)).toMatchInlineSnapshot(`887999816`)
    expect(Array.from({ length: 3 }, uniforms(1, "x"))).toMatchInlineSnapshot(`
      [
        0.767866151377376,
        0.4959123295286598,
        0.4224225364898688,
      ]
    `)
    expect([...normals(3, 1, 1, "x")]).toMatchInlineSnapshot(`
      [
        1.5796948671340942,
        -0.024106338620185852,
        -0.6241457462310791,
      ]
    `)
  })

  it("are normal and uniform as they should be", () => {
    const values = normals(100_001, 2, "moments")
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(variance - 4)).toBeLessThan(0.08)
    expect(values.filter((value) => Math.abs(value) > 4).length / values.length).toBeCloseTo(0.0455, 2)
    const next = uniforms("uniform")
    const tenths = new Array<number>(10).fill(0)
    for (let i = 0; i < 50_000; i++) tenths[Math.floor(next() * 10)]! += 1
    expect(tenths.every((inTenth) => Math.abs(inTenth - 5000) < 300)).toBe(true)
  })
})

describe("inspectModel", () => {
  it.each(["llama-grouped-tied", "qwen3-biased-shards"])("shows %s as transformers computes it, without a tokenizer", async (name) => {
    const expected = JSON.parse(readFileSync(`${models}${name}/expected.json`, "utf8"))
    const shown = await inspectModel(`${models}${name}`, expected.prompts[0], 12)
    expect(shown.generated).toEqual(expected.greedy[0])
    expect(shown.logits).toHaveLength(5)
    shown.logits.forEach((row, position) => row.forEach((value, token) => expect(Math.abs(value - expected.logits[0][position][token])).toBeLessThan(1e-4)))
    expect(shown.architecture).toBe(name.startsWith("llama") ? "LlamaForCausalLM" : "Qwen3ForCausalLM")
    expect(shown.parameters).toBeGreaterThan(1000)
  })

  it("refuses ids that the model does not have", async () => {
    await expect(inspectModel(`${models}llama-grouped-tied`, [99], 0)).rejects.toThrow("outside the model's vocabulary")
    await expect(inspectModel(`${models}llama-grouped-tied`, [], 3)).rejects.toThrow("there is nothing to continue")
    copyFileSync(`${models}llama-grouped-tied/config.json`, join(folder, "config.json"))
    expect((await inspectModel(`${models}llama-grouped-tied`, [], 0)).logits).toEqual([])
  })
})
