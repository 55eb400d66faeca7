/** A cell's rows as an engine needs them: what is kept of each sequence, and each kept token's weight as a target. */
import { Effect } from "effect"
import { type Prepared, readPrepared } from "../../sequence/prepared-file.ts"
import type { Sequence } from "../../sequence/Sequence.ts"
import { type CellView, readView } from "../../sequence/view-file.ts"
import { InvalidTask } from "./InvalidTask.ts"

/** One row of a view with what it keeps of its sequence. K kept tokens. */
export interface Row {
  /** row of the prepared data, and of a teacher store */
  readonly prepared: number
  readonly sequence: Sequence
  /** start, end, start, end ... of the whole sequence */
  readonly spans: Int32Array
  /** all spans one after the other, [K] */
  readonly tokens_K: Int32Array
  /** weight of each as a target, [K] */
  readonly weights_K: Float32Array
}

export interface Rows {
  readonly prepared: Prepared
  readonly view: CellView
  /** rows of the view */
  readonly count: number
  /** kept tokens of a row */
  readonly length: (row: number) => number
  /**
   * A row, read from the files.
   * @throws SequenceError, or InvalidTask if view, data and vocabulary do not fit each other
   */
  readonly read: (row: number) => Row
}

/** Rows that lie in files. */
export interface StoredRows extends Rows {
  readonly close: () => void
}

/**
 * Opens prepared data and the view over it.
 * @param vocabulary ids are checked against it as rows are read: graphs do not
 * @throws SequenceError
 */
export const readRows = async (preparedPath: string, viewPath: string, vocabulary: number): Promise<StoredRows> => {
  const prepared = await Effect.runPromise(readPrepared(preparedPath))
  try {
    const view = await Effect.runPromise(readView(viewPath))
    return {
      ...joinRows(prepared, view, vocabulary),
      close: () => {
        prepared.close()
        view.close()
      }
    }
  } catch (thrown) {
    prepared.close()
    throw thrown
  }
}

export const joinRows = (prepared: Prepared, view: CellView, vocabulary: number): Rows => {
  const read = (row: number): Row => {
    const { prepared: of, spans, weights } = view.row(row)
    if (of >= prepared.count) {
      throw new InvalidTask({ message: `row ${row} of the view is of row ${of} of the prepared data, which has ${prepared.count}: they belong to different steps` })
    }
    const sequence = prepared.row(of)
    const end = spans.at(-1) ?? 0
    if (end > sequence.tokens_T.length) throw new InvalidTask({ message: `the view keeps tokens up to ${end} of row ${row}, which has ${sequence.tokens_T.length}` })
    const tokens_K = keptTokens(sequence.tokens_T, spans)
    for (const id of tokens_K) {
      if (id >= vocabulary) {
        throw new InvalidTask({ message: `token id ${id} stands in the data, the model's vocabulary ends at ${vocabulary - 1}: data and model have different tokenizers` })
      }
    }
    return { prepared: of, sequence, spans, tokens_K, weights_K: weights }
  }
  return { prepared, view, count: view.count, length: (row) => view.lengths_N[row]!, read }
}

const keptTokens = (tokens_T: Int32Array, spans: Int32Array): Int32Array => {
  if (spans.length === 2) return tokens_T.subarray(spans[0]!, spans[1]!)
  const tokens_K = new Int32Array(spans.reduce((sum, bound, index) => sum + (index % 2 === 0 ? -bound : bound), 0))
  let kept = 0
  for (let index = 0; index < spans.length; index += 2) {
    tokens_K.set(tokens_T.subarray(spans[index]!, spans[index + 1]!), kept)
    kept += spans[index + 1]! - spans[index]!
  }
  return tokens_K
}
