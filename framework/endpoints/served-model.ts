/** Which of the models of a server is the one that is to be evaluated, and whether the server is the engine that was declared. */
import { Effect } from "effect"
import { declaredEngine, dialectOf, dialectOfOwner, isSameVersion } from "./dialects.ts"
import type { Endpoint, ServedModel } from "./Endpoint.ts"
import { EndpointError, quoted } from "./EndpointError.ts"

/** A model as a server may name it. */
export interface WantedModel {
  /** the name to serve it under */
  readonly name: string
  /** its Hugging Face folder */
  readonly folder: string
  /** every name it may have there; servers that are given none take the folder for one */
  readonly names: ReadonlyArray<string>
}

/** What a server said of itself. */
export interface Statement {
  readonly model: string
  readonly ownedBy: string
  readonly version: string | null
}

/** `leadspan-` and 12 characters of what stands for a model in identity. */
export const servedName = (model: string): string => `leadspan-${model.slice(0, 12)}`

const withoutSlash = (name: string): string => name.replace(/(?<=.)\/+$/u, "")

/** By its name; else by the folder that the server says it took it from. */
export const findServed = (models: ReadonlyArray<ServedModel>, { names }: WantedModel): ServedModel | null =>
  models.find(({ id }) => names.includes(withoutSlash(id))) ??
  models.find(({ root }) => root !== null && root.startsWith("/") && names.includes(withoutSlash(root))) ?? null

const commands: Readonly<Record<string, (wanted: WantedModel) => string>> = {
  vllm: ({ folder, name }) => `vllm serve ${folder} --served-model-name ${name}`,
  sglang: ({ folder, name }) => `python -m sglang.launch_server --model-path ${folder} --served-model-name ${name}`,
  "llama.cpp": ({ folder, name }) => `llama-server -m FILE.gguf --alias ${name} --special, FILE.gguf being ${folder} converted`
}

/** Finds the model and checks the engine, or says what to serve and how. */
export const serverFor = Effect.fnUntraced(function*(endpoint: Endpoint, wanted: WantedModel, engine: string) {
  const declared = declaredEngine(engine)
  const models = yield* endpoint.models
  const served = findServed(models, wanted)
  const where = `${endpoint.address}/models`
  if (served === null) {
    const shown = models.slice(0, 10).map(({ id }) => `\`${quoted(id, null, 80)}\``).join(", ")
    const known = wanted.names.filter((name) => name !== wanted.folder).map((name) => `\`${name}\``).join(" or ")
    return yield* new EndpointError({
      code: "model-not-served", where, found: shown === "" ? "no model" : shown, expected: `${known}, the model in ${wanted.folder}`,
      advice: `Serve it, for example: ${(commands[declared.name] ?? commands["vllm"]!)(wanted)}; then run again. \`via.serve\` lets Leadspan do so.`
    })
  }
  const owner = dialectOfOwner(served.ownedBy)
  if (owner !== null && owner.name !== declared.name) {
    return yield* new EndpointError({
      code: "engine-contradicts", where, found: `${owner.name} (owned_by \`${served.ownedBy}\`)`, expected: `\`${engine}\``,
      advice: "The engine is part of the identity of what it generates: write in `via.engine` what answers."
    })
  }
  const version = yield* endpoint.version(dialectOf(declared.name))
  if (version !== null && !isSameVersion(declared.version, version)) {
    return yield* new EndpointError({
      code: "engine-contradicts", where: endpoint.address, found: `${declared.name} ${version}`, expected: `\`${engine}\``,
      advice: "The engine is part of the identity of what it generates: write in `via.engine` what answers."
    })
  }
  return { model: served.id, ownedBy: served.ownedBy, version } satisfies Statement
})
