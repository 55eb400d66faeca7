/** `jsonl:FILE`, `hf:org/name` ...: what a source's name says. */
import type { RawKind } from "./RawSource.ts"
import { quoted, SourceError } from "./SourceError.ts"

const extensions: Readonly<Record<string, RawKind>> = {
  jsonl: "jsonl", ndjson: "jsonl", jsonlines: "jsonl", json: "json", csv: "csv", tsv: "csv", parquet: "parquet", pq: "parquet"
}

/** Kind by a file's extension, `.gz` left aside; null if it is none of ours. */
export const kindOfName = (path: string): RawKind | null => {
  const [, extension] = /\.([a-z0-9]+)$/u.exec(path.toLowerCase().replace(/\.(?:gz|gzip)$/u, "")) ?? []
  return extension !== undefined && Object.hasOwn(extensions, extension) ? extensions[extension]! : null
}

export type SourceName =
  | { readonly kind: "hub"; readonly repository: string }
  /** guessed: the kind is the extension's, not the user's word */
  | { readonly kind: RawKind; readonly path: string; readonly guessed: boolean }

/** Whether a source's name is a file's or the hub's, rather than a data-set plugin's. */
export const isRawSource = (source: string): boolean => /^(?:jsonl|json|csv|parquet|file|hf):/u.test(source)

/** @throws SourceError `source-malformed` */
export const parseSourceName = (source: string): SourceName => {
  const malformed = (found: string, advice: string) => new SourceError({
    code: "source-malformed", place: "data.source",
    expected: "jsonl:FILE, json:FILE, csv:FILE, parquet:FILE, file:FILE or hf:org/name", found, advice
  })
  const colon = source.indexOf(":")
  const scheme = source.slice(0, Math.max(0, colon))
  const rest = source.slice(colon + 1)
  if (!isRawSource(source)) throw malformed(quoted(source), "Put the kind before the file's name.")
  if (rest === "" || rest.includes("\0")) throw malformed(quoted(source), "Name a file after the colon.")
  if (scheme === "hf") return { kind: "hub", repository: rest }
  if (scheme !== "file") return { kind: scheme as RawKind, path: rest, guessed: false }
  const kind = kindOfName(rest)
  if (kind !== null) return { kind, path: rest, guessed: true }
  throw malformed(`${quoted(source)}, whose extension says nothing`, "Write jsonl:, json:, csv: or parquet: in place of file:.")
}
