/** A cell's rows as an engine needs them: what is kept of each sequence, and each kept token's weight as a target. */
import { Effect } from "effect"
import { type Prepared, readPrepared } from "../../sequence/prepared-file.ts"
import { type CellView, readView } from "../../sequence/view-file.ts"
import { InvalidTask } from "./InvalidTask.ts"

export interface Rows {
  readonly prepared: Prepared
  readonly view: CellView
  readonly count: number
  /** kept tokens of a row */
  readonly length: (row: number) => number
}

/**
 * Reads prepared data and the view over it.
 * @param vocabulary ids are checked against it: graphs do not
 * @throws SequenceError, InvalidTask
 */
export const readRows = async (preparedPath: string, viewPath: string, vocabulary: number): Promise<Rows> => {
  const prepared = await Effect.runPromise(readPrepared(preparedPath))
  const view = await Effect.runPromise(readView(viewPath))
  return joinRows(prepared, view, vocabulary)
}

export const joinRows = (prepared: Prepared, view: CellView, vocabulary: number): Rows => {
  const count = prepared.ids.length
  if (view.starts.length !== count) {
    throw new InvalidTask({ message: `the view has ${view.starts.length} rows, the prepared data ${count}: they belong to different steps` })
  }
  for (let row = 0; row < count; row++) {
    const whole = prepared.tokenOffsets[row + 1]! - prepared.tokenOffsets[row]!
    if (view.ends[row]! > whole) throw new InvalidTask({ message: `the view keeps tokens up to ${view.ends[row]} of row ${row}, which has ${whole}` })
  }
  const largest = prepared.tokens.reduce((a, b) => a > b ? a : b, 0)
  if (largest >= vocabulary) {
    throw new InvalidTask({ message: `token id ${largest} stands in the data, the model's vocabulary ends at ${vocabulary - 1}: data and model have different tokenizers` })
  }
  return { prepared, view, count, length: (row) => view.ends[row]! - view.starts[row]! }
}
