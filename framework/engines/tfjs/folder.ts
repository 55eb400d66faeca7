/**
 * Models as Hugging Face folders: `config.json`, `model.safetensors` (or its shards and their index) and the tokenizer's
 * files. What is saved here loads in `transformers` with the same logits.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Data, Schema } from "effect"
import type { ModelSource } from "../Task.ts"
import { architectureClass, type DecoderConfig, explicitFields, readConfig, weightShapes } from "./config.ts"
import { initialiseValues, type Weight } from "./initialise.ts"
import { openSafetensors, writeSafetensors } from "./safetensors.ts"

/** A folder that is no complete model of its own `config.json`. */
export class ModelFolderError extends Data.TaggedError("ModelFolderError")<{
  readonly folder: string
  readonly message: string
}> {}

/** A model outside TensorFlow: what a folder holds. */
export interface Model {
  readonly config: DecoderConfig
  /** `config.json` as written */
  readonly json: Readonly<Record<string, unknown>>
  readonly weights: Readonly<Record<string, Weight>>
  /** folder whose tokenizer files travel with the model */
  readonly tokenizerFolder: string
}

const maxJsonBytes = 4_000_000

/** Files of a tokenizer and of generation settings that are copied as they are. */
export const travellingFiles: ReadonlyArray<string> = [
  "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
  "vocab.json", "merges.txt", "chat_template.jinja", "generation_config.json"
]

const readJson = (folder: string, name: string): unknown => {
  const path = join(folder, name)
  const fail = (message: string) => new ModelFolderError({ folder, message: `${path}: ${message}.` })
  let text: string
  try {
    if (statSync(path).size > maxJsonBytes) throw fail(`it is larger than ${maxJsonBytes} bytes`)
    text = readFileSync(path, "utf8")
  } catch (problem) {
    throw problem instanceof ModelFolderError ? problem : fail("there is no such file, expected a Hugging Face model folder")
  }
  try {
    return JSON.parse(text)
  } catch {
    throw fail("it is not JSON")
  }
}

const JsonObject = Schema.Record(Schema.String, Schema.Unknown)
const isJsonObject = Schema.is(JsonObject)
// plain names only: an index may not reach outside its folder
const ShardName = Schema.String.check(Schema.isPattern(/^[\w-][\w.-]*\.safetensors$/u))
const ShardIndex = Schema.Struct({ weight_map: Schema.Record(Schema.String, ShardName) })

/** Which file of the folder holds which tensors. */
const shards = (folder: string): ReadonlyArray<string> => {
  if (existsSync(join(folder, "model.safetensors"))) return ["model.safetensors"]
  const name = "model.safetensors.index.json"
  if (!existsSync(join(folder, name))) {
    throw new ModelFolderError({ folder, message: `${folder}: it holds neither model.safetensors nor ${name}.` })
  }
  const index = Schema.decodeUnknownOption(ShardIndex)(readJson(folder, name))
  if (index._tag === "None") {
    const expected = "expected a weight_map from tensor names to plain names of .safetensors files"
    throw new ModelFolderError({ folder, message: `${join(folder, name)}: ${expected}.` })
  }
  return [...new Set(Object.values(index.value.weight_map))].sort()
}

/** Tensors that some folders hold and that follow from others: not weights. */
const isDerived = (name: string, config: DecoderConfig) =>
  name.endsWith(".rotary_emb.inv_freq") || (config.isTied && name === "lm_head.weight")

/**
 * Reads the decoder's settings of a folder, not its weights.
 * @throws UnsupportedModel, ModelFolderError
 */
export const readFolderConfig = (folder: string): Pick<Model, "config" | "json"> => {
  const json = readJson(folder, "config.json")
  const config = readConfig(json)
  return { config, json: isJsonObject(json) ? json : {} }
}

/**
 * Reads a Hugging Face folder. All weights are float32 afterwards.
 * @throws UnsupportedModel, ModelFolderError, SafetensorsError: each says what was expected and found
 */
export const readModel = (folder: string): Model => {
  const { config, json } = readFolderConfig(folder)
  const expected = new Map(weightShapes(config).map(({ name, shape }) => [name, shape]))
  const weights: Record<string, Weight> = {}
  const problems: Array<string> = []
  for (const shard of shards(folder)) {
    const file = openSafetensors(join(folder, shard))
    try {
      for (const [name, { shape }] of file.tensors) {
        const wanted = expected.get(name)
        if (wanted === undefined) {
          if (!isDerived(name, config)) problems.push(`unexpected tensor ${name}`)
        } else if (Object.hasOwn(weights, name)) problems.push(`${name} stands in two files`)
        else if (shape.join() !== wanted.join()) {
          problems.push(`${name} is [${shape.join(", ")}], expected [${wanted.join(", ")}]`)
        } else {
          const values = file.values(name)
          if (!values.every(Number.isFinite)) problems.push(`${name} holds values that are not finite`)
          weights[name] = { shape, values }
        }
      }
    } finally {
      file.close()
    }
  }
  for (const name of expected.keys()) if (!Object.hasOwn(weights, name)) problems.push(`${name} is missing or unsound`)
  if (problems.length > 0) {
    const rest = problems.length > 5 ? ` and ${problems.length - 5} more` : ""
    const first = problems.slice(0, 5).join("; ")
    throw new ModelFolderError({ folder, message: `${folder}: its tensors do not fit its config.json: ${first}${rest}.` })
  }
  return { config, json, weights, tokenizerFolder: folder }
}

/**
 * The model that a task names: a folder's, or a fresh one drawn from its seed.
 * @throws UnsupportedModel, ModelFolderError, SafetensorsError
 */
export const openModel = (source: ModelSource): Model => {
  if ("folder" in source) return readModel(source.folder)
  const config = readConfig(source.init)
  const json = { ...source.init, architectures: [architectureClass[config.architecture]] }
  return { config, json, weights: initialiseValues(config, source.seed), tokenizerFolder: source.tokenizer }
}

const writeWhole = (path: string, text: string) => {
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}

/** JSON in which the fields that Python reads as floats look like floats, also where they are whole. */
const configText = (json: unknown): string => `${JSON.stringify(json, null, 2)}\n`.replace(wholeFloats, "$1.0$2")
const wholeFloats = /("(?:rope_theta|factor|low_freq_factor|high_freq_factor|initializer_range)": \d+)(,?)$/gm

/**
 * Writes a model as a Hugging Face folder; `model.safetensors` last, so that its presence means complete.
 * The folder is made if missing.
 */
export const writeModel = (folder: string, model: Model): void => {
  mkdirSync(folder, { recursive: true })
  const { dtype: _dtype, torch_dtype: _torchDtype, ...kept } = model.json
  writeWhole(join(folder, "config.json"), configText({ ...kept, ...explicitFields(model.config), torch_dtype: "float32" }))
  if (model.tokenizerFolder !== folder) {
    for (const name of travellingFiles) {
      if (existsSync(join(model.tokenizerFolder, name))) copyFileSync(join(model.tokenizerFolder, name), join(folder, name))
    }
  }
  writeSafetensors(join(folder, "model.safetensors"), model.weights)
}
