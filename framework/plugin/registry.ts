/**
 * Finds plugins by kind and name. A name is a path below the kind's folder: `plugins/losses/forward-kl.ts` is the loss
 * "forward-kl", `plugins/models/tiny/teacher.ts` the model "tiny/teacher". Only names are read until a plugin is asked for.
 *
 * A folder beside a plugin of the same name belongs to it (`datasets/arithmetic/` beside `datasets/arithmetic.ts`): its
 * files are parts, not plugins.
 */
import { Effect } from "effect"
import { existsSync, readdirSync, realpathSync } from "node:fs"
import { isAbsolute, join, resolve } from "node:path"
import { isPluginKind, kinds, type PluginKind, type PluginOfKind } from "./kinds.ts"
import { loadPlugin, type LoadedPlugin } from "./load-plugin.ts"
import { nearest } from "../spec/did-you-mean.ts"
import { PluginError, problem } from "./PluginError.ts"

export interface PluginEntry { readonly kind: PluginKind; readonly name: string; readonly file: string }

export interface PluginRegistry {
  /** All plugins of a kind, by name, none of them loaded. */
  readonly list: (kind: PluginKind) => Effect.Effect<ReadonlyArray<PluginEntry>, PluginError>
  /** Where a plugin lies, without loading it. */
  readonly find: (kind: PluginKind, name: string, relativeTo?: string) => Effect.Effect<PluginEntry, PluginError>
  /** Loads a plugin, once a process. */
  readonly load: <K extends PluginKind>(kind: K, name: string, relativeTo?: string) => Effect.Effect<LoadedPlugin<PluginOfKind[K]>, PluginError>
  /** The plugin itself. `relativeTo` is the folder that a name written as a path (`./my-loss.ts`) starts from. */
  readonly get: <K extends PluginKind>(kind: K, name: string, relativeTo?: string) => Effect.Effect<PluginOfKind[K], PluginError>
}

export interface RegistryOptions {
  /** `plugins/` folders, ours first; one that does not exist is empty, one named twice counts once */
  readonly folders: ReadonlyArray<string>
  readonly cacheFolder: string
}

const isPath = (name: string) => /^\.{1,2}\//.test(name) || isAbsolute(name)
const sourceFile = /^(.+?)(?<!\.d|\.test)\.(ts|mts|js|mjs)$/

const filesBelow = (folder: string, kind: PluginKind, prefix = ""): ReadonlyArray<PluginEntry> => {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)
  const files = entries.flatMap((entry) => {
    const name = entry.isDirectory() ? undefined : sourceFile.exec(entry.name)?.[1]
    return name === undefined ? [] : [{ kind, name: prefix + name, file: join(folder, entry.name) }]
  })
  const owned = new Set(files.map(({ name }) => name))
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !owned.has(prefix + entry.name))
    .flatMap((entry) => filesBelow(join(folder, entry.name), kind, `${prefix}${entry.name}/`))
  return [...files, ...below]
}

export const makePluginRegistry = ({ cacheFolder, folders }: RegistryOptions): PluginRegistry => {
  const roots = [...new Set(folders.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder)))]
  const indices = new Map<PluginKind, ReadonlyMap<string, ReadonlyArray<PluginEntry>>>()
  const loaded = new Map<string, LoadedPlugin>()

  const indexOf = (kind: PluginKind) => {
    const known = indices.get(kind)
    if (known !== undefined) return known
    const entries = roots.map((root) => join(root, kinds[kind].folder)).filter((folder) => existsSync(folder))
      .flatMap((folder) => filesBelow(folder, kind))
    const index = groupByName(entries)
    indices.set(kind, index)
    return index
  }
  const only = (entries: ReadonlyArray<PluginEntry>): Effect.Effect<PluginEntry, PluginError> =>
    entries.length === 1 ? Effect.succeed(entries[0]!) : Effect.fail(new PluginError({
      problems: [problem({
        code: "duplicate-plugin", file: entries[1]!.file,
        message: `${entries[0]!.kind} "${entries[0]!.name}" is also ${entries[0]!.file}: rename one of them, file and name`
      })]
    }))

  const list = (kind: PluginKind) => Effect.suspend(() => Effect.forEach([...indexOf(kind).values()], only))

  const find = (kind: PluginKind, name: string, relativeTo = process.cwd()) => Effect.suspend(() => {
    if (isPath(name)) return Effect.succeed({ kind, name, file: resolve(relativeTo, name) })
    const entries = indexOf(kind).get(name)
    if (entries !== undefined) return only(entries)
    const names = [...indexOf(kind).keys()]
    const meant = nearest(name, names)
    const advice = meant !== null ? `Did you mean "${meant}"?`
      : `Known: ${names.length === 0 ? "none" : names.join(", ")}. A new one is a file ${kinds[kind].folder}/${name}.ts in a plugins folder.`
    return Effect.fail(new PluginError({
      problems: [problem({ code: "unknown-plugin", file: null, message: `no ${kind} is called "${name}". ${advice}` })]
    }))
  })

  const load = Effect.fn("PluginRegistry.load")(function*(kind: PluginKind, name: string, relativeTo?: string) {
    const { file } = yield* find(kind, name, relativeTo)
    const result = loaded.get(file) ?? (yield* loadPlugin(file, cacheFolder))
    loaded.set(file, result)
    const found: unknown = result.plugin.kind
    if (found !== kind) {
      return yield* new PluginError({
        problems: [problem({
          code: "wrong-kind", file, message: `is a ${String(found)} plugin, expected a ${kind}` +
            (isPluginKind(found) ? `: ${found} plugins lie in plugins/${kinds[found].folder}/` : "")
        })]
      })
    }
    return result
  }) as PluginRegistry["load"]

  return { list, find, load, get: (kind, name, relativeTo) => Effect.map(load(kind, name, relativeTo), ({ plugin }) => plugin) }
}

const groupByName = (entries: ReadonlyArray<PluginEntry>) => {
  const groups = new Map<string, Array<PluginEntry>>()
  for (const entry of entries) groups.set(entry.name, [...(groups.get(entry.name) ?? []), entry])
  return groups
}
