/**
 * Values of MathJSON in doubles, with variables set. Everything is bounded, so that nothing takes long. Null: this is not
 * evaluated here.
 */
import { add, complex, type Complex, divide, exp, ln, magnitude, multiply, negate, power, root } from "./complex.ts"
import { callOf, decorated, isApplied, isMixed, type Json, literalOf, symbolOf } from "./mathjson.ts"

/** A number, or rows of them. */
export type Value = Complex | ReadonlyArray<ReadonlyArray<Complex>>

const isMatrix = (value: Value): value is ReadonlyArray<ReadonlyArray<Complex>> => Array.isArray(value)

export type Variables = (name: string) => Complex

const real = (value: Complex, f: (x: number) => number): Complex | null => Math.abs(value.im) < 1e-12 ? complex(f(value.re)) : null

/** sin of a complex number; the others follow from exponentials only where they are asked for. */
const sine = (a: Complex): Complex => a.im === 0 ? complex(Math.sin(a.re)) : complex(Math.sin(a.re) * Math.cosh(a.im), Math.cos(a.re) * Math.sinh(a.im))
const cosine = (a: Complex): Complex => a.im === 0 ? complex(Math.cos(a.re)) : complex(Math.cos(a.re) * Math.cosh(a.im), -Math.sin(a.re) * Math.sinh(a.im))

const gamma = (x: number): number => {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x))
  const terms = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]
  const shifted = x - 1
  const base = terms.reduce((all, term, index) => all + term / (shifted + index + 1), 0.99999999999980993)
  const t = shifted + terms.length - 0.5
  return Math.sqrt(2 * Math.PI) * t ** (shifted + 0.5) * Math.exp(-t) * base
}

