/**
 * Appends one writer's records to its own file, `<epoch>-<writer>.ndjson`. State changes are synced at once; metrics are
 * gathered and synced together, so that logging never waits for the disk.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { encodeLine } from "./line.ts"
import type { Body, Record } from "./Record.ts"
import { syncFolder } from "./durable.ts"

const epochDigits = 8

export const journalFileName = (epoch: number, writer: string): string =>
  `${String(epoch).padStart(epochDigits, "0")}-${writer}.ndjson`

export interface JournalWriter {
  readonly writer: string
  /** Durable when it returns. */
  readonly append: (body: Body) => Record
  /** Durable after the next `append` or `commit`. */
  readonly appendLater: (body: Body) => Record
  readonly commit: () => void
  readonly close: () => void
}

/** Opens a new file for `writer`; refuses one that exists, since an epoch's writers are unique. */
export const openJournalWriter = (
  folder: string, epoch: number, writer: string, onRecord: (record: Record) => void = () => {}
): JournalWriter => {
  mkdirSync(folder, { recursive: true })
  const descriptor = openSync(join(folder, journalFileName(epoch, writer)), "ax")
  syncFolder(folder)
  let sequence = 0
  let isDirty = false
  const write = (body: Body): Record => {
    const record: Record = { format: 1, writer, sequence: sequence++, at: Date.now(), body }
    const bytes = Buffer.from(encodeLine(record))
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
    isDirty = true
    onRecord(record)
    return record
  }
  const commit = () => {
    if (isDirty) fsyncSync(descriptor)
    isDirty = false
  }
  return {
    writer,
    append: (body) => {
      const record = write(body)
      commit()
      return record
    },
    appendLater: write,
    commit,
    close: () => {
      commit()
      closeSync(descriptor)
    }
  }
}
