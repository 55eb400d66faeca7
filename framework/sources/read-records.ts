/** All records of a benchmark: a file on this machine or a data set of the hub, each with its place. */
import { basename, dirname, isAbsolute } from "node:path"
import { Effect } from "effect"
import type { RawRecord, RecordsPlace } from "../plugin/define.ts"
import { openRaw } from "./open-raw.ts"
import { asSourceError, SourceError } from "./SourceError.ts"

export interface PlacedRecord {
  readonly place: string
  readonly record: RawRecord
}

export interface RecordsContext {
  /** folder of what may be thrown away */
  readonly cacheFolder: string
  /** folder that a relative file starts from */
  readonly folder: string
  /** the hub's address; left out: HF_ENDPOINT, or the public hub */
  readonly hubEndpoint?: string
}

/** They are held at once: an evaluation with more items is none that anybody can wait for. */
export const mostRecords = 200_000

/** A file is named by its last part: where it lies is nobody's business who reads an error in a report. */
const requestOf = (place: RecordsPlace, folder: string) => "hub" in place
  ? { source: `hf:${place.hub}`, revision: place.revision, files: place.files, folder }
  : { source: `file:${isAbsolute(place.file) ? basename(place.file) : place.file}`, revision: null, files: null, folder: isAbsolute(place.file) ? dirname(place.file) : folder }

/** Reads all records in the order of the files. Fails with SourceError at the first that cannot be read, and beyond 200,000. */
export const readRecords = (place: RecordsPlace, { cacheFolder, folder, hubEndpoint }: RecordsContext): Effect.Effect<ReadonlyArray<PlacedRecord>, SourceError> => {
  const request = requestOf(place, folder)
  return openRaw({ ...request, where: null, onBadRecord: "stop", cacheFolder, ...(hubEndpoint === undefined ? {} : { hubEndpoint }) }).pipe(
    Effect.flatMap((raw) => Effect.tryPromise({
      try: async () => {
        const records: Array<PlacedRecord> = []
        for await (const item of raw.items()) {
          if (!("record" in item)) continue
          records.push(item)
          if (records.length > mostRecords) throw new SourceError({ code: "source-malformed", place: raw.name, expected: `at most ${mostRecords} records`, found: "more", advice: "Take a part of them." })
        }
        return records
      },
      catch: asSourceError("file-unreadable", request.source, "records that can be read", "Check the file.")
    }))
  )
}
