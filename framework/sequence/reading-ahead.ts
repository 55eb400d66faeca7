/** Reads of a file: who goes on where the last read ended gets much at once, who jumps gets what is asked for and no more. */

/** A copy of `length` bytes from `position` on, in a buffer of its own. */
export type ByteReader = (position: number, length: number) => Uint8Array

const aheadBytes = 1 << 18

/** @param fill reads as many bytes as the array it is given has   @param size of the file */
export const readingAhead = (fill: (position: number, bytes: Uint8Array) => Uint8Array, size: number): ByteReader => {
  let ahead: Uint8Array = new Uint8Array(0)
  let from = 0
  let next = -1
  return (position, length) => {
    const goesOn = position === next
    next = position + length
    if (position >= from && next <= from + ahead.length) return ahead.slice(position - from, next - from)
    if (!goesOn || length >= aheadBytes) return fill(position, new Uint8Array(length))
    // The old window's memory is used again, unless the end of the file is near.
    const bytes = Math.min(aheadBytes, size - position)
    ahead = fill(position, ahead.length === bytes ? ahead : new Uint8Array(bytes))
    from = position
    return ahead.slice(0, length)
  }
}
