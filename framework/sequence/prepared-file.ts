/**
 * `prepared.arrow`: whole sequences with their segments, written once and read by every cell.
 *
 * Columns: id Utf8, tokens List<Int32>, segments List<Uint8> (0 prompt, 1 cot, 2 answer), and token indices, Int32 or null:
 * derivedAt, openerAt, closerAt, endOfTurnAt (`Sequence.ts`). Row order is sample order; replay rows come after the main rows.
 */
import { Field, Int32, List, Uint8, Utf8, makeData } from "apache-arrow"
import { Effect } from "effect"
import { type ArrowFile, joined, listData, malformed, offsetsOf, readArrowFile, writeArrowFile } from "./arrow-file.ts"
import { rememberRows } from "./row-cache.ts"
import type { Sequence } from "./Sequence.ts"
import { asSequenceError, attempt, type SequenceError } from "./SequenceError.ts"

/** Prepared data: numbers of all rows, N of them, and each row when it is asked for. */
export interface Prepared {
  readonly count: number
  /** tokens of each row, [N] */
  readonly lengths_N: Int32Array
  /** token index within the row, -1 for none, [N] */
  readonly derivedAt_N: Int32Array
  /** tokens before row n, [N + 1] */
  readonly firstToken_N1: Float64Array
  /**
   * Row n, read from the file. Its arrays are shared with who asks next: not to be changed.
   * @throws SequenceError if the file lies about the row
   */
  readonly row: (n: number) => Sequence
  readonly close: () => void
}

const tokenItem = new Field("item", new Int32(), false)
const segmentItem = new Field("item", new Uint8(), false)
const places = ["derivedAt", "openerAt", "closerAt", "endOfTurnAt"] as const
const fields = [
  new Field("id", new Utf8(), false),
  new Field("tokens", new List(tokenItem), false),
  new Field("segments", new List(segmentItem), false),
  ...places.map((name) => new Field(name, new Int32(), true))
]

/** A column of token indices or nulls. */
const placeData = (values: ReadonlyArray<number | null>) => {
  const nullCount = values.filter((value) => value === null).length
  const isThere = new Uint8Array(Math.ceil(values.length / 64) * 8)
  values.forEach((value, n) => { if (value !== null) isThere[n >> 3]! |= 1 << (n & 7) })
  return makeData({
    type: new Int32(), length: values.length, nullCount, nullBitmap: nullCount === 0 ? null : isThere, data: Int32Array.from(values, (value) => value ?? 0)
  })
}

const columnsOf = (rows: ReadonlyArray<Sequence>) => {
  const ids = rows.map((row) => new Uint8Array(Buffer.from(row.id, "utf8")))
  const tokens = joined(Int32Array, rows.map((row) => row.tokens_T))
  const segments = joined(Uint8Array, rows.map((row) => row.segments_T))
  return [
    makeData({ type: new Utf8(), length: rows.length, nullCount: 0, valueOffsets: offsetsOf(ids), data: joined(Uint8Array, ids) }),
    listData(tokenItem, makeData({ type: new Int32(), length: tokens.length, nullCount: 0, data: tokens }), offsetsOf(rows.map((row) => row.tokens_T))),
    listData(segmentItem, makeData({ type: new Uint8(), length: segments.length, nullCount: 0, data: segments }), offsetsOf(rows.map((row) => row.segments_T))),
    ...places.map((name) => placeData(rows.map((row) => row[name])))
  ]
}

/** Writes sequences as they come; holds one batch at a time. */
export const writePrepared = (path: string, rows: Iterable<Sequence> | AsyncIterable<Sequence>): Effect.Effect<void, SequenceError> =>
  Effect.tryPromise({
    try: () => writeArrowFile(path, fields, rows, (row) => row.tokens_T.length, columnsOf),
    catch: asSequenceError(path)
  })

/** Opens a prepared file. Memory grows with the number of rows (40 bytes each), not with their tokens. */
export const readPrepared = (path: string): Effect.Effect<Prepared, SequenceError> =>
  attempt(path, () => readArrowFile(path, fields, (file) => rowsOf(path, file)))

const rowsOf = (path: string, file: ArrowFile): Prepared => {
  const fault = (expected: string, found: string) => malformed(path, expected, found)
  const { count } = file
  const ids = file.texts("id")
  const tokens = file.lists("tokens", Int32Array)
  const segments = file.lists("segments", Uint8Array, tokens)
  const [derivedAt_N, openerAt_N, closerAt_N, endOfTurnAt_N] = places.map((name) => file.numbers(name)) as [Int32Array, Int32Array, Int32Array, Int32Array]
  const { firsts_N1: firstToken_N1, lengths_N } = tokens
  for (let n = 0; n < count; n++) {
    if (lengths_N[n] === 0) throw fault("rows with tokens", `row ${n} without`)
    for (const [index, at_N] of [derivedAt_N, openerAt_N, closerAt_N, endOfTurnAt_N].entries()) {
      if (at_N[n]! < -1 || at_N[n]! > lengths_N[n]!) throw fault(`${places[index]} of at most ${lengths_N[n]} in row ${n}`, `${at_N[n]}`)
    }
  }
  const decoder = new TextDecoder()
  const orNull = (at: number) => at === -1 ? null : at
  const read = (n: number): Sequence => {
    const tokens_T = tokens.read(n)
    const segments_T = segments.read(n)
    for (let t = 0; t < tokens_T.length; t++) {
      if (segments_T[t]! > 2 || (t > 0 && segments_T[t]! < segments_T[t - 1]!)) throw fault("segments in order", `row ${n}, token ${t}: ${segments_T[t]}`)
      if (tokens_T[t]! < 0) throw fault("token ids of at least 0", `${tokens_T[t]} in row ${n}`)
    }
    return {
      id: decoder.decode(ids.read(n)), tokens_T, segments_T, derivedAt: orNull(derivedAt_N[n]!), openerAt: orNull(openerAt_N[n]!),
      closerAt: orNull(closerAt_N[n]!), endOfTurnAt: orNull(endOfTurnAt_N[n]!)
    }
  }
  return { count, lengths_N, derivedAt_N, firstToken_N1, row: rememberRows(read, ({ tokens_T }) => 600 + 5 * tokens_T.length), close: file.close }
}
