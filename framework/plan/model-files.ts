/** A Hugging Face folder as the plan sees it: its configuration and the digests that stand for its contents. */
import { createHash } from "node:crypto"
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Data, Effect } from "effect"
import { digestOf } from "./canonical.ts"

/** `config.json` larger than this is no configuration. */
const maxConfigBytes = 1_000_000

export class ModelFilesError extends Data.TaggedError("ModelFilesError")<{ readonly message: string; readonly advice: string }> {}

export interface ModelFiles {
  readonly folder: string
  readonly config: Readonly<Record<string, unknown>>
  /** of the configuration's meaning and the weights' bytes */
  readonly digest: string
}

const digestOfFile = (path: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    const hash = createHash("sha256")
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest("hex")
  })

/** What `config.json` says of where and by what it was written bears on nothing. */
const withoutProvenance = (config: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { _name_or_path: _1, transformers_version: _2, ...rest } = config
  return rest
}

export const readConfig = (folder: string): Effect.Effect<Readonly<Record<string, unknown>>, ModelFilesError> =>
  Effect.suspend(() => {
    const path = join(folder, "config.json")
    const fault = (message: string) =>
      Effect.fail(new ModelFilesError({ message, advice: "give a Hugging Face folder with config.json and model.safetensors" }))
    if (!existsSync(folder)) return fault(`there is no folder ${folder}`)
    if (!existsSync(path)) return fault(`${folder} has no config.json`)
    if (statSync(path).size > maxConfigBytes) return fault(`${path} is larger than ${maxConfigBytes} bytes`)
    let config: unknown
    try {
      config = JSON.parse(readFileSync(path, "utf8"))
    } catch (error) {
      return fault(`${path} is not JSON (${(error as Error).message})`)
    }
    if (config === null || typeof config !== "object" || Array.isArray(config)) return fault(`${path} does not hold a map`)
    return Effect.succeed(config as Record<string, unknown>)
  })

/** Configuration and digest of the model in `folder`. */
export const readModelFiles = Effect.fnUntraced(function*(folder: string) {
  const config = yield* readConfig(folder)
  const weights = readdirSync(folder).filter((name) => name.endsWith(".safetensors")).sort()
  if (weights.length === 0) {
    return yield* new ModelFilesError({
      message: `${folder} has no .safetensors file`, advice: "convert the weights to safetensors, or fetch them whole"
    })
  }
  const digests: Array<readonly [string, string]> = []
  for (const name of weights) digests.push([name, yield* digestOfFile(join(folder, name))])
  return { folder, config, digest: digestOf({ config: withoutProvenance(config), weights: digests }) } satisfies ModelFiles
})

const tokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]

/** Digest of the files that turn text into tokens. */
export const tokenizerDigest = Effect.fnUntraced(function*(folder: string) {
  const digests: Array<readonly [string, string]> = []
  for (const name of tokenizerFiles) {
    if (existsSync(join(folder, name))) digests.push([name, yield* digestOfFile(join(folder, name))])
  }
  return digestOf(digests)
})
