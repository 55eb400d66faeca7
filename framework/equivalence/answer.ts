/** The shape of an answer: what stands in lists, tuples, intervals, matrices and relations, down to expressions and words. */
import { matchesOutside, splitOutside } from "./braces.ts"
import { splitUnit } from "./units.ts"
import { withoutBlanks } from "./normalise.ts"

export interface Expression {
  readonly kind: "expression"
  readonly text: string
  readonly isPercent: boolean
  readonly isDegrees: boolean
  readonly unit: string | null
}

export interface Words {
  readonly kind: "words"
  /** lower case, letters and digits only */
  readonly text: string
}

/** `(a, b)`: a point, or an open interval. Brackets are those written. */
export interface Tuple {
  readonly kind: "tuple"
  readonly open: "(" | "["
  readonly close: ")" | "]"
  readonly items: ReadonlyArray<Answer>
}

/** Several answers in any order: a list, a set, a union. */
export interface List {
  readonly kind: "list"
  /** it stands in braces */
  readonly isSet: boolean
  readonly items: ReadonlyArray<Answer>
}

export interface Matrix {
  readonly kind: "matrix"
  readonly rows: ReadonlyArray<ReadonlyArray<Answer>>
}

/** `a < b ≤ c`: sides and the signs between them. */
export interface Relation {
  readonly kind: "relation"
  readonly sides: ReadonlyArray<string>
  readonly signs: ReadonlyArray<string>
}

export type Answer = Expression | Words | Tuple | List | Matrix | Relation

/** How deep shapes may stand in each other; deeper ones are expressions. */
const deepest = 12

const wordsOf = (text: string): Words => ({ kind: "words", text: text.replace(/\\text\s*\{([^{}]*)\}/gu, "$1").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "") })

/** Text, and no name or product of names: words of three letters or more, or `\text{}` alone. */
const isWords = (text: string): boolean => /^(?:\\text\s*\{[^{}]*\}[\s.]*)+$/u.test(text) ||
  (/^[\p{L}\s.,'’()-]+$/u.test(text) && /\p{L}{3,}/u.test(text)) || (/\p{L}{4,}\s+\p{L}{2,}/u.test(text) && !/[\\^_=]/u.test(text) && !/^[-\d]/u.test(text))

const expressionOf = (text: string): Expression => {
  const isPercent = text.includes("%")
  const isDegrees = text.includes("°")
  const { value, unit } = splitUnit(text.replace(/[%°]/gu, "").trim())
  return { kind: "expression", text: value.replace(/\\text\s*\{([^{}]*)\}/gu, " $1 ").trim(), isPercent, isDegrees, unit }
}

/** Whether the bracket at the start is closed by the text's last sign. */
const wraps = (text: string, openLength: number): boolean => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if ("{([".includes(sign)) depth += 1
    else if ("})]".includes(sign) && --depth === 0) return at === text.length - 1 && at >= openLength
  }
  return false
}

const itemsOf = (text: string, depth: number): ReadonlyArray<Answer> =>
  splitOutside(text, /,/u).map((part) => part.trim()).filter((part) => part !== "").map((part) => answerOf(part, depth + 1))

const matrixPattern = /^\\begin\s*\{((?:[pbvBV]|small)?matrix|array)\}(?:\s*\{[^{}]*\})?([\s\S]*)\\end\s*\{\1\}$/u

const matrixOf = (text: string, depth: number): Matrix | null => {
  const match = matrixPattern.exec(text)
  if (match === null || match[2]!.includes("\\begin")) return null
  const rows = match[2]!.split(/\\\\/u).map((row) => row.replace(/\\hline/gu, "").trim()).filter((row) => row !== "")
  return { kind: "matrix", rows: rows.map((row) => row.split("&").map((cell) => answerOf(cell.trim(), depth + 1))) }
}

const listOf = (items: ReadonlyArray<Answer>, isSet = false): List => ({ kind: "list", isSet, items })

/** `a ± b` as its two values. */
const bothSigns = (text: string, depth: number): List | null => {
  const [left, right, ...more] = splitOutside(text, /±/u)
  if (right === undefined || more.length > 0) return null
  const turned = (sign: string): string => `${left!.trim()}${sign}${right.trim()}`.replace(/^\+/u, "").replaceAll("∓", sign === "+" ? "-" : "+")
  return listOf([answerOf(turned("+"), depth + 1), answerOf(turned("-"), depth + 1)])
}

const relationSigns = /[=<>≤≥≠≈∈]/u

