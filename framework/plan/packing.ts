/** Several sequences in one line of a call: fewer tokens are padding, and no sequence feels its neighbours (`engines/Task.ts`). */
import type { MicroBatch } from "../engines/Task.ts"

/** Lines of a call: of the graph's batch. */
export const linesOf = ({ packs, rows }: MicroBatch): number => packs?.length ?? rows.length

/**
 * Rows laid into lines of `length` tokens, first-fit decreasing: the longest first, each into the first line that has room. Equal
 * lengths keep the order of `rows`, so equal rows give equal lines.
 * ```ts
 * packRows([0, 1, 2, 3], (row) => [3, 5, 2, 4][row]!, 8) // => [[1, 0], [3, 2]]
 * ```
 * @param fedLength tokens of a row that are fed, at most `length`
 */
export const packRows = (
  rows: ReadonlyArray<number>, fedLength: (row: number) => number, length: number
): ReadonlyArray<ReadonlyArray<number>> => {
  const lines: Array<{ readonly rows: Array<number>; room: number }> = []
  // Array.sort is stable.
  for (const row of [...rows].sort((a, b) => fedLength(b) - fedLength(a))) {
    const fed = fedLength(row)
    let line = lines.find(({ room }) => room >= fed)
    if (line === undefined) lines.push(line = { rows: [], room: length })
    line.rows.push(row)
    line.room -= fed
  }
  return lines.map((line) => line.rows)
}

/**
 * Splits a step's rows into calls of packed lines, all of one length, at most `mostLines` of them a call and as many in each as can be.
 * @param length of a line: at least that of the longest row
 */
export const packedBatches = (
  rows: ReadonlyArray<number>, fedLength: (row: number) => number, length: number, mostLines: number
): ReadonlyArray<MicroBatch> => {
  const lines = packRows(rows, fedLength, length)
  const calls = Math.ceil(lines.length / Math.max(1, mostLines))
  const size = Math.ceil(lines.length / calls) || 0
  return Array.from({ length: calls }, (_, call) => {
    const packs = lines.slice(call * size, (call + 1) * size)
    return { length, rows: packs.flat(), packs }
  }).filter(({ packs }) => packs.length > 0)
}

/** Lines may be so many times as long as the longest row: rows of about one length fit no two to a line of that length. */
const longestLine = 4

/**
 * Packed calls of every optimiser step, all lines of one length: of the longest row's, or 2, 3 or 4 times that and within
 * `microTokens`, whichever costs least over all steps. Longer lines waste fewer tokens but attend over more.
 * @param costOf what a training call of so many lines of a length costs   @param mostLines of a call
 */
export const packedSplit = (
  steps: ReadonlyArray<ReadonlyArray<number>>, fedLength: (row: number) => number, microTokens: number,
  mostLines: (length: number) => number, costOf: (lines: number, length: number) => number
): ReadonlyArray<ReadonlyArray<MicroBatch>> => {
  const longest = steps.reduce((most, rows) => rows.reduce((inner, row) => Math.max(inner, fedLength(row)), most), 0)
  const splits = Array.from({ length: longestLine }, (_, index) => (index + 1) * longest)
    .filter((length, index) => index === 0 || length <= microTokens)
    .map((length) => {
      const split = steps.map((rows) => packedBatches(rows, fedLength, length, mostLines(length)))
      return { split, cost: split.reduce((sum, calls) => sum + calls.reduce((inner, call) => inner + costOf(linesOf(call), length), 0), 0) }
    })
  return splits.reduce((best, other) => other.cost < best.cost ? other : best).split
}
