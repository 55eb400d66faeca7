/** Exact values of rational expressions. Bounded, so that no power or factorial takes long; null: not rational, or too large. */
import { callOf, isMixed, type Json, literalOf } from "./mathjson.ts"
import { rational, rationalOf, type Rational } from "./rational.ts"

const mostBits = 20_000
const bitsOf = (value: bigint): number => value.toString(16).length * 4

const exactPower = (base: Rational, exponent: Rational): Rational | null => {
  if (exponent.bottom !== 1n || exponent.top > 20_000n || exponent.top < -20_000n) return null
  const by = Number(exponent.top < 0n ? -exponent.top : exponent.top)
  if (by * Math.max(bitsOf(base.top), bitsOf(base.bottom)) > mostBits) return null
  const [top, bottom] = [base.top ** BigInt(by), base.bottom ** BigInt(by)]
  return exponent.top < 0n ? rational(bottom, top) : rational(top, bottom)
}

const product = (factors: ReadonlyArray<Rational>): Rational | null => factors.reduce<Rational | null>((all, factor) => {
  if (all === null) return null
  const [top, bottom] = [all.top * factor.top, all.bottom * factor.bottom]
  return bitsOf(top) + bitsOf(bottom) > mostBits ? null : rational(top, bottom)
}, { top: 1n, bottom: 1n })

const sum = (terms: ReadonlyArray<Rational>): Rational | null => terms.reduce<Rational | null>((all, term) => {
  if (all === null || bitsOf(all.bottom) + bitsOf(term.bottom) > mostBits) return null
  return rational(all.top * term.bottom + term.top * all.bottom, all.bottom * term.bottom)
}, { top: 0n, bottom: 1n })

const wholeOf = (value: Rational | undefined, most: bigint): number | null =>
  value === undefined || value.bottom !== 1n || value.top < 0n || value.top > most ? null : Number(value.top)

const exactCalls: Readonly<Record<string, (args: ReadonlyArray<Rational>) => Rational | null>> = {
  Add: sum, Multiply: product, InvisibleOperator: product,
  Subtract: ([a, ...rest]) => a === undefined ? null : sum([a, ...rest.map(({ top, bottom }) => ({ top: -top, bottom }))]),
  Negate: ([a]) => a === undefined ? null : { top: -a.top, bottom: a.bottom },
  Divide: ([a, b]) => a === undefined || b === undefined ? null : rational(a.top * b.bottom, a.bottom * b.top),
  Rational: ([a, b]) => a === undefined || b === undefined ? null : rational(a.top * b.bottom, a.bottom * b.top),
  Power: ([a, b]) => a === undefined || b === undefined ? null : exactPower(a, b),
  Square: ([a]) => a === undefined ? null : exactPower(a, { top: 2n, bottom: 1n }),
  Delimiter: ([a, ...more]) => a === undefined || more.length > 0 ? null : a,
  Abs: ([a]) => a === undefined ? null : { top: a.top < 0n ? -a.top : a.top, bottom: a.bottom },
  Factorial: ([a]) => {
    const n = wholeOf(a, 1000n)
    if (n === null) return null
    let value = 1n
    for (let by = 2n; by <= BigInt(n); by++) value *= by
    return { top: value, bottom: 1n }
  },
  Binomial: ([a, b]) => {
    const [n, k] = [wholeOf(a, 2000n), wholeOf(b, 2000n)]
    if (n === null || k === null) return null
    let value = 1n
    for (let at = 1n; at <= BigInt(k); at++) value = value * (BigInt(n) - at + 1n) / at
    return { top: value, bottom: 1n }
  }
}

/** The exact value where there is one. */
export const exactOf = (json: Json, depth = 0): Rational | null => {
  if (depth > 200) return null
  const literal = literalOf(json)
  if (literal !== null) return rationalOf(literal.replace(/[nd]$/u, ""))
  const call = callOf(json)
  if (call === null) return null
  const [name, args] = call
  // A string among them is the sign that a delimiter was written with.
  const values = args.filter((arg) => !(typeof arg === "string" && arg.startsWith("'"))).map((arg) => exactOf(arg, depth + 1))
  if (values.some((value) => value === null)) return null
  const exact = values as ReadonlyArray<Rational>
  return name === "InvisibleOperator" && isMixed(args) ? sum(exact) : exactCalls[name]?.(exact) ?? null
}
