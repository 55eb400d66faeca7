/** From what a spec says of a model to something a step can read, with the digest that stands for it. */
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { Data, Effect } from "effect"
import type { ModelRef } from "../spec/schema/Model.ts"
import type { EngineDescription } from "../engines/Engine.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { digestOf } from "./canonical.ts"
import { readModelFiles, tokenizerDigest } from "./model-files.ts"
import type { ModelInput } from "./Step.ts"

export class BadModel extends Data.TaggedError("BadModel")<{ readonly message: string; readonly advice: string }> {}

export interface ResolvedModel {
  readonly config: Readonly<Record<string, unknown>>
  readonly tokenizerFolder: string
  /** of the files that turn text into tokens: two models share data only if these agree */
  readonly tokenizer: string
  /** what the model is, for identity; `seed` is the trial's, for models whose weights it draws */
  readonly digest: (seed: number) => string
  readonly input: (seed: number) => ModelInput
}

/** What another experiment file trains, as the plan of that file says. */
export interface TrainedModel {
  /** id of the train step */
  readonly step: string
  readonly student: ResolvedModel
}

export interface ModelContext {
  readonly registry: PluginRegistry
  readonly engine: EngineDescription
  /** folder that relative paths start from */
  readonly folder: string
  readonly planTrained: (file: string) => Effect.Effect<TrainedModel, BadModel>
  readonly seedsStudent: boolean
}

const bad = (message: string, advice: string) => Effect.fail(new BadModel({ message, advice }))

/** Folder of a repository in the Hugging Face cache of this machine. */
const cachedRepository = (name: string, revision: string | null): string | null => {
  const home = process.env["HF_HUB_CACHE"] ?? join(process.env["HF_HOME"] ?? join(homedir(), ".cache", "huggingface"), "hub")
  const repository = join(home, `models--${name.replaceAll("/", "--")}`)
  const snapshots = join(repository, "snapshots")
  if (!existsSync(snapshots)) return null
  const named = join(repository, "refs", revision ?? "main")
  const commit = existsSync(named) ? readFileSync(named, "utf8").trim() : revision
  return commit !== null && readdirSync(snapshots).includes(commit) ? join(snapshots, commit) : null
}

const folderOf = Effect.fnUntraced(function*(name: string, revision: string | null, context: ModelContext) {
  if (name.startsWith("hf:")) {
    const repository = name.slice(3)
    if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || repository.includes("..")) {
      return yield* bad(`\`${name}\` names no Hugging Face repository`, "write `hf:organisation/name`")
    }
    return cachedRepository(repository, revision) ?? (yield* bad(
      `\`${repository}\`${revision === null ? "" : ` at ${revision}`} is not in the Hugging Face cache of this machine`,
      `fetch it with: hf download ${repository}${revision === null ? "" : ` --revision ${revision}`}`
    ))
  }
  if (/^(\.{1,2}\/|\/)/.test(name)) return resolve(context.folder, name)
  const { file } = yield* context.registry.find("model", name)
  const plugin = yield* context.registry.get("model", name)
  return resolve(dirname(file), plugin.folder)
})

const existing = Effect.fnUntraced(function*(name: string, revision: string | null, context: ModelContext) {
  const folder = yield* folderOf(name, revision, context)
  const files = yield* readModelFiles(folder)
  yield* context.engine.checkModel(folder).pipe(Effect.mapError((message) =>
    new BadModel({ message, advice: "mend or replace the folder, or choose another engine" })))
  return { folder, files }
})

/** Resolves a model reference of a spec. Reads files and hashes them; makes nothing. */
export const resolveModel = Effect.fnUntraced(function*(ref: ModelRef, context: ModelContext) {
  if ("train" in ref) {
    const { step, student } = yield* context.planTrained(resolve(context.folder, ref.train))
    return { ...student, digest: () => digestOf({ step }), input: () => ({ step }) } satisfies ResolvedModel
  }
  if ("init" in ref) {
    const tokenizerFolder = yield* folderOf(ref.tokenizer, null, context)
    const seedOf = (seed: number) => (context.seedsStudent ? digestSeed(ref.seed, seed) : ref.seed)
    return {
      config: ref.init,
      tokenizerFolder,
      tokenizer: yield* tokenizerDigest(tokenizerFolder),
      digest: (seed: number) => digestOf({ init: ref.init, seed: seedOf(seed) }),
      input: (seed: number): ModelInput => ({
        source: { init: ref.init as Record<string, unknown>, seed: seedOf(seed), tokenizer: tokenizerFolder }
      })
    } satisfies ResolvedModel
  }
  const { files, folder } = yield* existing(ref.model, ref.revision, context)
  return {
    config: files.config,
    tokenizerFolder: folder,
    tokenizer: yield* tokenizerDigest(folder),
    digest: () => files.digest,
    input: (): ModelInput => ({ source: { folder } })
  } satisfies ResolvedModel
})

/** One seed out of two, spread so that neighbouring pairs do not meet. */
const digestSeed = (drawn: number, trial: number): number => Number.parseInt(digestOf([drawn, trial]).slice(0, 7), 16)
