/**
 * `view.arrow`: what one cell keeps and supervises, row by row; never a copy of the tokens.
 *
 * Columns: row Int32 (row of `prepared.arrow`), spans List<Int32> (start, end, start, end ...: kept spans [start, end) of the
 * whole sequence, in order), weights List<Float32>: the weight of each kept token as a target, all spans one after the other.
 * The first token of a span has weight 0 unless the token before it is kept too.
 *
 * A view may have more rows than the prepared data: one that grows over training has a row for each phase of each sequence.
 */
import { Field, Float32, Int32, List, makeData } from "apache-arrow"
import { Effect } from "effect"
import { type ArrowFile, joined, listData, malformed, offsetsOf, readArrowFile, writeArrowFile } from "./arrow-file.ts"
import { rememberRows } from "./row-cache.ts"
import { asSequenceError, attempt, type SequenceError } from "./SequenceError.ts"

export interface ViewRow {
  /** row of the prepared data */
  readonly prepared: number
  /** start, end, start, end ... of the whole sequence */
  readonly spans: Int32Array
  /** weight of each kept token as a target, [kept tokens] */
  readonly weights: Float32Array
}

/** A view: how much each row keeps, and each row when it is asked for. */
export interface CellView {
  readonly count: number
  /** kept tokens of each row, [N] */
  readonly lengths_N: Int32Array
  /** Row n; not to be changed. @throws SequenceError if it cannot be */
  readonly row: (n: number) => ViewRow
}

/** A view that lies in a file. */
export interface StoredView extends CellView {
  readonly close: () => void
}

const spanItem = new Field("item", new Int32(), false)
const weightItem = new Field("item", new Float32(), false)
const fields = [
  new Field("row", new Int32(), false),
  new Field("spans", new List(spanItem), false),
  new Field("weights", new List(weightItem), false)
]

const columnsOf = (rows: ReadonlyArray<ViewRow>) => {
  const spans = joined(Int32Array, rows.map((row) => row.spans))
  const weights = joined(Float32Array, rows.map((row) => row.weights))
  return [
    makeData({ type: new Int32(), length: rows.length, nullCount: 0, data: Int32Array.from(rows, (row) => row.prepared) }),
    listData(spanItem, makeData({ type: new Int32(), length: spans.length, nullCount: 0, data: spans }), offsetsOf(rows.map((row) => row.spans))),
    listData(weightItem, makeData({ type: new Float32(), length: weights.length, nullCount: 0, data: weights }), offsetsOf(rows.map((row) => row.weights)))
  ]
}

function* allRows({ count, row }: CellView) {
  for (let n = 0; n < count; n++) yield row(n)
}

/** Writes a view row by row; holds one batch at a time. */
export const writeView = (path: string, view: CellView): Effect.Effect<void, SequenceError> =>
  Effect.tryPromise({
    try: () => writeArrowFile(path, fields, allRows(view), (row) => row.weights.length, columnsOf),
    catch: asSequenceError(path)
  })

/** Opens a view. Memory grows with the number of rows (28 bytes each), not with what they keep. */
export const readView = (path: string): Effect.Effect<StoredView, SequenceError> =>
  attempt(path, () => readArrowFile(path, fields, (file) => rowsOf(path, file)))

const rowsOf = (path: string, file: ArrowFile): StoredView => {
  const fault = (expected: string, found: string) => malformed(path, expected, found)
  const prepared_N = file.numbers("row")
  const spans = file.lists("spans", Int32Array)
  const weights = file.lists("weights", Float32Array)
  for (let n = 0; n < file.count; n++) {
    if (prepared_N[n]! < 0) throw fault(`a row of the prepared data in row ${n}`, `${prepared_N[n]}`)
    if (weights.lengths_N[n] === 0) throw fault("rows that keep tokens", `row ${n} without`)
  }
  const read = (n: number): ViewRow => checked(fault, n, { prepared: prepared_N[n]!, spans: spans.read(n), weights: weights.read(n) })
  return {
    count: file.count, lengths_N: weights.lengths_N, close: file.close,
    row: rememberRows(read, (row) => 600 + 4 * (row.spans.length + row.weights.length))
  }
}

const checked = (fault: (expected: string, found: string) => SequenceError, n: number, row: ViewRow): ViewRow => {
  const { spans, weights } = row
  if (spans.length % 2 === 1) throw fault(`whole spans in row ${n}`, `${spans.length} bounds`)
  let kept = 0
  for (let index = 0; index < spans.length; index += 2) {
    const [before, start, end] = [index === 0 ? 0 : spans[index - 1]!, spans[index]!, spans[index + 1]!]
    if (start < before || end <= start) throw fault(`spans in order in row ${n}`, `[${start}, ${end}) after ${before}`)
    const isAlone = index === 0 || start > before
    if (isAlone && kept < weights.length && weights[kept] !== 0) throw fault(`weight 0 of the first kept token of a span of row ${n}`, `${weights[kept]}`)
    kept += end - start
  }
  if (kept !== weights.length) throw fault(`${kept} weights in row ${n}`, `${weights.length}`)
  for (const weight of weights) if (!(weight >= 0 && Number.isFinite(weight))) throw fault(`finite weights of at least 0 in row ${n}`, `${weight}`)
  return row
}
