/**
 * Compares two answers by their shape. What cannot be told by spelling and exact numbers is asked of an oracle: the engine in
 * a worker. Without one (in the main thread) the answer is null: not decided here.
 */
import { type Answer, answerOf, type Expression, isName, type List, type Relation, type Tuple } from "./answer.ts"
import { withoutBlanks } from "./normalise.ts"
import { rational, rationalOf, sameRational, toNumber, type Rational } from "./rational.ts"
import { differ } from "./units.ts"

/** true, false, or null: not decided. */
export type Truth = boolean | null

/** How answers are compared. */
export interface CompareOptions {
  /** digits behind the point to which a decimal is compared with what it rounds; 6 unless given */
  readonly precision?: number
  /** false: variables may have other names, and a set may be written as a tuple; true unless given */
  readonly strict?: boolean
  /** false: a relation such as `x \ge 5` is no answer where the reference is a set such as `[5, \infty)`; true unless given */
  readonly allow_set_relation_comp?: boolean
}

export interface Oracle {
  /** whether two expressions, or two relations written as `left - (right)`, have equal values */
  readonly expressions: (a: string, b: string, tolerance: number) => Truth
  /** whether a is b times one number, and which sign that has; null where it is not */
  readonly ratio: (a: string, b: string) => number | null | undefined
}

export const isDecimal = (text: string): boolean => /\.\d/u.test(text)

/** Tolerance of a decimal with what it rounds: half a unit of the last digit compared, and a little for the double. */
export const toleranceOf = (options: CompareOptions): number => 0.5 * 10 ** -(options.precision ?? 6) * 1.0001

const isClose = (a: Rational, b: Rational, tolerance: number): boolean => Math.abs(toNumber(a) - toNumber(b)) <= tolerance

const sameNumber = (a: string, b: string, first: Rational, second: Rational, options: CompareOptions): boolean => {
  if (sameRational(first, second)) return true
  // Two numbers written out are what they are, unless the caller says how exact they are.
  const isRounded = options.precision !== undefined ? isDecimal(a) || isDecimal(b) : isDecimal(a) !== isDecimal(b)
  const hasDigits = options.precision !== undefined || [a, b].some((text) => /\.\d{6,}/u.test(text))
  return isRounded && hasDigits && isClose(first, second, toleranceOf(options))
}

const hundredth = (value: Rational): Rational => rational(value.top, value.bottom * 100n)!

const sameText = (a: string, b: string): boolean => withoutBlanks(a) === withoutBlanks(b)

const or = (...tests: ReadonlyArray<() => Truth>): Truth => {
  let result: Truth = false
  for (const test of tests) {
    const truth = test()
    if (truth === true) return true
    if (truth === null) result = null
  }
  return result
}

const every = <A>(items: ReadonlyArray<A>, test: (item: A, index: number) => Truth): Truth => {
  let result: Truth = true
  for (const [index, item] of items.entries()) {
    const truth = test(item, index)
    if (truth === false) return false
    if (truth === null) result = null
  }
  return result
}

const isInBase = (text: string): boolean => /^-?[\dA-F]*\d[\dA-F]*\s*_\s*(?:\{\s*\d+\s*\}|\d+)$/u.test(text.trim())

/** Letters, and no operation: `d`, `E`, `AB`. */
const isBareName = (text: string): boolean => /^\\?[A-Za-z]+$/u.test(text)

