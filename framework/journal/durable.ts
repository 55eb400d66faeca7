/**
 * Files that survive a kill and a power cut: written under a temporary name, synced, renamed, the folder synced.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { basename, dirname, join } from "node:path"

/** Makes a rename or a new file in `folder` durable. */
export const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a file's contents durable. */
export const syncFile = (path: string): void => {
  const descriptor = openSync(path, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

let counter = 0

/** A name beside `path` that no other writer uses. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${counter++}.tmp`)

/** Replaces `path` by `data`: a reader sees the old contents or the new, never a part. */
export const writeDurably = (path: string, data: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = temporaryBeside(path)
  const descriptor = openSync(temporary, "wx")
  try {
    const bytes = typeof data === "string" ? Buffer.from(data) : data
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, path)
  syncFolder(dirname(path))
}
