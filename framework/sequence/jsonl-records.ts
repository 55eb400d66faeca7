/**
 * Traces from a file of JSON lines: `{"prompt": "...", "cot": "...", "answer": "..."}`, and, if they are there, `id`,
 * `problem` (what two records share that must not be split; the prompt unless given) and `tier`.
 *
 * A tenth of the problems, by a hash of their text, is held out for validation and a tenth for tests. Which records of a
 * split are taken, and in which order, hangs on the seed and the problem's text alone, never on the file's order. The file
 * is read twice, line by line: only a number and a place are held for each record.
 */
import { createHash } from "node:crypto"
import { closeSync, openSync, readSync } from "node:fs"
import { Exit, Schema } from "effect"
import type { DatasetRequest, TraceRecord } from "../plugin/define.ts"
import { reasonOf, SequenceError } from "./SequenceError.ts"

const Line = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  problem: Schema.optionalKey(Schema.String),
  prompt: Schema.String,
  cot: Schema.String,
  answer: Schema.String,
  tier: Schema.optionalKey(Schema.String)
})
type Line = typeof Line.Type
const decodeLine = Schema.decodeUnknownExit(Line)

const maxLineBytes = 64_000_000
const chunkBytes = 1 << 16

interface Placed { readonly number: number; readonly offset: number; readonly bytes: Buffer }

/** The file's lines with their numbers (from 1) and byte offsets. */
function* linesOf(path: string): Iterable<Placed> {
  const descriptor = openSync(path, "r")
  try {
    const chunk = Buffer.alloc(chunkBytes)
    let [rest, offset, number] = [Buffer.alloc(0), 0, 0]
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      rest = Buffer.concat([rest, chunk.subarray(0, read)])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield { number: ++number, offset, bytes: Buffer.from(rest.subarray(0, end)) }
        offset += end + 1
        rest = rest.subarray(end + 1)
      }
      if (rest.length > maxLineBytes) throw fault(path, number + 1, `a line of at most ${maxLineBytes} bytes`, "a longer one")
    }
    if (rest.length > 0) yield { number: ++number, offset, bytes: rest }
  } finally {
    closeSync(descriptor)
  }
}

const fault = (path: string, number: number, expected: string, found: string): SequenceError => new SequenceError({
  code: "record-malformed", where: `${path}:${number}`, expected, found, advice: "Mend or remove the line."
})

const parse = (path: string, { bytes, number }: Placed): Line | null => {
  const text = bytes.toString("utf8")
  if (text.trim() === "") return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw fault(path, number, "a JSON object", `no JSON (${reasonOf(error)})`)
  }
  const exit = decodeLine(value)
  if (Exit.isSuccess(exit)) return exit.value
  throw fault(path, number, "`prompt`, `cot` and `answer` as text", "a record without them")
}

const problemOf = ({ problem, prompt }: Line): string => (problem ?? prompt).normalize("NFC").trim()

const hashed = (...parts: ReadonlyArray<string | number>): number =>
  createHash("sha256").update(parts.join("\0")).digest().readUIntBE(0, 6)

const splitOf = (problem: string): DatasetRequest["split"] => (["test", "validation"] as const)[hashed("split", problem) % 10] ?? "train"

/**
 * Records of a split.
 * @throws SequenceError naming the line that is wrong, or how many records there are where more are asked for
 */
export function* jsonlRecords(path: string, { count, seed, split }: DatasetRequest): Iterable<TraceRecord> {
  const places: Array<{ readonly order: number; readonly offset: number; readonly length: number; readonly number: number }> = []
  for (const placed of linesOf(path)) {
    const line = parse(path, placed)
    if (line === null || splitOf(problemOf(line)) !== split) continue
    places.push({ order: hashed(seed, problemOf(line), placed.number), offset: placed.offset, length: placed.bytes.length, number: placed.number })
  }
  if (places.length < count) {
    throw new SequenceError({
      code: "data-malformed", where: path, expected: `${count} records for ${split}`, found: `${places.length}`,
      advice: "Ask for fewer, or give a larger file; a tenth of the problems is for validation, a tenth for tests."
    })
  }
  places.sort((a, b) => a.order - b.order || a.number - b.number)
  const descriptor = openSync(path, "r")
  try {
    for (const { length, number, offset } of places.slice(0, count)) {
      const bytes = Buffer.alloc(length)
      readSync(descriptor, bytes, 0, length, offset)
      const line = parse(path, { number, offset, bytes }) as Line
      yield {
        id: line.id ?? `line-${number}`, problem: problemOf(line), prompt: line.prompt, cot: line.cot, answer: line.answer,
        tier: line.tier ?? "all", derivedAt: null
      }
    }
  } finally {
    closeSync(descriptor)
  }
}
