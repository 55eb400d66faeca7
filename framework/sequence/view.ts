/** Prepared data, a truncation and a set of segments make a cell's view. */
import { Growing } from "./growing.ts"
import { type Selection, selectedWeights, targetWeights } from "./mask.ts"
import { offsetsOf, type Prepared, sequenceAt } from "./prepared-file.ts"
import type { Segment } from "./Segment.ts"
import { keptSpan, type Truncation } from "./truncate.ts"
import type { CellView } from "./view-file.ts"

export interface ViewRequest {
  readonly truncation: Truncation
  readonly supervised: ReadonlyArray<Segment>
  readonly selection: Selection | null
  /**
   * Rows from here on are replay: complete in every cell, their thought and answer supervised, as instruction data is.
   * Equal to the number of rows where there is no replay.
   */
  readonly mainRows: number
}

const replaySupervised: ReadonlyArray<Segment> = ["cot", "answer"]

/**
 * What a cell keeps and supervises, row by row.
 * @throws SequenceError if a plugin answers with a span or weights that cannot be
 */
export const makeView = (prepared: Prepared, request: ViewRequest): CellView => {
  const { truncation, supervised, selection, mainRows } = request
  const count = prepared.ids.length
  const starts = new Int32Array(count)
  const ends = new Int32Array(count)
  const weights = new Growing<Float32Array>(Float32Array)
  for (let n = 0; n < count; n++) {
    const sequence = sequenceAt(prepared, n)
    const isReplay = n >= mainRows
    const [start, end] = isReplay ? [0, sequence.tokens_T.length] : keptSpan(sequence, truncation)
    const row = selection === null || isReplay
      ? targetWeights(sequence.segments_T, isReplay ? replaySupervised : supervised, start, end)
      : selectedWeights(sequence, supervised, selection, start, end)
    starts[n] = start
    ends[n] = end
    weights.append(row, 0, row.length)
  }
  return { starts, ends, weightOffsets: offsetsOf(ends.map((end, n) => end - starts[n]!)), weights: weights.take() }
}

/** Everything is kept and all is supervised but the first token: the common yardstick on held-out data. */
export const wholeView = (prepared: Prepared): CellView => {
  const count = prepared.ids.length
  const ends = new Int32Array(count)
  const weights = new Float32Array(prepared.tokens.length).fill(1)
  for (let n = 0; n < count; n++) {
    ends[n] = prepared.tokenOffsets[n + 1]! - prepared.tokenOffsets[n]!
    weights[prepared.tokenOffsets[n]!] = 0
  }
  return { starts: new Int32Array(count), ends, weightOffsets: prepared.tokenOffsets.slice(), weights }
}
