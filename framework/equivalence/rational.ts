/** Exact values of plain numbers: integers, decimals, fractions, mixed numbers, powers of ten. Told without any engine. */

export interface Rational {
  readonly top: bigint
  /** positive; the fraction is reduced */
  readonly bottom: bigint
}

/** Digits beyond which a number is not read exactly. */
const mostDigits = 2000

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** Null where the bottom is 0. */
export const rational = (top: bigint, bottom: bigint): Rational | null => {
  if (bottom === 0n) return null
  const by = gcd(top, bottom < 0n ? -bottom : bottom) || 1n
  const sign = bottom < 0n ? -1n : 1n
  return { top: sign * top / by, bottom: sign * bottom / by }
}

export const sameRational = (a: Rational, b: Rational): boolean => a.top === b.top && a.bottom === b.bottom

/** As a double; huge tops and bottoms are scaled together. */
export const toNumber = ({ top, bottom }: Rational): number => {
  const [plainTop, plainBottom] = [Number(top), Number(bottom)]
  if (Number.isFinite(plainTop) && Number.isFinite(plainBottom)) return plainTop / plainBottom
  const shift = BigInt(Math.max(0, Math.max(top.toString(2).length, bottom.toString(2).length) - 1000))
  return Number(top >> shift) / Number(bottom >> shift)
}

const decimal = (whole: string, part: string, exponent: number): Rational | null => {
  const digits = BigInt(`${whole}${part}` || "0")
  const power = exponent - part.length
  return Math.abs(power) > mostDigits ? null : power >= 0 ? rational(digits * 10n ** BigInt(power), 1n) : rational(digits, 10n ** BigInt(-power))
}

const unsigned = String.raw`(\d*)(?:\.(\d+)|\.)?`
const plain = new RegExp(String.raw`^${unsigned}(?:\s*(?:[eE]([+-]?\d+)|\\cdot\s*10\s*\^\s*(?:\{\s*([+-]?\d+)\s*\}|([+-]?\d+))))?$`, "u")
const fraction = /^(?:(\d+)\s*)?\\frac\{\s*([+-]?[\d.]+)\s*\}\{\s*([+-]?[\d.]+)\s*\}$/u
const slashed = /^(?:(\d+)\s+)?([\d.]+)\s*\/\s*([\d.]+)$/u

const unsignedValue = (text: string): Rational | null => {
  const number = plain.exec(text)
  if (number !== null && /\d/u.test(text[0] === "." ? text[1] ?? "" : text[0] ?? "")) {
    const [, whole = "", part = "", e, braced, bare] = number
    return decimal(whole, part, Number(e ?? braced ?? bare ?? 0))
  }
  const parts = fraction.exec(text) ?? slashed.exec(text)
  if (parts === null) return null
  const [, whole, top, bottom] = parts
  const [a, b] = [rationalOf(top!), rationalOf(bottom!)]
  if (a === null || b === null) return null
  const value = rational(a.top * b.bottom, a.bottom * b.top)
  if (value === null || whole === undefined) return value
  // A mixed number: only a proper fraction stands behind its whole.
  if (value.top < 0n || value.top >= value.bottom) return null
  return rational(BigInt(whole) * value.bottom + value.top, value.bottom)
}

/**
 * The exact value of a plain number in normalised LaTeX, null where it is none.
 * ```ts
 * rationalOf("3\\frac{1}{2}") // => { top: 7n, bottom: 2n }
 * rationalOf("1.5\\cdot 10^{-1}") // => { top: 3n, bottom: 20n }
 * rationalOf("2x") // => null
 * ```
 */
export const rationalOf = (text: string): Rational | null => {
  let rest = text.trim()
  if (rest.length > mostDigits) return null
  let isNegative = false
  for (;;) {
    if (rest.startsWith("-")) isNegative = !isNegative
    else if (!rest.startsWith("+")) break
    rest = rest.slice(1).trim()
  }
  while (rest.startsWith("{") && rest.endsWith("}") && /^\{[^{}]*\}$/u.test(rest)) rest = rest.slice(1, -1).trim()
  const value = unsignedValue(rest)
  return value === null ? null : isNegative ? { top: -value.top, bottom: value.bottom } : value
}