const greatest = (a: number, b: number): number => {
  let [x, y] = [Math.abs(a), Math.abs(b)]
  if (!Number.isSafeInteger(x) || !Number.isSafeInteger(y)) return Number.NaN
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

const one = complex(1)
const over = (f: (a: Complex) => Complex | null) => (args: ReadonlyArray<Complex>): Complex | null => args.length === 1 ? f(args[0]!) : null
const onReal = (f: (x: number) => number) => over((a) => real(a, f))
const onReals = (f: (...xs: ReadonlyArray<number>) => number) => (args: ReadonlyArray<Complex>): Complex | null =>
  args.every(({ im }) => Math.abs(im) < 1e-12) && args.length > 0 ? complex(f(...args.map(({ re }) => re))) : null

const calls: Readonly<Record<string, (args: ReadonlyArray<Complex>) => Complex | null>> = {
  Add: (args) => args.reduce(add, complex(0)),
  Subtract: ([a, ...rest]) => a === undefined ? null : rest.reduce((all, term) => add(all, negate(term)), a),
  Negate: over(negate),
  Multiply: (args) => args.reduce(multiply, one),
  Divide: ([a, b]) => a === undefined || b === undefined ? null : divide(a, b),
  Rational: ([a, b]) => a === undefined || b === undefined ? null : divide(a, b),
  Power: ([a, b]) => a === undefined || b === undefined ? null : power(a, b),
  Square: over((a) => multiply(a, a)),
  Root: ([a, n]) => a === undefined ? null : root(a, n ?? complex(2)),
  Sqrt: over((a) => root(a, complex(2))),
  Delimiter: over((a) => a),
  Exp: over(exp), Ln: ([a, base]) => a === undefined ? null : base === undefined ? ln(a) : divide(ln(a), ln(base)),
  Log: ([a, base]) => a === undefined ? null : divide(ln(a), ln(base ?? complex(10))),
  Lb: over((a) => divide(ln(a), complex(Math.LN2))), Lg: over((a) => divide(ln(a), complex(Math.LN10))),
  Sin: over(sine), Cos: over(cosine), Tan: over((a) => divide(sine(a), cosine(a))), Cot: over((a) => divide(cosine(a), sine(a))),
  Sec: over((a) => divide(one, cosine(a))), Csc: over((a) => divide(one, sine(a))),
  Arcsin: onReal(Math.asin), Arccos: onReal(Math.acos), Arctan: onReal(Math.atan), Sinh: onReal(Math.sinh), Cosh: onReal(Math.cosh), Tanh: onReal(Math.tanh),
  Arsinh: onReal(Math.asinh), Arcosh: onReal(Math.acosh), Artanh: onReal(Math.atanh), Arccot: onReal((x) => Math.PI / 2 - Math.atan(x)),
  Abs: over((a) => complex(magnitude(a))), Norm: over((a) => complex(magnitude(a))), Floor: onReal(Math.floor), Ceil: onReal(Math.ceil), Round: onReal(Math.round), Sign: onReal(Math.sign),
  Factorial: onReal((x) => x > 170 ? Number.POSITIVE_INFINITY : gamma(x + 1)),
  Binomial: onReals((n, k = 0) => gamma(n! + 1) / (gamma(k + 1) * gamma(n! - k + 1))),
  Mod: onReals((a, b = Number.NaN) => ((a! % b) + b) % b), GCD: onReals((...all) => all.reduce(greatest)), LCM: onReals((...all) => all.reduce((a, b) => a * b / greatest(a, b))),
  Max: onReals(Math.max), Min: onReals(Math.min), Re: over((a) => complex(a.re)), Im: over((a) => complex(a.im)), Real: over((a) => complex(a.re)), Imaginary: over((a) => complex(a.im)),
  Degrees: over((a) => complex(a.re * Math.PI / 180)), Percent: over((a) => complex(a.re / 100))
}

const constants: Readonly<Record<string, Complex>> = {
  Pi: complex(Math.PI), ExponentialE: complex(Math.E), e: complex(Math.E), ImaginaryUnit: complex(0, 1), i: complex(0, 1), PositiveInfinity: complex(Number.POSITIVE_INFINITY),
  NegativeInfinity: complex(Number.NEGATIVE_INFINITY), GoldenRatio: complex((1 + Math.sqrt(5)) / 2)
}

export const isConstant = (name: string): boolean => name in constants

/** Names that a value depends on, in the order in which they stand. */
export const variablesOf = (json: Json, found = new Set<string>(), depth = 0): ReadonlySet<string> => {
  if (depth > 200) return found
  const symbol = symbolOf(json)
  if (symbol !== null && !isConstant(symbol)) found.add(symbol)
  const call = callOf(json)
  if (call === null) return found
  const name = decorated(call[0], call[1])
  if (name !== null) found.add(name)
  else for (const arg of call[1]) variablesOf(arg, found, depth + 1)
  return found
}

/** A smooth function nobody knows, for `f(x)`: equal only where name and argument are. */
const unknownFunction = (seed: Complex, argument: Complex): Complex => add(sine(add(multiply(argument, complex(1.37)), seed)), multiply(seed, argument))

const matrices = (name: string, args: ReadonlyArray<Value>): Value | null => {
  const [first, second] = args
  if (name === "Delimiter" && args.length === 1) return first!
  if (name === "Negate" && isMatrix(first!)) return first.map((row) => row.map(negate))
  if ((name === "Add" || name === "Subtract") && args.every(isMatrix)) {
    return (args as ReadonlyArray<ReadonlyArray<ReadonlyArray<Complex>>>).reduce((a, b) => a.map((row, r) => row.map((cell, c) =>
      add(cell, name === "Add" ? b[r]?.[c] ?? complex(Number.NaN) : negate(b[r]?.[c] ?? complex(Number.NaN))))))
  }
  if (name === "Divide" && isMatrix(first!) && second !== undefined && !isMatrix(second)) return first.map((row) => row.map((cell) => divide(cell, second)))
  if (name !== "Multiply" && name !== "InvisibleOperator") return null
  return args.reduce<Value | null>((a, b) => {
    if (a === null) return null
    if (!isMatrix(a)) return isMatrix(b) ? b.map((row) => row.map((cell) => multiply(a, cell))) : multiply(a, b)
    if (!isMatrix(b)) return a.map((row) => row.map((cell) => multiply(cell, b)))
    if (a[0]?.length !== b.length || a.length * b.length > 400) return null
    return a.map((row) => b[0]!.map((_, column) => row.reduce((all, cell, at) => add(all, multiply(cell, b[at]?.[column] ?? complex(Number.NaN))), complex(0))))
  }, one)
}

/** The value with variables set; null where something in it is not evaluated here. */
export const valueOf = (json: Json, variables: Variables, depth = 0): Value | null => {
  if (depth > 200) return null
  const literal = literalOf(json)
  if (literal !== null) return complex(Number(literal.replace(/[nd]$/u, "")))
  const symbol = symbolOf(json)
  if (symbol !== null) return constants[symbol] ?? (/^(?:Error|ContinuationPlaceholder|Nothing|EmptySet)$/u.test(symbol) ? null : variables(symbol))
  const call = callOf(json)
  if (call === null) return null
  const [name, args] = call
  const marked = decorated(name, args)
  if (marked !== null) return variables(marked)
  if (name === "Matrix") return matrixOf(args[0], variables, depth)
  if (name === "Apply") {
    const inverse = callOf(args[0] ?? "")
    const target = inverse?.[0] === "InverseFunction" ? symbolOf(inverse[1][0] ?? 0) : null
    return target === null || args[1] === undefined ? null : valueOf([`Arc${target.toLowerCase()}`, args[1]], variables, depth + 1)
  }
  const values = args.filter((arg) => !(typeof arg === "string" && arg.startsWith("'"))).map((arg) => valueOf(arg, variables, depth + 1))
  if (values.some((value) => value === null)) return null
  const given = values as ReadonlyArray<Value>
  if (given.some(isMatrix)) return matrices(name, given)
  const numbers = given as ReadonlyArray<Complex>
  if (name === "InvisibleOperator") {
    return isMixed(args) ? numbers.reduce(add) : isApplied(args) ? unknownFunction(numbers[0]!, numbers[1]!) : numbers.reduce(multiply, one)
  }
  return Object.hasOwn(calls, name) ? calls[name]!(numbers) : null
}

const matrixOf = (rows: Json | undefined, variables: Variables, depth: number): Value | null => {
  const list = rows === undefined ? null : callOf(rows)
  if (list === null || list[0] !== "List") return null
  const values = list[1].map((row) => callOf(row)?.[1].map((cell) => valueOf(cell, variables, depth + 1)) ?? [null])
  return values.every((row) => row.every((cell) => cell !== null && !isMatrix(cell))) ? values as ReadonlyArray<ReadonlyArray<Complex>> : null
}
