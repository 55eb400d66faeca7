/** Lines of a file with their numbers. A line too long is not held: its bytes are counted and let go. */

/** Longest line, in bytes: a trace of some ten million tokens. */
export const longestLineBytes = 64 * 2 ** 20

export interface Line {
  /** counted from 1 */
  readonly number: number
  /** of the first byte, in the unpacked text */
  readonly offset: number
  readonly length: number
  /** without the line's end; valid until the next batch is asked for; null: too long */
  readonly bytes: Buffer | null
}

/** Cuts bytes into lines, a batch for each piece. Empty lines are counted and left out: a file may be nothing else. */
export async function* linesOf(pieces: AsyncIterable<Buffer>, longest = longestLineBytes): AsyncGenerator<ReadonlyArray<Line>> {
  let number = 1
  let offset = 0
  let parts: Array<Buffer> = []
  let length = 0
  const finish = (last: Buffer): Line => {
    const whole = length + last.length
    const bytes = whole > longest ? null : parts.length === 0 ? last : Buffer.concat([...parts, last], whole)
    const line = { number, offset, length: whole, bytes }
    parts = []
    length = 0
    number++
    offset += whole + 1
    return line
  }
  for await (const piece of pieces) {
    const batch: Array<Line> = []
    let from = 0
    while (from < piece.length) {
      if (length === 0 && piece[from] === 10) {
        from++
        number++
        offset++
        continue
      }
      const end = piece.indexOf(10, from)
      if (end === -1) break
      batch.push(finish(piece.subarray(from, end)))
      from = end + 1
    }
    if (from < piece.length) {
      length += piece.length - from
      if (length > longest) parts = []
      else parts.push(Buffer.from(piece.subarray(from)))
    }
    if (batch.length > 0) yield batch
  }
  if (length > 0) yield [finish(Buffer.alloc(0))]
}