export const compareWith = (oracle: Oracle | null, options: CompareOptions) => {
  const tolerance = toleranceOf(options)

  const expressions = (a: Expression, b: Expression): Truth => {
    if (differ(a.unit, b.unit)) return false
    if (sameText(a.text, b.text)) return true
    // `52_8` is asked for in that base: 42 is its value and not the answer.
    if (isInBase(a.text) !== isInBase(b.text)) return false
    const [first, second] = [rationalOf(a.text), rationalOf(b.text)]
    if (first !== null && second !== null) {
      if (sameNumber(a.text, b.text, first, second, options)) return true
      // A sign of percent on one side only: 28 % is 28 to some and 0.28 to others.
      if (a.isPercent !== b.isPercent) return sameRational(a.isPercent ? hundredth(first) : first, b.isPercent ? hundredth(second) : second)
      return false
    }
    if (oracle === null) return null
    if (isBareName(a.text) && isBareName(b.text) && a.text.length === 1 && b.text.length === 1 && options.strict !== false) return false
    const inDegrees = (text: string): string => `\\frac{\\pi(${text})}{180}`
    return or(
      () => oracle.expressions(a.text, b.text, isDecimal(a.text) || isDecimal(b.text) ? tolerance : 0),
      () => a.isDegrees !== b.isDegrees && (a.isDegrees ? b : a).text.includes("\\pi") &&
        oracle.expressions(a.isDegrees ? inDegrees(a.text) : a.text, b.isDegrees ? inDegrees(b.text) : b.text, 0),
      () => a.isPercent !== b.isPercent && oracle.expressions(a.isPercent ? `(${a.text})/100` : a.text, b.isPercent ? `(${b.text})/100` : b.text, 0)
    )
  }

  const anyOrder = (a: ReadonlyArray<Answer>, b: ReadonlyArray<Answer>): Truth => {
    if (a.length !== b.length || a.length > 200) return false
    // Long lists are a worker's work.
    if (oracle === null && a.length > 40) return null
    const left = [...b]
    let result: Truth = true
    for (const item of a) {
      let found = -1
      let isOpen = false
      for (const [index, other] of left.entries()) {
        const truth = answers(item, other)
        if (truth === null) isOpen = true
        else if (truth) {
          found = index
          break
        }
      }
      if (found >= 0) left.splice(found, 1)
      else if (!isOpen) return false
      else result = null
    }
    return result
  }

  const tuples = (a: Tuple, b: Tuple): Truth => {
    if (a.items.length !== b.items.length) return false
    // Of a pair the brackets say whether its ends belong to it; of a longer tuple they say nothing.
    if (a.items.length === 2 && (a.open !== b.open || a.close !== b.close)) return false
    return every(a.items, (item, index) => answers(item, b.items[index]!))
  }

  const relations = (a: Relation, b: Relation): Truth => {
    const [first, second] = [intervalsOf(a), intervalsOf(b)]
    if (first !== null && second !== null && (first.variable === second.variable || options.strict === false)) return answers(first.set, second.set)
    const [left, right] = [simple(a), simple(b)]
    if (left === null || right === null) {
      return a.sides.length === b.sides.length && a.signs.join("") === b.signs.join("") &&
        every(a.sides, (side, index) => answers(answerOf(side), answerOf(b.sides[index]!)))
    }
    const isSame = left.sign === right.sign
    const sameSides = isSame ? every([0, 1] as const, (side) => answers(answerOf(left.sides[side]), answerOf(right.sides[side]))) : false
    if (sameSides === true) return true
    if (oracle === null) return null
    const by = oracle.ratio(`${left.sides[0]}-(${left.sides[1]})`, `${right.sides[0]}-(${right.sides[1]})`)
    if (by === undefined || by === null || by === 0) return false
    if (left.sign === "=" || left.sign === "≠") return isSame
    return by > 0 ? isSame : right.sign === turned[left.sign]
  }

  /** `x = 5` is compared with what is no relation by its value. */
  const withValue = (relation: Relation, other: Answer): Truth => {
    const interval = intervalsOf(relation)
    if (interval !== null) return answers(interval.set, other)
    const value = valueOf(relation)
    if (value !== null) return answers(answerOf(value), other)
    // `5 + 5 = 10` computes: its sides are equal whatever stands in them, so its right side is the value.
    const sides = simple(relation)
    if (sides === null || sides.sign !== "=") return false
    const computed = answers(answerOf(sides.sides[1]), other)
    return computed === false ? false : every([computed, answers(answerOf(sides.sides[0]), answerOf(sides.sides[1]))], (truth) => truth)
  }

  function answers(a: Answer, b: Answer): Truth {
    if (a.kind === "relation" && b.kind === "relation") return relations(a, b)
    if (a.kind === "relation") return withValue(a, b)
    if (b.kind === "relation") return withValue(b, a)
    if (a.kind === "list" && b.kind === "list") return or(() => anyOrder(a.items, b.items), () => a.items.length !== b.items.length && anyOrder(flat(a), flat(b)))
    if (a.kind === "list" || b.kind === "list") {
      const [list, other] = a.kind === "list" ? [a, b as Exclude<Answer, List>] : [b as List, a as Exclude<Answer, List>]
      if (list.items.length === 1) return answers(list.items[0]!, other)
      if (options.strict === false && list.isSet && other.kind === "tuple" && other.open === "(" && other.close === ")") return anyOrder(list.items, other.items)
      // A bare list of as many values, in the tuple's order.
      return other.kind === "tuple" && !list.isSet && other.open === "(" && other.close === ")" && list.items.length === other.items.length &&
        list.items.every(({ kind }) => kind === "expression") ? every(list.items, (item, index) => answers(item, other.items[index]!)) : false
    }
    if (a.kind === "tuple" && b.kind === "tuple") return tuples(a, b)
    if (a.kind === "matrix" && b.kind === "matrix") {
      return a.rows.length === b.rows.length && every(a.rows, (row, index) =>
        row.length === b.rows[index]!.length && every(row, (cell, column) => answers(cell, b.rows[index]![column]!)))
    }
    if (a.kind === "words" && b.kind === "words") return a.text === b.text
    if (a.kind === "expression" && b.kind === "expression") return expressions(a, b)
    if (a.kind === "matrix" || b.kind === "matrix") return matrixWith(a, b)
    if (a.kind === "words" || b.kind === "words") {
      const [words, other] = a.kind === "words" ? [a, b] : [b, a]
      return words.kind === "words" && other.kind === "expression" && other.text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "") === words.text
    }
    return false
  }

  /** A column or row against a tuple of as many; a matrix against an expression of matrices. */
  const matrixWith = (a: Answer, b: Answer): Truth => {
    const [matrix, other] = a.kind === "matrix" ? [a, b] : [b, a]
    if (matrix.kind !== "matrix") return false
    if (other.kind === "tuple") {
      const cells = matrix.rows.flat()
      return (matrix.rows.length === 1 || matrix.rows.every((row) => row.length === 1)) && cells.length === other.items.length && other.open === "(" &&
        every(cells, (cell, index) => answers(cell, other.items[index]!))
    }
    if (other.kind !== "expression" || !other.text.includes("\\begin")) return false
    return oracle === null ? null : oracle.expressions(matrixText(matrix), other.text, 0)
  }

  return answers
}

