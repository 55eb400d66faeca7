/**
 * Checks a model that ships with its plugin: the files of a Hugging Face folder, and its recipe, are there. A folder
 * without weights is a tokenizer alone, for models that are made afresh.
 */
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { ModelPlugin } from "../define.ts"
import type { CheckContext } from "./CheckContext.ts"
import { type CheckRow, holds } from "./CheckRow.ts"

export const checkModel = ({ loaded: { file, plugin } }: CheckContext<ModelPlugin>): ReadonlyArray<CheckRow> => {
  const folder = resolve(dirname(file), plugin.folder)
  const isThere = (path: string, name: string) => holds("file", name, "is there", existsSync(path) ? "is there" : "missing", existsSync(path))
  const [config, weights] = ["config.json", "model.safetensors"].map((name) => existsSync(join(folder, name)))
  const found = config && weights ? "both" : config ? "config.json alone" : weights ? "model.safetensors alone" : "neither"
  return [
    ...["tokenizer.json", "tokenizer_config.json"].map((name) => isThere(join(folder, name), name)),
    holds("weights", "config.json, model.safetensors", "both, or neither", found, config === weights),
    ...(plugin.recipe === null ? [] : [isThere(resolve(dirname(file), plugin.recipe), plugin.recipe)])
  ]
}
