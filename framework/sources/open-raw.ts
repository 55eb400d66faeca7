/** The one door to raw records: files on this machine and data sets of the hub. */
import { stat } from "node:fs/promises"
import { resolve } from "node:path"
import { Effect } from "effect"
import type { Json } from "../spec/Json.ts"
import { checkContent } from "./check-content.ts"
import { openHub } from "./hub.ts"
import type { RawFile, RawReader, RawRequest, RawSource } from "./RawSource.ts"
import { firstRecords, openFiles } from "./read-files.ts"
import { fileProblem, sha256OfFile } from "./read-bytes.ts"
import { parseSourceName } from "./source-name.ts"
import { asSourceError, SourceError } from "./SourceError.ts"

/** Files of one kind on this machine, and what stands for them. */
export interface Located {
  readonly files: ReadonlyArray<RawFile>
  readonly kind: RawFile["kind"]
  readonly bytes: number
  /** without `where` */
  readonly identity: { readonly [key: string]: Json }
}

/** A pipe or a device may never end, and gives its bytes only once. */
const sizeOfFile = async (file: RawFile): Promise<number> => {
  const found = await stat(file.path).catch((thrown) => Promise.reject(fileProblem(file.name, thrown)))
  if (found.isFile()) return found.size
  throw new SourceError({ code: "file-unreadable", place: file.name, expected: "a file", found: found.isDirectory() ? "a folder" : "a pipe or a device", advice: "Name a file." })
}

const locateFile = async (request: RawRequest, path: string, kind: RawFile["kind"], guessed: boolean): Promise<Located> => {
  for (const field of ["revision", "files"] as const) {
    if (request[field] === null) continue
    throw new SourceError({ code: "source-malformed", place: `data.${field}`, expected: `\`${field}\` with hf: alone`, found: "it beside a file", advice: "Leave it out." })
  }
  const named: RawFile = { path: resolve(request.folder ?? ".", path), name: path, kind }
  const size = await sizeOfFile(named)
  const seen = await checkContent(named, guessed)
  return { files: [{ ...named, kind: seen }], kind: seen, bytes: size, identity: { kind: seen, sha256: await sha256OfFile(named.path, request.signal) } }
}

const open = async (request: RawRequest): Promise<RawSource> => {
  const name = parseSourceName(request.source)
  const reader: RawReader = { onBadRecord: request.onBadRecord, signal: request.signal }
  const located = name.kind === "hub" ? await openHub(request, name.repository) : await locateFile(request, name.path, name.kind, name.guessed)
  const { columns, items } = await openFiles(located.files, located.kind, request.where, reader, request.cacheFolder)
  return {
    name: request.source, columns, items, size: { bytes: located.bytes },
    identity: request.where === null ? located.identity : { ...located.identity, where: request.where },
    sample: (count) => firstRecords(items(), count)
  }
}

const either = (one: AbortSignal, other: AbortSignal | undefined): AbortSignal => other === undefined ? one : AbortSignal.any([one, other])

const failed = (source: string) => asSourceError("file-unreadable", source, "records that can be read", "Check the file.")

/**
 * Opens raw records: reads a file's bytes once for its digest, fetches what is not there yet of the hub's, and runs the
 * predicate over text files. What `items` needs on disk it makes when it starts, and removes when it ends or is left.
 */
export const openRaw = (request: RawRequest): Effect.Effect<RawSource, SourceError> =>
  Effect.tryPromise({ try: (signal) => open({ ...request, signal: either(signal, request.signal) }), catch: failed(request.source) })
