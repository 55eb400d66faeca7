/** The error of records that cannot be had: where, what was expected, what was found, what to do. */
import { Data } from "effect"

export type SourceErrorCode =
  // what the spec names
  | "source-malformed" | "file-missing" | "file-unreadable" | "file-changed" | "kind-mismatch"
  // what stands in the file, as a whole
  | "wrong-encoding" | "gzip-broken" | "gzip-bomb" | "parquet-broken" | "json-broken" | "csv-broken"
  // one record, where `onBadRecord` is `stop`: its reason
  | "broken-json" | "broken-csv" | "not-an-object" | "lone-surrogate" | "line-too-long"
  // the predicate
  | "where-refused" | "where-failed"
  // the hub
  | "hub-name" | "hub-offline" | "hub-access" | "hub-missing" | "hub-busy" | "hub-answer" | "hub-files" | "hub-damaged" | "disk-full"
  | "stopped"

/** A file, a record, a predicate or a data set of the hub that cannot be used. `place` names the file and the line. */
export class SourceError extends Data.TaggedError("SourceError")<{
  readonly code: SourceErrorCode
  readonly place: string
  readonly expected: string
  readonly found: string
  readonly advice: string
}> {
  override get message(): string {
    return `${this.place}  ${this.code}  Found ${this.found}, expected ${this.expected}. ${this.advice}`
  }
}

/** Text of unknown origin, short enough and plain enough to stand in an error. */
export const quoted = (text: string, limit = 60): string =>
  JSON.stringify(text.length > limit ? `${text.slice(0, limit - 3)}...` : text)

/** What a thrown value says, on one line. */
export const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).split("\n")[0]!.slice(0, 300)

/** Keeps our own error; anything else that a library throws becomes one of `code`. */
export const asSourceError = (code: SourceErrorCode, place: string, expected: string, advice: string) => (thrown: unknown): SourceError =>
  thrown instanceof SourceError ? thrown : new SourceError({ code, place, expected, found: reasonOf(thrown), advice })
