/** What benchmarks of mathematics share: options that say where their records lie, and how a field of a record is read. */
import { Schema, withDefault, type RecordsPlace } from "leadspan"

/** A data set of the hub at a commit, and the glob of its files. */
export interface HubRecords {
  readonly hub: string
  readonly revision: string
  readonly files: string
}

/** Options of a benchmark that lies on the hub, unless a file is named. */
export const placeOptions = ({ files, hub, revision }: HubRecords) => ({
  file: withDefault(Schema.NullOr(Schema.String).annotate({ description: "A file with its records, plain or gzip, in place of the hub's." }), null),
  hub: withDefault(Schema.String.annotate({ description: "A data set of the hub." }), hub),
  revision: withDefault(Schema.String.annotate({ description: "Its commit or tag." }), revision),
  files: withDefault(Schema.NullOr(Schema.String).annotate({ description: "Glob of its files." }), files)
})

interface Place {
  readonly file: string | null
  readonly hub: string
  readonly revision: string
  readonly files: string | null
}

export const placeOf = ({ file, files, hub, revision }: Place): RecordsPlace => file === null ? { hub, revision, files } : { file }

/** A text, or a number as text; null where a field is neither, or empty. */
export const textOf = (value: unknown): string | null => {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : typeof value === "string" ? value.trim() : ""
  return text === "" ? null : text
}

/** Why a record without a field is no item. */
export const without = (...fields: ReadonlyArray<string>) => ({ reason: "missing-fields", detail: `no text in ${fields.join(" or ")}` })