const matrixText = (matrix: Extract<Answer, { kind: "matrix" }>): string =>
  `\\begin{pmatrix}${matrix.rows.map((row) => row.map((cell) => cell.kind === "expression" ? cell.text : "?").join("&")).join("\\\\")}\\end{pmatrix}`

const flat = (list: List): ReadonlyArray<Answer> => list.items.flatMap((item) => item.kind === "list" ? flat(item) : [item])

const turned: Readonly<Record<string, string>> = { "<": ">", ">": "<", "≤": "≥", "≥": "≤", "=": "=", "≠": "≠" }

/** Two sides and one sign; a chain of equations by its first and last. */
const simple = ({ sides, signs }: Relation): { readonly sides: readonly [string, string]; readonly sign: string } | null => {
  if (signs.length === 1) return { sides: [sides[0]!, sides[1]!], sign: signs[0]! }
  return signs.every((sign) => sign === "=") ? { sides: [sides[0]!, sides.at(-1)!], sign: "=" } : null
}

/** What `x = 5` says x is: behind the last `=`; null where the left side is no name. */
const valueOf = ({ sides, signs }: Relation): string | null => {
  const last = signs.lastIndexOf("=")
  if (last < 0 || signs.some((sign) => sign !== "=" && sign !== "≈")) {
    return signs.every((sign) => sign === "≈") && isName(sides[0]!) ? sides.at(-1)! : null
  }
  return isName(sides[0]!) || signs.length > 1 ? sides[last + 1]! : null
}

const isVariable = (text: string): boolean => /^\{?\\?[A-Za-z](?:_\{?\w+\}?)?\}?$|^\\[a-z]+$/u.test(withoutBlanks(text))
const isConstant = (text: string): boolean => !/(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])/u.test(text.replace(/\\[A-Za-z]+/gu, " ").replace(/\be\b/gu, " "))

const end = (text: string): Answer => answerOf(text)
const infinite = (sign: "" | "-"): Answer => answerOf(`${sign}∞`)
const interval = (open: "(" | "[", low: Answer, high: Answer, close: ")" | "]"): Tuple => ({ kind: "tuple", open, close, items: [low, high] })

/** `a < x ≤ b`, `x ≥ a` and `a ≤ |x| ≤ b` as sets of numbers. */
const intervalsOf = ({ sides, signs }: Relation): { readonly variable: string; readonly set: Answer } | null => {
  if (!signs.every((sign) => "<≤".includes(sign)) && !signs.every((sign) => ">≥".includes(sign))) return null
  const isDown = ">≥".includes(signs[0]!)
  const ordered = isDown ? [...sides].reverse() : sides
  const strict = (isDown ? [...signs].reverse() : signs).map((sign) => sign === "<" || sign === ">")
  const at = ordered.findIndex((side) => isVariable(side) || isVariable(side.replaceAll("|", "")))
  if (at < 0 || ordered.length > 3 || ordered.some((side, index) => index !== at && !isConstant(side)) || (ordered.length === 3 && at !== 1)) return null
  const low = at > 0 ? { value: ordered[at - 1]!, isOpen: strict[at - 1]! } : null
  const high = at < ordered.length - 1 ? { value: ordered[at + 1]!, isOpen: strict[at]! } : null
  const variable = withoutBlanks(ordered[at]!).replaceAll("|", "")
  const one = interval(low === null || low.isOpen ? "(" : "[", low === null ? infinite("-") : end(low.value), high === null ? infinite("") : end(high.value), high === null || high.isOpen ? ")" : "]")
  if (!ordered[at]!.includes("|")) return { variable, set: one }
  const mirrored = (value: string): Answer => end(`-(${value})`)
  if (low === null) return high === null ? null : { variable, set: interval(high.isOpen ? "(" : "[", mirrored(high.value), end(high.value), high.isOpen ? ")" : "]") }
  const left = interval(high === null || high.isOpen ? "(" : "[", high === null ? infinite("-") : mirrored(high.value), mirrored(low.value), low.isOpen ? ")" : "]")
  return { variable, set: { kind: "list", isSet: true, items: [left, one] } }
}
