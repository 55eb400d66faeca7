/**
 * The store: what steps have made, one folder a step, named by the step's id. One store serves a whole project.
 *
 * A folder is filled under a temporary name, gets its manifest last and is then renamed: a folder with the final name is
 * complete. The manifest holds each file's digest, so that an output whose journal line was lost can be adopted.
 */
import { createHash } from "node:crypto"
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { Data, Effect, Schema } from "effect"
import { syncFile, syncFolder, writeDurably } from "./durable.ts"
import { checkFormatOf, markFormat } from "./format.ts"

const manifestName = "manifest.json"

const Manifest = Schema.Struct({
  format: Schema.Literal(1),
  step: Schema.String,
  files: Schema.Record(Schema.String, Schema.Struct({ bytes: Schema.Int, sha256: Schema.String }))
})
type Manifest = typeof Manifest.Type
const decodeManifest = Schema.decodeUnknownOption(Manifest)

export class DamagedOutput extends Data.TaggedError("DamagedOutput")<{
  readonly step: string
  readonly file: string
  readonly problem: string
}> {
  override get message(): string {
    return `output of step ${this.step.slice(0, 12)} is damaged: ${this.file} ${this.problem}; it will be made again`
  }
}

export interface Store {
  readonly folder: string
  /** Where a finished step's output lies. */
  readonly path: (step: string) => string
  /** Digest of a complete output, from its manifest alone; null where there is none. */
  readonly digest: (step: string) => string | null
  /**
   * A fresh folder to fill for `step`. What `owner` left of an earlier try is removed. An owner is an experiment whose
   * lease is held, or a process: two of them may work at one step without touching each other's files.
   */
  readonly begin: (owner: string, step: string) => string
  /** Where an unfinished attempt of `owner` may keep what it wants to resume from. */
  readonly resumeFolder: (owner: string, step: string) => string
  /** Who has left or is making what is not committed yet. */
  readonly owners: () => ReadonlyArray<string>
  /** Removes all that `owner` has not committed, and every folder that is empty then. */
  readonly abandon: (owner: string) => void
  /** Seals a filled folder and gives it its final name; returns the digest of what stands there then. */
  readonly commit: (step: string, filled: string) => Effect.Effect<string>
  /** Reads every byte and compares with the manifest. */
  readonly verify: (step: string) => Effect.Effect<string, DamagedOutput>
  readonly discard: (step: string) => void
  /** Content-addressed single file; returns its digest. */
  readonly putObject: (data: string) => string
  /** Null where there is no such object, or its bytes are not those that its name says. */
  readonly getObject: (digest: string) => string | null
}

const filesUnder = (folder: string, base = folder): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesUnder(path, base)
    return [relative(base, path)]
  }).sort()

const foldersUnder = (folder: string): ReadonlyArray<string> => [
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersUnder(join(folder, entry.name))),
  folder
]

const digestFile = (path: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    const hash = createHash("sha256")
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    return hash.digest("hex")
  })

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/** Digest of a folder's contents: file names and bytes, nothing else. */
const digestOf = (manifest: Manifest): string =>
  sha256(Object.entries(manifest.files).sort(([a], [b]) => a < b ? -1 : 1).map(([name, f]) => `${name}\0${f.sha256}\n`).join(""))

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder)
  } catch {
    // Something is in it, or it never was.
  }
}

/** The store in `folder`. Nothing is made before something is put into it. */
export const openStore = (folder: string): Store => {
  const path = (step: string) => join(folder, "steps", step)
  const partial = (owner: string) => join(folder, "partial", owner)
  const readManifest = (step: string): Manifest | null => {
    const file = join(path(step), manifestName)
    if (!existsSync(file)) return null
    const value = parse(readFileSync(file, "utf8"))
    checkFormatOf(value, file)
    const manifest = decodeManifest(value)
    return manifest._tag === "Some" ? manifest.value : null
  }
  const prepareFor = (part: "steps" | "objects"): void => {
    mkdirSync(join(folder, part), { recursive: true })
    markFormat(dirname(folder))
  }
  const digest = (step: string): string | null => {
    const manifest = readManifest(step)
    return manifest === null ? null : digestOf(manifest)
  }
  return {
    folder,
    path,
    digest,
    begin: (owner, step) => {
      const fresh = join(partial(owner), `${step}.out`)
      rmSync(fresh, { recursive: true, force: true })
      mkdirSync(fresh, { recursive: true })
      return fresh
    },
    resumeFolder: (owner, step) => join(partial(owner), `${step}.resume`),
    owners: () => existsSync(join(folder, "partial")) ? readdirSync(join(folder, "partial")) : [],
    abandon: (owner) => {
      rmSync(partial(owner), { recursive: true, force: true })
      for (const empty of [join(folder, "partial"), folder, dirname(folder)]) removeIfEmpty(empty)
    },
    commit: Effect.fnUntraced(function*(step: string, filled: string) {
      const files: { [name: string]: { bytes: number; sha256: string } } = {}
      for (const name of filesUnder(filled)) {
        if (name === manifestName) continue
        const file = join(filled, name)
        syncFile(file)
        files[name] = { bytes: statSync(file).size, sha256: yield* digestFile(file) }
      }
      const manifest: Manifest = { format: 1, step, files }
      for (const each of foldersUnder(filled)) syncFolder(each)
      writeDurably(join(filled, manifestName), JSON.stringify(manifest, null, 1))
      prepareFor("steps")
      // Another experiment may have made the same output meanwhile: the first one stays, since it may be being read.
      const first = digest(step)
      if (first === null) {
        rmSync(path(step), { recursive: true, force: true })
        renameSync(filled, path(step))
        syncFolder(join(folder, "steps"))
      } else {
        rmSync(filled, { recursive: true })
      }
      rmSync(filled.replace(/\.out$/u, ".resume"), { recursive: true, force: true })
      return first ?? digestOf(manifest)
    }),
    verify: Effect.fnUntraced(function*(step: string) {
      const manifest = readManifest(step)
      if (manifest === null) return yield* new DamagedOutput({ step, file: manifestName, problem: "is missing" })
      for (const [name, expected] of Object.entries(manifest.files)) {
        const file = join(path(step), name)
        if (!existsSync(file)) return yield* new DamagedOutput({ step, file: name, problem: "is missing" })
        if ((yield* digestFile(file)) !== expected.sha256) {
          return yield* new DamagedOutput({ step, file: name, problem: "does not have the bytes its manifest names" })
        }
      }
      return digestOf(manifest)
    }),
    discard: (step) => rmSync(path(step), { recursive: true, force: true }),
    putObject: (data) => {
      const name = sha256(data)
      const file = join(folder, "objects", name)
      if (!existsSync(file) || sha256(readFileSync(file, "utf8")) !== name) {
        prepareFor("objects")
        writeDurably(file, data)
      }
      return name
    },
    getObject: (name) => {
      const file = join(folder, "objects", name)
      const text = existsSync(file) ? readFileSync(file, "utf8") : null
      return text !== null && sha256(text) === name ? text : null
    }
  }
}
