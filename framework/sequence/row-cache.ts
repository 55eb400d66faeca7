/** Rows that were asked for last, within a bound on their memory: small data are read once, large data do not grow. */

/** Memory that a file's rows may take. */
export const cacheBytes = 1 << 24

/** @param read makes row n   @param bytesOf memory that a row takes */
export const rememberRows = <A>(read: (n: number) => A, bytesOf: (row: A) => number): (n: number) => A => {
  const kept = new Map<number, A>()
  let held = 0
  return (n) => {
    const known = kept.get(n)
    if (known !== undefined) {
      // Last used goes last: a Map remembers the order of insertion.
      kept.delete(n)
      kept.set(n, known)
      return known
    }
    const row = read(n)
    kept.set(n, row)
    held += bytesOf(row)
    for (const [eldest, old] of kept) {
      if (held <= cacheBytes) break
      kept.delete(eldest)
      held -= bytesOf(old)
    }
    return row
  }
}
