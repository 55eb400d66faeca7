/** Splits sequences into padded batches of few different shapes, for passes that have no schedule: teaching and validation. */
import { InvalidTask } from "./InvalidTask.ts"
import type { BatchShape } from "./objective.ts"

export interface EvenBatch {
  readonly shape: BatchShape
  /** at most `shape.batch` of them */
  readonly rows: ReadonlyArray<number>
}

/**
 * Each sequence goes to the shortest of `lengths` that holds it; a length's sequences are split evenly, so that one shape a
 * length is enough and the last batch has little padding.
 * @param lengths allowed padded lengths   @param microTokens most padded tokens of a batch (one sequence is always allowed)
 * @throws InvalidTask if a sequence is longer than every allowed length
 * ```ts
 * evenBatches([3, 9, 4, 4], [4, 10], 8) // => [{ shape: { batch: 2, length: 4 }, rows: [0, 2] }, { shape: { batch: 2, length: 4 }, rows: [3] }, { shape: { batch: 1, length: 10 }, rows: [1] }]
 * ```
 */
export const evenBatches = (rowLengths: ReadonlyArray<number>, lengths: ReadonlyArray<number>, microTokens: number): ReadonlyArray<EvenBatch> => {
  const ascending = [...new Set(lengths)].sort((a, b) => a - b)
  const buckets = new Map<number, Array<number>>(ascending.map((length) => [length, []]))
  rowLengths.forEach((rowLength, row) => {
    const length = ascending.find((candidate) => candidate >= rowLength)
    if (length === undefined) throw new InvalidTask({ message: `row ${row} has ${rowLength} tokens, the longest allowed batch ${ascending.at(-1) ?? 0}` })
    buckets.get(length)!.push(row)
  })
  const batches: Array<EvenBatch> = []
  for (const [length, rows] of buckets) {
    const most = Math.max(1, Math.floor(microTokens / length))
    const count = Math.ceil(rows.length / Math.ceil(rows.length / most || 1)) || 0
    for (let at = 0; at < rows.length; at += count) batches.push({ shape: { batch: count, length }, rows: rows.slice(at, at + count) })
  }
  return batches
}
