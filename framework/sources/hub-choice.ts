/** Which files of a data set hold its train split. */
import { matchesGlob } from "./glob.ts"
import type { RawKind } from "./RawSource.ts"
import { kindOfName } from "./source-name.ts"
import { SourceError } from "./SourceError.ts"

export interface HubFile {
  readonly path: string
  readonly size: number
  /** SHA-256 of a large file, SHA-1 of git for a small one */
  readonly digest: string
}

export interface Choice {
  readonly kind: RawKind
  readonly files: ReadonlyArray<HubFile>
}

const mostFiles = 10_000
/** The same records may lie there in several kinds: the first of these is read. */
const preferred: ReadonlyArray<RawKind> = ["parquet", "jsonl", "json", "csv"]
const edge = String.raw`(?:^|[-_./ ])`
const train = new RegExp(`${edge}train(?:ing)?(?=[-_./ \\d]|$)`, "iu")
const otherSplit = new RegExp(`${edge}(?:test(?:ing)?|validation|valid|val|dev|eval|evaluation)(?=[-_./ \\d]|$)`, "iu")
const usualFolders = ["data", "", "default"]

/** Folder of a file, without one that only names the split. */
const folderOf = (path: string): string => path.split("/").slice(0, -1).filter((part) => !/^train(?:ing)?$/iu.test(part)).join("/")

const listed = (words: ReadonlyArray<string>): string => `${words.slice(0, 12).join(", ")}${words.length > 12 ? ` and ${words.length - 12} more` : ""}`

const problem = (name: string, expected: string, found: string, advice: string) =>
  new SourceError({ code: "hub-files", place: name, expected, found, advice })

const ofOneKind = (files: ReadonlyArray<HubFile>): Choice => {
  const kind = preferred.find((wanted) => files.some(({ path }) => kindOfName(path) === wanted))!
  return { kind, files: files.filter(({ path }) => kindOfName(path) === kind) }
}

const inOneFolder = (name: string, files: ReadonlyArray<HubFile>): ReadonlyArray<HubFile> => {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))]
  if (folders.length === 1) return files
  const usual = usualFolders.find((folder) => folders.includes(folder))
  if (usual !== undefined) return files.filter(({ path }) => folderOf(path) === usual)
  throw problem(name, "files of split train in one folder", `them in ${listed(folders)}`, `Say which by \`files\`, for example "${folders[0]}/**".`)
}

/**
 * The files to read, in the order of their names.
 * @throws SourceError `hub-files`
 */
export const chooseFiles = (name: string, all: ReadonlyArray<HubFile>, pattern: string | null): Choice => {
  const data = all.filter(({ path }) => kindOfName(path) !== null).sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  const there = listed(all.map(({ path }) => path).filter((path) => !/(?:^|\/)(?:\.gitattributes|README\.md)$/u.test(path)))
  if (pattern !== null) {
    const matching = data.filter(({ path }) => matchesGlob(pattern, path))
    const kinds = [...new Set(matching.map(({ path }) => kindOfName(path)))]
    if (matching.length === 0) throw problem(name, `data files that match ${JSON.stringify(pattern.slice(0, 100))}`, `none among ${there}`, "Mend `files`; ** crosses folders.")
    if (kinds.length > 1) throw problem(name, "files of one kind", kinds.join(" and "), "Narrow `files`, for example by its extension.")
    if (matching.length > mostFiles) throw problem(name, `at most ${mostFiles} files`, `${matching.length}`, "Narrow `files`.")
    return { kind: kinds[0]!, files: matching }
  }
  const ofTrain = data.filter(({ path }) => train.test(path))
  // a configuration of the hub is named, not data
  const rest = data.filter(({ path }) => !otherSplit.test(path) && !/(?:^|\/)(?:dataset_infos?|config|metadata|package|tokenizer\w*|state|croissant)\.json$/iu.test(path))
  const candidates = ofTrain.length > 0 ? ofTrain : rest
  if (candidates.length === 0) {
    throw problem(name, "Parquet, JSON lines, JSON or CSV files of split train", there === "" ? "no files" : there, "Name the files by `files`, or convert them.")
  }
  const { kind, files } = ofOneKind(candidates)
  const chosen = inOneFolder(name, files)
  if (chosen.length > mostFiles) throw problem(name, `at most ${mostFiles} files`, `${chosen.length}`, "Narrow by `files`.")
  return { kind, files: chosen }
}
