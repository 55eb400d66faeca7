/** Edits (insert, delete, replace, swap of neighbours) from one word to another. */
export const editDistance = (from: string, to: string): number => {
  let beforeLast: ReadonlyArray<number> = []
  let last: ReadonlyArray<number> = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const replace = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row.push(Math.min(replace, last[j]! + 1, row[j - 1]! + 1, isSwap ? beforeLast[j - 2]! + 1 : Infinity))
    }
    beforeLast = last
    last = row
  }
  return last[to.length]!
}

/** The known word nearest to the given one, or null if none is near: at most 2 edits, or a third of its length. */
export const nearest = (given: string, known: ReadonlyArray<string>): string | null => {
  if (given.length > 100) return null
  const lower = given.toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1
  for (const word of known) {
    if (Math.abs(word.length - given.length) >= bestDistance) continue
    const distance = editDistance(lower, word.toLowerCase())
    // one letter cannot resemble another: a word must share something
    if (distance < bestDistance && distance < Math.max(word.length, given.length)) {
      best = word
      bestDistance = distance
    }
  }
  return best
}

/** "Did you mean `x`?", or null. */
export const didYouMean = (given: string, known: ReadonlyArray<string>): string | null => {
  const word = nearest(given, known)
  return word === null ? null : `Did you mean \`${word}\`?`
}
