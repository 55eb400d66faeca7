/**
 * Traces on disk while it is not yet known which of them are drawn: one JSON line each in a temporary file. In memory stand
 * 25 bytes a trace: where it stands in the file, its length, its split, and what it is ordered by.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { TraceRecord } from "../plugin/define.ts"
import type { Candidate } from "./Candidate.ts"
import { GrowingNumbers } from "./growing-numbers.ts"
import { hashed } from "../sequence/hash64.ts"
import { SourceError } from "./SourceError.ts"

export const splits = ["train", "validation", "test"] as const
export type Split = (typeof splits)[number]

/** A tenth of the problems, by a hash of their text, is for validation and a tenth for tests. */
export const splitOf = (problem: string): Split => (["test", "validation"] as const)[hashed("split", problem) % 10] ?? "train"

const bufferBytes = 1 << 20

export interface Spool {
  readonly add: (candidate: Candidate) => void
  /** Traces of each split that were added. */
  readonly counts: () => Readonly<Record<Split, number>>
  /** Indices of a split's traces in the order in which they are drawn: by seed, problem and number, or the file's own. */
  readonly order: (split: Split, shuffle: boolean) => Uint32Array
  readonly read: (index: number) => Candidate
  readonly close: () => void
}

interface Line { readonly trace: TraceRecord; readonly place: string; readonly number: number }

/** @param seed of the order in which traces are drawn */
export const makeSpool = (folder: string, seed: number): Spool => {
  mkdirSync(folder, { recursive: true })
  const own = mkdtempSync(join(folder, "spool-"))
  const path = join(own, "traces.ndjson")
  const descriptor = openSync(path, "w+")
  const offsets = new GrowingNumbers(new Float64Array(0))
  const lengths = new GrowingNumbers(new Uint32Array(0))
  const keys = new GrowingNumbers(new Float64Array(0))
  const numbers = new GrowingNumbers(new Uint32Array(0))
  const splitCodes = new GrowingNumbers(new Uint8Array(0))
  const counts = { train: 0, validation: 0, test: 0 }
  let [written, pending, pendingBytes] = [0, [] as Array<Buffer>, 0]

  const flush = (): void => {
    if (pending.length === 0) return
    const bytes = Buffer.concat(pending)
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
    } catch (thrown) {
      throw new SourceError({
        code: "disk-full", place: own, expected: "room for the traces while they are drawn from", found: (thrown as Error).message,
        advice: "Free some disk space, or take fewer records with `data.limit`."
      })
    }
    pending = []
    pendingBytes = 0
  }

  return {
    add: ({ number, place, trace }) => {
      const bytes = Buffer.from(`${JSON.stringify({ trace, place, number } satisfies Line)}\n`, "utf8")
      const split = splitOf(trace.problem)
      offsets.push(written)
      lengths.push(bytes.length)
      numbers.push(number)
      keys.push(hashed(seed, trace.problem, number))
      splitCodes.push(splits.indexOf(split))
      counts[split]++
      written += bytes.length
      pending.push(bytes)
      pendingBytes += bytes.length
      if (pendingBytes >= bufferBytes) flush()
    },
    counts: () => counts,
    order: (split, shuffle) => {
      const code = splits.indexOf(split)
      const order = new Uint32Array(counts[split])
      for (let index = 0, at = 0; index < splitCodes.length; index++) if (splitCodes.at(index) === code) order[at++] = index
      if (!shuffle) return order
      return order.sort((a, b) => keys.at(a) - keys.at(b) || numbers.at(a) - numbers.at(b))
    },
    read: (index) => {
      flush()
      const bytes = Buffer.allocUnsafe(lengths.at(index))
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, offsets.at(index) + done)
        if (read === 0) throw new SourceError({ code: "file-changed", place: path, expected: "the traces that were written", found: "a shorter file", advice: "Run it again." })
        done += read
      }
      return JSON.parse(bytes.toString("utf8")) as Line
    },
    close: () => {
      closeSync(descriptor)
      rmSync(own, { recursive: true, force: true })
    }
  }
}
