/** Many claims, one experiment: Holm for those declared before it ran, Benjamini-Hochberg for the rest. */

export interface AdjustedP {
  readonly name: string
  readonly p: number
  /** p value that may be compared with the whole alpha */
  readonly adjusted: number
}

export interface HolmP extends AdjustedP {
  /** alpha at which this claim itself is judged: give it to `verdict` */
  readonly alpha: number
  readonly isRejected: boolean
}

/** A claim with the p value of its verdict; `same` names what it compares, so that two names of one thing count once. */
export interface TestedClaim {
  readonly name: string
  readonly same: string
  readonly p: number
}

/**
 * Holm's step-down over the declared claims: with m of them in order of p, the i-th (from 0) is judged at alpha / (m - i),
 * until one fails; that one and all after it are judged at its alpha. Adjusted p = running maximum of (m - i) p, at most 1.
 * The chance that any true null is rejected is at most alpha, whatever hangs on what. Claims with equal `same` are one.
 *
 * For a verdict in either direction, p is the smaller of `pSupported` and `pRefuted` and alpha stays one-sided.
 * @returns in the order given
 * @throws RangeError if a p value is outside [0, 1], or two claims are the same but differ in p
 * @source S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979);
 * directions: J. P. Shaffer, "Control of directional errors with stagewise multiple test procedures", Annals of
 * Statistics 8 (1980), shown there for independent statistics
 * ```ts
 * holm([{ name: "a", same: "a", p: 0.01 }, { name: "b", same: "b", p: 0.02 }], 0.025).map((one) => one.adjusted) // => [0.02, 0.02]
 * ```
 */
export const holm = (claims: ReadonlyArray<TestedClaim>, alpha: number): ReadonlyArray<HolmP> => {
  const pOf = new Map<string, number>()
  for (const { name, p, same } of claims) {
    refuse(name, p)
    const known = pOf.get(same) ?? p
    if (known !== p) throw new RangeError(`Claim ${name} compares the same as another, yet its p is ${p} and the other's ${known}`)
    pOf.set(same, p)
  }
  const judged = new Map<string, Pick<HolmP, "adjusted" | "alpha" | "isRejected">>()
  let running = 0
  let failedAt: number | null = null
  let left = pOf.size
  for (const [same, p] of [...pOf].sort((a, b) => a[1] - b[1])) {
    running = Math.max(running, Math.min(1, left * p))
    const share: number = failedAt ?? alpha / left
    const isRejected = failedAt === null && p <= share
    if (!isRejected) failedAt = share
    judged.set(same, { adjusted: running, alpha: share, isRejected })
    left -= 1
  }
  return claims.map(({ name, p, same }) => ({ name, p, ...judged.get(same)! }))
}

/**
 * Benjamini and Hochberg's step-up for what was not declared: with m p values in order, adjusted p of the i-th (from 1) =
 * running minimum, from the last, of p m / i. Taking those up to q makes at most a share q of them false on average, where
 * tests are independent or positively dependent. Exploratory, and to be labelled so.
 * @returns in the order given
 * @throws RangeError if a p value is outside [0, 1]
 * @source Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995)
 * ```ts
 * benjaminiHochberg([{ name: "a", p: 0.01 }, { name: "b", p: 0.04 }]).map((one) => one.adjusted) // => [0.02, 0.04]
 * ```
 */
export const benjaminiHochberg = (
  tests: ReadonlyArray<{ readonly name: string; readonly p: number }>
): ReadonlyArray<AdjustedP> => {
  for (const { name, p } of tests) refuse(name, p)
  const adjusted = new Array<number>(tests.length)
  let running = 1
  let rank = tests.length
  for (const index of tests.map((_, index) => index).sort((a, b) => tests[b]!.p - tests[a]!.p)) {
    running = Math.min(running, (tests[index]!.p * tests.length) / rank)
    adjusted[index] = running
    rank -= 1
  }
  return tests.map(({ name, p }, index) => ({ name, p, adjusted: adjusted[index]! }))
}

const refuse = (name: string, p: number): void => {
  // also NaN
  if (!(p >= 0 && p <= 1)) throw new RangeError(`The p value of ${name} is ${p}: expected a number from 0 to 1`)
}
