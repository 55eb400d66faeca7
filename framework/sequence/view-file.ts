/**
 * `view.arrow`: what one cell keeps and supervises of each prepared row; never a copy of the tokens.
 *
 * Columns: start Int32, end Int32 (kept span [start, end)), weights List<Float32> of length end - start: the weight of each
 * kept token as a target; weights[0] is always 0. Rows are those of `prepared.arrow`, in its order.
 */
import { Field, Float32, Int32, List, makeData } from "apache-arrow"
import { Effect } from "effect"
import { batchRows, listData, listValues, malformed, readArrowFile, rowOffsets, writeArrowFile } from "./arrow-file.ts"
import { Growing } from "./growing.ts"
import { offsetsOf } from "./prepared-file.ts"
import { asSequenceError, attempt, type SequenceError } from "./SequenceError.ts"

/** A view in memory, flat. N rows; row n has the weights [weightOffsets[n], weightOffsets[n + 1]). */
export interface CellView {
  /** [N] */
  readonly starts: Int32Array
  /** [N] */
  readonly ends: Int32Array
  /** [N + 1] */
  readonly weightOffsets: Int32Array
  readonly weights: Float32Array
}

const weightItem = new Field("item", new Float32(), false)
const fields = [
  new Field("start", new Int32(), false),
  new Field("end", new Int32(), false),
  new Field("weights", new List(weightItem), false)
]

function* inBatches(view: CellView) {
  const count = view.starts.length
  for (let from = 0; from < count; from += batchRows) {
    const to = Math.min(from + batchRows, count)
    const [first, last] = [view.weightOffsets[from]!, view.weightOffsets[to]!]
    const weights = view.weights.slice(first, last)
    const offsets = view.weightOffsets.slice(from, to + 1).map((offset) => offset - first)
    const length = to - from
    yield [
      makeData({ type: new Int32(), length, nullCount: 0, data: view.starts.slice(from, to) }),
      makeData({ type: new Int32(), length, nullCount: 0, data: view.ends.slice(from, to) }),
      listData(weightItem, makeData({ type: new Float32(), length: weights.length, nullCount: 0, data: weights }), offsets)
    ]
  }
}

export const writeView = (path: string, view: CellView): Effect.Effect<void, SequenceError> =>
  attempt(path, () => writeArrowFile(path, fields, inBatches(view)))

export const readView = (path: string): Effect.Effect<CellView, SequenceError> =>
  Effect.tryPromise({
    try: async () => {
      const [starts, ends, lengths] = [new Growing<Int32Array>(Int32Array), new Growing<Int32Array>(Int32Array), new Growing<Int32Array>(Int32Array)]
      const weights = new Growing<Float32Array>(Float32Array)
      await readArrowFile(path, fields, (column, rows) => {
        const [start, end, weight] = [column("start"), column("end"), column("weights")]
        starts.append(start.values as Int32Array, 0, rows)
        ends.append(end.values as Int32Array, 0, rows)
        const values = listValues(weight) as Float32Array
        const offsets = rowOffsets(path, weight, rows, values.length)
        for (let n = 0; n < rows; n++) lengths.push(offsets[n + 1]! - offsets[n]!)
        weights.append(values, offsets[0]!, offsets[rows]!)
      })
      return checked(path, {
        starts: starts.take(), ends: ends.take(), weightOffsets: offsetsOf(lengths.take()), weights: weights.take()
      })
    },
    catch: asSequenceError(path)
  })

const checked = (path: string, view: CellView): CellView => {
  const fault = (expected: string, found: string) => malformed(path, expected, found)
  for (let n = 0; n < view.starts.length; n++) {
    const [start, end] = [view.starts[n]!, view.ends[n]!]
    const length = view.weightOffsets[n + 1]! - view.weightOffsets[n]!
    if (start < 0 || end <= start) throw fault(`a span in row ${n}`, `[${start}, ${end})`)
    if (length !== end - start) throw fault(`${end - start} weights in row ${n}`, `${length}`)
    if (view.weights[view.weightOffsets[n]!] !== 0) throw fault(`weight 0 of the first kept token of row ${n}`, `${view.weights[view.weightOffsets[n]!]}`)
  }
  if (view.weights.some((weight) => !(weight >= 0 && Number.isFinite(weight)))) throw fault("finite weights of at least 0", "another")
  return view
}