/** What is in brackets as a whole. */
const wrapped = (text: string, depth: number): Answer | null => {
  if (text.startsWith("\\{") && text.endsWith("\\}")) {
    const inside = text.slice(2, -2)
    return wraps(text, 2) ? listOf(itemsOf(inside, depth), true) : null
  }
  if (text.startsWith("{") && text.endsWith("}") && wraps(text, 1)) return answerOf(text.slice(1, -1), depth + 1)
  const [open, close] = [text[0], text.at(-1)]
  if ((open !== "(" && open !== "[") || (close !== ")" && close !== "]") || !wraps(text, 1)) return null
  const parts = splitOutside(text.slice(1, -1), /[,;]/u)
  if (parts.length > 1) return { kind: "tuple", open, close, items: parts.map((part) => answerOf(part.trim(), depth + 1)) }
  return open === "(" && close === ")" ? answerOf(text.slice(1, -1), depth + 1) : null
}

/** `1,234` outside of brackets is one number; `1, 234` is a list. */
const thousands = /(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])/gu

/** The shape of a normalised answer. */
export const answerOf = (normalised: string, depth = 0): Answer => {
  const text = normalised.trim().replace(/^(?:[A-Za-z]+:)?\s+/u, "")
  if (depth > deepest) return expressionOf(text)
  if (isWords(text) && !text.includes(",")) return wordsOf(text)
  const groups = splitOutside(text, /;/u).filter((part) => part.trim() !== "")
  if (groups.length > 1) {
    return listOf(groups.map((group) => {
      const parts = splitOutside(group, /,/u)
      return parts.length > 1 ? { kind: "tuple", open: "(", close: ")", items: parts.map((part) => answerOf(valueSide(part), depth + 1)) } as const : answerOf(group, depth + 1)
    }))
  }
  const whole = wrapped(text, depth) ?? matrixOf(text, depth)
  if (whole !== null) return whole
  const plain = /^-?\d{1,3}(?: \d{3})+(?:\.\d+)?$/u.test(text) ? withoutBlanks(text) : text.replace(thousands, (found) => found.replaceAll(",", ""))
  const items = splitOutside(plain, /,/u).map((part) => part.trim()).filter((part) => part !== "")
  if (items.length > 1) return listOf(items.map((item) => answerOf(item, depth + 1)))
  const union = splitOutside(plain, /∪/u)
  if (union.length > 1 && !splitOutside(plain, relationSigns).slice(1).length) return listOf(union.map((part) => answerOf(part, depth + 1)))
  const sides = splitOutside(plain, relationSigns).map((side) => side.trim())
  if (sides.length > 1) {
    const relation: Relation = { kind: "relation", sides, signs: matchesOutside(plain, relationSigns) }
    const named = plain.indexOf("∈") > 0 && relation.signs.length === 1 ? answerOf(sides[1]!, depth + 1) : null
    return named ?? relation
  }
  return bothSigns(plain, depth) ?? (isWords(plain) ? wordsOf(plain) : expressionOf(plain))
}

/** Behind the last `=` of `x = 5`; the text itself where there is none. */
export const valueSide = (text: string): string => splitOutside(text, /=/u).at(-1)!.trim()

/** A text whose commas were taken for thousands separators, or its comma for a decimal one, read the other way. */
export const otherReading = (normalised: string): Answer | null => {
  const text = normalised.trim()
  if (/^-?\d{1,3}(?:,\d{3})+$/u.test(text)) return listOf(text.split(",").map((part) => expressionOf(part)))
  return /^-?\d+,\d+$/u.test(text) ? expressionOf(text.replace(",", ".")) : null
}

/** The name on the left of `x = 5`, `f(x) = 1`, `|AB| = 1`, `\frac{NO}{BO} = 2`, `(x, y) = (5, 8)`: what is only named, not computed. */
export const isName = (side: string): boolean => {
  const text = withoutBlanks(side).replace(/\\(?:angle|triangle|overline|overrightarrow|text|vec|measuredangle|operatorname)/gu, "")
  const name = String.raw`(?:\\?[A-Za-zα-ω]+(?:_(?:\{[^{}]*\}|\w))?'*)`
  return new RegExp(String.raw`^(?:\{?${name}\}?|[a-zA-Z]{1,3}(?:_(?:\{[^{}]*\}|\w))?\([^()]*\)|\|\{?[A-Z]{1,3}\}?\||\\frac\{[A-Z]{1,3}\}\{[A-Z]{1,3}\}|[A-Z]{1,3}/[A-Z]{1,3}|\(${name}(?:,${name})*\)|\[[A-Z]+\])$`, "u").test(text)
}
