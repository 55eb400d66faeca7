/**
 * `prepared.arrow`: whole sequences with their segments, written once and read by every cell.
 *
 * Columns: id Utf8, tokens List<Int32>, segments List<Uint8> (0 prompt, 1 cot, 2 answer), derivedAt Int32 or null.
 * Row order is sample order; replay rows come after the main rows.
 */
import { Field, Int32, List, Uint8, Utf8, makeData } from "apache-arrow"
import { Effect } from "effect"
import { batchRows, listData, listValues, malformed, readArrowFile, rowOffsets, writeArrowFile } from "./arrow-file.ts"
import { Growing } from "./growing.ts"
import type { Sequence } from "./render.ts"
import { asSequenceError, attempt, type SequenceError } from "./SequenceError.ts"

/** Prepared data in memory, flat. N rows; row n has the tokens [tokenOffsets[n], tokenOffsets[n + 1]). */
export interface Prepared {
  readonly ids: ReadonlyArray<string>
  /** [N + 1] */
  readonly tokenOffsets: Int32Array
  /** all rows one after the other */
  readonly tokens: Int32Array
  readonly segments: Uint8Array
  /** token index within the row, -1 for none, [N] */
  readonly derivedAt: Int32Array
}

const tokenItem = new Field("item", new Int32(), false)
const segmentItem = new Field("item", new Uint8(), false)
const fields = [
  new Field("id", new Utf8(), false),
  new Field("tokens", new List(tokenItem), false),
  new Field("segments", new List(segmentItem), false),
  new Field("derivedAt", new Int32(), true)
]

const batchData = (rows: ReadonlyArray<Sequence>) => {
  const count = rows.length
  const names = rows.map((row) => Buffer.from(row.id, "utf8"))
  const nameOffsets = new Int32Array(count + 1)
  const starts = new Int32Array(count + 1)
  for (let n = 0; n < count; n++) {
    nameOffsets[n + 1] = nameOffsets[n]! + names[n]!.length
    starts[n + 1] = starts[n]! + rows[n]!.tokens_T.length
  }
  const tokens = new Int32Array(starts[count]!)
  const segments = new Uint8Array(tokens.length)
  const derivedAt = new Int32Array(count)
  const isDerived = new Uint8Array(Math.ceil(count / 64) * 8)
  let nullCount = 0
  for (const [n, row] of rows.entries()) {
    tokens.set(row.tokens_T, starts[n])
    segments.set(row.segments_T, starts[n])
    if (row.derivedAt === null) nullCount++
    else {
      derivedAt[n] = row.derivedAt
      isDerived[n >> 3]! |= 1 << (n & 7)
    }
  }
  return [
    makeData({ type: new Utf8(), length: count, nullCount: 0, valueOffsets: nameOffsets, data: new Uint8Array(Buffer.concat(names)) }),
    listData(tokenItem, makeData({ type: new Int32(), length: tokens.length, nullCount: 0, data: tokens }), starts),
    listData(segmentItem, makeData({ type: new Uint8(), length: segments.length, nullCount: 0, data: segments }), starts.slice()),
    makeData({ type: new Int32(), length: count, nullCount, nullBitmap: nullCount === 0 ? null : isDerived, data: derivedAt })
  ]
}

function* inBatches(rows: Iterable<Sequence>) {
  let batch: Array<Sequence> = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length === batchRows) {
      yield batchData(batch)
      batch = []
    }
  }
  if (batch.length > 0) yield batchData(batch)
}

/** Writes sequences as they come; holds one batch at a time. */
export const writePrepared = (path: string, rows: Iterable<Sequence>): Effect.Effect<void, SequenceError> =>
  attempt(path, () => writeArrowFile(path, fields, inBatches(rows)))

/** Reads a whole file into flat arrays. */
export const readPrepared = (path: string): Effect.Effect<Prepared, SequenceError> =>
  Effect.tryPromise({
    try: async () => {
      const ids: Array<string> = []
      const [lengths, derived] = [new Growing<Int32Array>(Int32Array), new Growing<Int32Array>(Int32Array)]
      const [tokens, segments] = [new Growing<Int32Array>(Int32Array), new Growing<Uint8Array>(Uint8Array)]
      const decoder = new TextDecoder()
      await readArrowFile(path, fields, (column, rows) => {
        const [id, token, segment, at] = [column("id"), column("tokens"), column("segments"), column("derivedAt")]
        const [names, tokenValues, segmentValues] = [id.values as Uint8Array, listValues(token) as Int32Array, listValues(segment) as Uint8Array]
        const nameOffsets = rowOffsets(path, id, rows, names.length)
        const tokenOffsets = rowOffsets(path, token, rows, tokenValues.length)
        const segmentOffsets = rowOffsets(path, segment, rows, segmentValues.length)
        for (let n = 0; n < rows; n++) {
          ids.push(decoder.decode(names.subarray(nameOffsets[n]!, nameOffsets[n + 1]!)))
          lengths.push(tokenOffsets[n + 1]! - tokenOffsets[n]!)
          derived.push(at.getValid(n) ? (at.values as Int32Array)[n]! : -1)
        }
        tokens.append(tokenValues, tokenOffsets[0]!, tokenOffsets[rows]!)
        segments.append(segmentValues, segmentOffsets[0]!, segmentOffsets[rows]!)
      })
      return checked(path, {
        ids, tokenOffsets: offsetsOf(lengths.take()), tokens: tokens.take(), segments: segments.take(), derivedAt: derived.take()
      })
    },
    catch: asSequenceError(path)
  })

/** [N] lengths -> [N + 1] offsets */
export const offsetsOf = (lengths: Int32Array): Int32Array => {
  const offsets = new Int32Array(lengths.length + 1)
  for (let n = 0; n < lengths.length; n++) offsets[n + 1] = offsets[n]! + lengths[n]!
  return offsets
}

const checked = (path: string, prepared: Prepared): Prepared => {
  const fault = (expected: string, found: string) => malformed(path, expected, found)
  const { tokenOffsets, tokens, segments, derivedAt } = prepared
  if (segments.length !== tokens.length) throw fault(`${tokens.length} segment codes`, `${segments.length}`)
  if (tokens.length !== tokenOffsets.at(-1)) throw fault(`${tokenOffsets.at(-1)} tokens`, `${tokens.length}`)
  for (let n = 0; n < prepared.ids.length; n++) {
    const [from, to] = [tokenOffsets[n]!, tokenOffsets[n + 1]!]
    if (to <= from) throw fault("rows with tokens", `row ${n} without`)
    for (let t = from; t < to; t++) {
      if (segments[t]! > 2 || (t > from && segments[t]! < segments[t - 1]!)) throw fault("segments in order", `row ${n}, token ${t - from}: ${segments[t]}`)
      if (tokens[t]! < 0) throw fault("token ids of at least 0", `${tokens[t]} in row ${n}`)
    }
    if (derivedAt[n]! > to - from) throw fault(`derivedAt of at most ${to - from} in row ${n}`, `${derivedAt[n]}`)
  }
  return prepared
}

/** Row n as a sequence; the arrays are views into the flat ones. */
export const sequenceAt = (prepared: Prepared, n: number): Sequence => {
  const [from, to] = [prepared.tokenOffsets[n]!, prepared.tokenOffsets[n + 1]!]
  const derivedAt = prepared.derivedAt[n]!
  return {
    id: prepared.ids[n]!, tokens_T: prepared.tokens.subarray(from, to), segments_T: prepared.segments.subarray(from, to),
    derivedAt: derivedAt === -1 ? null : derivedAt
  }
}
