/** Raw records as a file or a data set of the hub holds them, before any format reads them. */
import type { RawRecord, Refusal } from "../plugin/define.ts"
import type { Json } from "../spec/Json.ts"

/** What the spec says about where records come from. */
export interface RawRequest {
  /** jsonl:FILE, json:FILE, csv:FILE, parquet:FILE, file:FILE (kind by its extension) or hf:org/name */
  readonly source: string
  /** commit, tag or branch; hub only, and required there */
  readonly revision: string | null
  /** hub only: glob of the files; null: the data files of split train */
  readonly files: string | null
  /** SQL predicate over a record's own columns */
  readonly where: string | null
  /** a record that cannot be read: end there, or count it and go on */
  readonly onBadRecord: "stop" | "skip"
  /** folder of what may be thrown away: spools of `where`, lists of the hub */
  readonly cacheFolder: string
  /** folder that a relative FILE starts from; left out: the working directory */
  readonly folder?: string
  /** the hub's address; left out: HF_ENDPOINT, or the public hub */
  readonly hubEndpoint?: string
  readonly signal?: AbortSignal
}

/**
 * One record, one that cannot be read (only where `onBadRecord` is `skip`), or how many the predicate left out since the
 * last item. `place` is `file:line`, or `file, row 12`.
 */
export type RawItem =
  | { readonly place: string; readonly record: RawRecord }
  | { readonly place: string; readonly refusal: Refusal }
  | { readonly skipped: { readonly reason: "where"; readonly count: number } }

export type RawKind = "jsonl" | "json" | "csv" | "parquet"

export interface RawSource {
  /** for people */
  readonly name: string
  /** equal where the records are: digest of the bytes, or commit and files of the hub; kind; the predicate */
  readonly identity: Json
  /** names of columns: all of them with `where` or Parquet, else those of the first records */
  readonly columns: ReadonlyArray<string>
  readonly size: { readonly bytes: number }
  /** The first records, at most `count`. Rejects with SourceError. */
  readonly sample: (count: number) => Promise<Array<RawRecord>>
  /** All of them in the file's order; may be called again. Throws SourceError. Memory does not grow with the file. */
  readonly items: () => AsyncIterable<RawItem>
}

/** A file on this machine and how places in it are called. */
export interface RawFile {
  readonly path: string
  readonly name: string
  readonly kind: RawKind
}

export interface RawReader {
  readonly onBadRecord: "stop" | "skip"
  readonly signal: AbortSignal | undefined
}
