/**
 * Lengths that sequences are padded to. Each length is a graph of its own to record, so there are few; they are chosen so
 * that as little as possible is padding.
 */

/** At most so many lengths a view. */
export const maxLengths = 6

/** Padding that is borne before another length is added: a call of its own costs about as much as 230 tokens. */
export const maxWaste = 0.05

/**
 * The fewest lengths to pad to that keep the padding within 5 % of the tokens, or the best six.
 * @param lengths tokens of each sequence as it is fed, as often as it is   @returns lengths, ascending, the longest among them
 */
export const bucketLengths = (lengths: Iterable<number>): ReadonlyArray<number> => {
  let tokens = 0
  for (const length of lengths) tokens += length
  for (let count = 1; count < maxLengths; count++) {
    const buckets = bestLengths(lengths, count)
    let padded = 0
    for (const length of lengths) padded += bucketOf(length, buckets)
    if (padded - tokens <= maxWaste * tokens) return buckets
  }
  return bestLengths(lengths, maxLengths)
}

/** At most `count` lengths with the least padding in all: dynamic programming over the distinct lengths. */
export const bestLengths = (lengths: Iterable<number>, count: number): ReadonlyArray<number> => {
  const histogram = new Map<number, number>()
  for (const length of lengths) histogram.set(length, (histogram.get(length) ?? 0) + 1)
  const distinct = [...histogram.keys()].sort((a, b) => a - b)
  if (distinct.length <= count) return distinct
  // Long-tailed data: more distinct lengths than are worth weighing one by one are first rounded up to 256 of them.
  if (distinct.length > 256) {
    const longest = distinct.at(-1) as number
    const grain = Math.ceil(longest / 256)
    return bestLengths([...histogram].flatMap(([length, times]) =>
      Array<number>(times).fill(Math.min(longest, Math.ceil(length / grain) * grain))), count)
  }
  const numbers = distinct.map((length) => histogram.get(length) as number)
  // paddingOf(i, j): padding when lengths i..j all become distinct[j]
  const cumulative = [0]
  const cumulativeTokens = [0]
  for (const [i, n] of numbers.entries()) {
    cumulative.push((cumulative[i] as number) + n)
    cumulativeTokens.push((cumulativeTokens[i] as number) + n * (distinct[i] as number))
  }
  const paddingOf = (i: number, j: number): number =>
    (distinct[j] as number) * ((cumulative[j + 1] as number) - (cumulative[i] as number)) -
    ((cumulativeTokens[j + 1] as number) - (cumulativeTokens[i] as number))
  // least[j]: padding of lengths 0..j with the buckets allowed so far; chosen[j]: those buckets
  let least = distinct.map((_, j) => paddingOf(0, j))
  let chosen = distinct.map((length) => [length])
  for (let buckets = 2; buckets <= count; buckets++) {
    const better = distinct.map((length, j) => {
      let best = { padding: least[j] as number, lengths: chosen[j] as Array<number> }
      for (let i = 1; i <= j; i++) {
        const padding = (least[i - 1] as number) + paddingOf(i, j)
        if (padding < best.padding) best = { padding, lengths: [...(chosen[i - 1] as Array<number>), length] }
      }
      return best
    })
    least = better.map(({ padding }) => padding)
    chosen = better.map(({ lengths }) => lengths)
  }
  return chosen.at(-1) as Array<number>
}

/** The length that a sequence of `length` tokens is padded to. */
export const bucketOf = (length: number, buckets: ReadonlyArray<number>): number =>
  buckets.find((bucket) => bucket >= length) ?? (buckets.at(-1) as number)
