/** Choosing a token from logits, in float64, by one uniform number: the same choice on every machine that has the logits. */

/**
 * Draws a token from `softmax(logits / temperature)`, cut to the smallest set of likeliest tokens whose probability
 * reaches `topP`.
 * @param logits_V one row   @param temperature above 0   @param topP in (0, 1]   @param uniform in [0, 1)
 * ```ts
 * sampleToken(Float32Array.of(0, Math.log(3)), 1, 1, 0.2) // => 0
 * sampleToken(Float32Array.of(0, Math.log(3)), 1, 0.5, 0.2) // => 1
 * ```
 */
export const sampleToken = (logits_V: Float32Array, temperature: number, topP: number, uniform: number): number => {
  let highest = -Infinity
  for (const logit of logits_V) if (logit > highest) highest = logit
  const masses = Float64Array.from(logits_V, (logit) => Math.exp((logit - highest) / temperature))
  const order = topP < 1 ? likeliestFirst(masses, topP) : undefined
  const count = order?.length ?? masses.length
  const token = (index: number) => order === undefined ? index : order[index]!
  let total = 0
  for (let index = 0; index < count; index++) total += masses[token(index)]!
  let left = uniform * total
  for (let index = 0; index < count; index++) {
    left -= masses[token(index)]!
    if (left < 0) return token(index)
  }
  return token(count - 1)
}

/** Tokens by falling mass (ties: the lower id first), as many as it takes to reach `share` of the whole. */
const likeliestFirst = (masses: Float64Array, share: number): ReadonlyArray<number> => {
  const order = Array.from(masses.keys()).sort((a, b) => masses[b]! - masses[a]! || a - b)
  const wanted = share * masses.reduce((sum, mass) => sum + mass, 0)
  let reached = 0
  const cut = order.findIndex((token) => (reached += masses[token]!) >= wanted)
  return cut < 0 ? order : order.slice(0, cut + 1)
}
