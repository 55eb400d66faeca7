/**
 * The store: what steps have made, one folder a step, named by the step's id. One store serves a whole project.
 *
 * A folder is filled under a temporary name, gets its manifest last and is then renamed: a folder with the final name is
 * complete. The manifest holds each file's digest, so that an output whose journal line was lost can be adopted.
 */
import { createHash } from "node:crypto"
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from "node:fs"
import { join, relative } from "node:path"
import { Data, Effect, Schema } from "effect"
import { syncFile, syncFolder, writeDurably } from "./durable.ts"

const manifestName = "manifest.json"

const Manifest = Schema.Struct({
  format: Schema.Literal(1),
  step: Schema.String,
  files: Schema.Record(Schema.String, Schema.Struct({ bytes: Schema.Int, sha256: Schema.String }))
})
type Manifest = typeof Manifest.Type
const decodeManifest = Schema.decodeUnknownSync(Schema.fromJsonString(Manifest))

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
  /** A fresh folder to fill for `step`. Left-overs of earlier tries are removed. */
  readonly begin: (step: string) => string
  /** Where an unfinished attempt may keep what it wants to resume from. */
  readonly resumeFolder: (step: string) => string
  /** Seals a filled folder and gives it its final name. */
  readonly commit: (step: string, filled: string) => Effect.Effect<string>
  /** Reads every byte and compares with the manifest. */
  readonly verify: (step: string) => Effect.Effect<string, DamagedOutput>
  readonly discard: (step: string) => void
  /** Content-addressed single file; returns its digest. */
  readonly putObject: (data: string) => string
  readonly getObject: (digest: string) => string
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

/** Opens (and makes) the store in `folder`. */
export const openStore = (folder: string): Store => {
  for (const part of ["steps", "objects", "partial"]) mkdirSync(join(folder, part), { recursive: true })
  const path = (step: string) => join(folder, "steps", step)
  const readManifest = (step: string): Manifest | null => {
    const file = join(path(step), manifestName)
    if (!existsSync(file)) return null
    try {
      return decodeManifest(readFileSync(file, "utf8"))
    } catch {
      return null
    }
  }
  const digest = (step: string): string | null => {
    const manifest = readManifest(step)
    return manifest === null ? null : digestOf(manifest)
  }
  return {
    folder,
    path,
    digest,
    begin: (step) => {
      const fresh = join(folder, "partial", `${step}.out`)
      rmSync(fresh, { recursive: true, force: true })
      mkdirSync(fresh, { recursive: true })
      return fresh
    },
    resumeFolder: (step) => join(folder, "partial", `${step}.resume`),
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
      rmSync(path(step), { recursive: true, force: true })
      renameSync(filled, path(step))
      syncFolder(join(folder, "steps"))
      rmSync(join(folder, "partial", `${step}.resume`), { recursive: true, force: true })
      return digestOf(manifest)
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
      if (!existsSync(file)) writeDurably(file, data)
      return name
    },
    getObject: (name) => readFileSync(join(folder, "objects", name), "utf8")
  }
}
