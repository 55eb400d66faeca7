/** Raw records of files of one kind, one file after the other. */
import { stat } from "node:fs/promises"
import type { RawRecord } from "../plugin/define.ts"
import { readCsv } from "./csv.ts"
import { readJsonArray } from "./json-array.ts"
import { readJsonLines } from "./json-lines.ts"
import { openParquet } from "./parquet.ts"
import type { RawFile, RawItem, RawKind, RawReader } from "./RawSource.ts"
import { SourceError } from "./SourceError.ts"
import { filtered, filterRecords } from "./where-spool.ts"

export interface OpenFiles {
  readonly columns: ReadonlyArray<string>
  readonly items: () => AsyncIterable<RawItem>
}

const sampled = 100

/** The first records, at most `count`. */
export const firstRecords = async (items: AsyncIterable<RawItem>, count: number): Promise<Array<RawRecord>> => {
  const records: Array<RawRecord> = []
  if (count <= 0) return records
  for await (const item of items) {
    if ("record" in item) records.push(item.record)
    if (records.length >= count) break
  }
  return records
}

/** A file that changes while it is read would make its digest a lie. */
const unchanged = async (files: ReadonlyArray<RawFile>): Promise<() => Promise<void>> => {
  const stampOf = async (file: RawFile) => {
    const { size, mtimeMs } = await stat(file.path)
    return `${size} ${mtimeMs}`
  }
  const stamps = await Promise.all(files.map(stampOf))
  return async () => {
    for (const [i, file] of files.entries()) {
      if (await stampOf(file).catch(() => "") === stamps[i]) continue
      throw new SourceError({ code: "file-changed", place: file.name, expected: "the file as it was when it was opened", found: "another", advice: "Start again." })
    }
  }
}

const readers: Readonly<Record<Exclude<RawKind, "parquet">, (file: RawFile, reader: RawReader) => AsyncGenerator<RawItem>>> =
  { jsonl: readJsonLines, json: readJsonArray, csv: readCsv }

const openTexts = async (files: ReadonlyArray<RawFile>, kind: Exclude<RawKind, "parquet">, where: string | null, reader: RawReader, cacheFolder: string): Promise<OpenFiles> => {
  const check = await unchanged(files)
  const all = async function*(): AsyncGenerator<RawItem> {
    await check()
    for (const file of files) yield* readers[kind](file, reader)
  }
  if (where !== null) {
    const filter = await filterRecords(all, where, cacheFolder, kind === "csv", reader.signal)
    return { columns: filter.columns, items: () => filtered(all(), filter) }
  }
  // with `stop` a bad record is for whoever reads to it
  const first = await firstRecords(readers[kind](files[0]!, { ...reader, onBadRecord: "skip" }), sampled)
  return { columns: [...new Set(first.flatMap((record) => Object.keys(record)))], items: all }
}

/** One file is open at a time; what the first one cannot answer is told before any record. */
const openParquets = async (files: ReadonlyArray<RawFile>, where: string | null, reader: RawReader, cacheFolder: string): Promise<OpenFiles> => {
  const check = await unchanged(files)
  const first = await openParquet(files[0]!, where, cacheFolder)
  await first.close()
  const items = async function*(): AsyncGenerator<RawItem> {
    await check()
    for (const file of files) {
      const opened = await openParquet(file, where, cacheFolder)
      try {
        yield* opened.items(reader.signal)
      } finally {
        await opened.close()
      }
    }
  }
  return { columns: first.columns, items }
}

/** Opens files of one kind. `where` may read them all at once. */
export const openFiles = (
  files: ReadonlyArray<RawFile>, kind: RawKind, where: string | null, reader: RawReader, cacheFolder: string
): Promise<OpenFiles> => kind === "parquet"
  ? openParquets(files, where, reader, cacheFolder)
  : openTexts(files, kind, where, reader, cacheFolder)
