/** What becomes of a record that cannot be read: the end, or an item that says so. */
import type { Refusal } from "../plugin/define.ts"
import type { RawItem, RawReader } from "./RawSource.ts"
import { SourceError, type SourceErrorCode } from "./SourceError.ts"

const expected: Readonly<Record<string, string>> = {
  "broken-json": "JSON", "broken-csv": "a row of the header's columns", "not-an-object": "an object, {\"column\": value, ...}",
  "wrong-encoding": "UTF-8", "lone-surrogate": "whole characters", "line-too-long": "a record of at most 64 MiB"
}

/** @throws SourceError with the refusal's reason as its code, where `onBadRecord` is `stop` */
export const refused = (place: string, refusal: Refusal, reader: RawReader): RawItem => {
  if (reader.onBadRecord === "skip") return { place, refusal }
  throw new SourceError({
    code: refusal.reason as SourceErrorCode, place, expected: expected[refusal.reason] ?? "a record", found: refusal.detail ?? refusal.reason,
    advice: "Mend the record, or go on without such records by `onBadRecord: skip`, which counts them."
  })
}

/** A record that was too long to be held. */
export const tooLong = (bytes: number): Refusal => ({ reason: "line-too-long", detail: `${bytes} bytes` })
