import { byCluster, combine, type ItemBySeed } from "./ItemBySeed.ts"
import { randomStream } from "./random-stream.ts"

export interface PairedTest {
  /** two-sided */
  readonly p: number
  readonly method: "mcnemar-exact" | "sign-flip-exact" | "sign-flip-monte-carlo"
}

/** Differing units up to which every flip of signs is tried: 2^20, about a million. */
const exactUnits = 20

/**
 * Exact McNemar test of two students on the same items: of the b + c items that only one of them has right, b to the first
 * and c to the second is a toss of fair coins. p = min(1, 2 P(X <= min(b, c))), X binomial (b + c, 1/2).
 * @param onlyFirst items that only the first has right, b
 * @param onlySecond items that only the second has right, c
 * @source Q. McNemar, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12 (1947)
 * ```ts
 * Number((mcNemar(1, 5)).toFixed(5)) // => 0.21875
 * ```
 */
export const mcNemar = (onlyFirst: number, onlySecond: number): number => {
  const tosses = onlyFirst + onlySecond
  const last = Math.min(onlyFirst, onlySecond)
  // logarithms: 2^-tosses alone underflows from 1,075 tosses on
  let logTerm = -tosses * Math.LN2
  let sum = Math.exp(logTerm)
  for (let heads = 1; heads <= last; heads++) {
    logTerm += Math.log((tosses - heads + 1) / heads)
    sum += Math.exp(logTerm)
  }
  return Math.min(1, 2 * sum)
}

/**
 * Sign-flip test of paired differences: if the two are alike, each unit's difference could as well have the other sign.
 * p = share of sign vectors whose |sum| is at least the observed one: all 2^m of them for up to 20 units that differ,
 * else `draws` random ones, p = (1 + hits) / (1 + draws).
 * @param differences_n one a unit (item, or cluster of items); units that do not differ say nothing and are left out
 * @source R. A. Fisher, "The Design of Experiments" (1935), section 21; the added one: B. Phipson, G. K. Smyth,
 * "Permutation p-values should never be zero", Statistical Applications in Genetics and Molecular Biology 9 (2010)
 * ```ts
 * signFlip([1, 1, 1, 1], { seed: 0 }) // => { p: 0.125, method: "sign-flip-exact" }
 * ```
 */
export const signFlip = (
  differences_n: ArrayLike<number>,
  options: { readonly seed: number; readonly draws?: number }
): PairedTest => {
  const { draws = 9999, seed } = options
  const d = Array.from(differences_n).filter((difference) => difference !== 0)
  const total = d.reduce((sum, difference) => sum + difference, 0)
  // sums of the same numbers in another order may differ in the last digits: those are ties
  const reach = Math.abs(total) - 1e-12 * d.reduce((sum, difference) => sum + Math.abs(difference), 0)
  if (d.length <= exactUnits) {
    const numFlips = 2 ** d.length
    const signs = d.map(() => 1)
    let sum = total
    let hits = 1
    // Gray code: each sign vector differs from the one before in the unit of its number's lowest set bit
    for (let flip = 1; flip < numFlips; flip++) {
      const unit = 31 - Math.clz32(flip & -flip)
      signs[unit]! *= -1
      sum += 2 * signs[unit]! * d[unit]!
      if (Math.abs(sum) >= reach) hits += 1
    }
    return { p: hits / numFlips, method: "sign-flip-exact" }
  }
  const random = randomStream(seed)
  // units with equal differences are drawn together: of n of them as many keep their sign as there are ones among n random bits
  const sizes = new Map<number, number>()
  for (const difference of d) sizes.set(Math.abs(difference), (sizes.get(Math.abs(difference)) ?? 0) + 1)
  const groups = [...sizes]
  let hits = 0
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    for (const [size, units] of groups) sum += size * (2 * randomOnes(units, random) - units)
    if (Math.abs(sum) >= reach) hits += 1
  }
  return { p: (1 + hits) / (1 + draws), method: "sign-flip-monte-carlo" }
}

/** Ones among `bits` fair random bits. */
const randomOnes = (bits: number, random: () => number): number => {
  let ones = 0
  for (let left = bits; left > 0; left -= 32) {
    let word = (random() * 4294967296) | 0
    if (left < 32) word &= (1 << left) - 1
    word -= (word >>> 1) & 0x55555555
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
    ones += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return ones
}

/**
 * The paired test that is valid here: exact McNemar for one seed, one sample and independent items; else the sign-flip test
 * on the means of items over seeds and samples (sums of clusters). Both are over new items, for these trained students.
 * @param samples samples an item; one sample has scores of 0 and 1 only
 * @throws RangeError if the tables hold different numbers of items or seeds
 */
export const pairedTest = (
  first: ItemBySeed,
  second: ItemBySeed,
  options: { readonly samples: number; readonly seed: number; readonly draws?: number }
): PairedTest => {
  const difference = byCluster(combine(1, first, -1, second))
  const { numItems, numSeeds, values_nS } = difference
  const isPlain = options.samples === 1 && numSeeds === 1 && first.numClusters === first.numItems &&
    [first, second].every((table) => table.values_nS.every((value) => value === 0 || value === 1))
  if (isPlain) {
    let onlyFirst = 0
    let onlySecond = 0
    for (const value of values_nS) {
      if (value > 0) onlyFirst += 1
      else if (value < 0) onlySecond += 1
    }
    return { p: mcNemar(onlyFirst, onlySecond), method: "mcnemar-exact" }
  }
  const means_n = new Float64Array(numItems)
  for (let item = 0; item < numItems; item++) {
    for (let seed = 0; seed < numSeeds; seed++) means_n[item]! += values_nS[item * numSeeds + seed]! / numSeeds
  }
  return signFlip(means_n, options)
}
