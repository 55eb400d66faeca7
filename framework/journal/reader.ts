/**
 * Reads a journal back: all writers' files, in causal order. Epochs follow one another; within an epoch a writer's records
 * keep their order. Clocks are never compared.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { decodeLine, type UnknownRecord } from "./line.ts"
import type { Record } from "./Record.ts"

export interface JournalContents {
  readonly records: ReadonlyArray<Record>
  /** number of the last record of each writer that counts */
  readonly lastSequence: Readonly<{ [writer: string]: number }>
  /** lines that could not be read, as file:line; the last line of a file is never among them (a kill may tear it) */
  readonly damaged: ReadonlyArray<string>
}

const isKnown = (record: Record | UnknownRecord): record is Record => !("unknownType" in record)

const readWriterFile = (path: string, damaged: Array<string>): Array<Record | UnknownRecord> => {
  const lines = readFileSync(path, "utf8").split("\n")
  const records: Array<Record | UnknownRecord> = []
  for (const [index, line] of lines.entries()) {
    if (line === "") continue
    const record = decodeLine(line, path)
    if (record === null) {
      if (index < lines.length - 1) damaged.push(`${path}:${index + 1}`)
      // Nothing after a damaged line can be trusted to follow what came before it.
      break
    }
    records.push(record)
  }
  return records
}

/**
 * Contents of the journal in `folder`; empty where there is none.
 * @throws OtherFormat where a record is of another format
 */
export const readJournal = (folder: string): JournalContents => {
  if (!existsSync(folder)) return { records: [], lastSequence: {}, damaged: [] }
  const damaged: Array<string> = []
  const files = readdirSync(folder).filter((name) => /^\d{8}-.+\.ndjson$/.test(name)).sort()
  const perFile = files.map((name) => readWriterFile(join(folder, name), damaged))
  // What a later epoch did not see of an older writer never happened: the new holder has gone on without it.
  const limits = new Map<string, number>()
  for (const records of perFile) {
    for (const record of records) {
      if (!isKnown(record) || record.body.type !== "epoch") continue
      const { body } = record
      for (const [writer, last] of Object.entries(body.readUpTo)) {
        limits.set(writer, Math.min(limits.get(writer) ?? Number.POSITIVE_INFINITY, last))
      }
    }
  }
  const kept = perFile.flatMap((records) =>
    records.filter((record) => record.sequence <= (limits.get(record.writer) ?? Number.POSITIVE_INFINITY)))
  const lastSequence: { [writer: string]: number } = {}
  for (const record of kept) lastSequence[record.writer] = record.sequence
  return { records: kept.filter(isKnown), lastSequence, damaged }
}
