/** The answer in a text: boxed, stated in words, marked, or the last value. Every rule is linear in the text it looks at. */
import { closingBraces } from "./braces.ts"

export const extractionRules = ["boxed", "stated", "marked", "bare", "last"] as const

/**
 * `boxed`: the last `\boxed{}`, and those before it that are joined to it; `stated`: behind "the answer is"; `marked`: behind
 * `####`; `bare`: the whole text, where it is an expression and no prose; `last`: the last formula or number.
 */
export type ExtractionRule = (typeof extractionRules)[number]

/** Only the end of a longer text is looked at. */
const longestText = 40_000

/** A box, its contents and where it stands. */
interface Span {
  readonly start: number
  readonly end: number
  readonly inside: string
}

const boxes = (text: string): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  const closing = closingBraces(text)
  const search = /\\f?boxed\s*(?:(\{)|([^\s{]))/gu
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    if (match[2] !== undefined) {
      found.push({ start: match.index, end: search.lastIndex, inside: match[2] })
      continue
    }
    const close = closing.get(search.lastIndex - 1)
    if (close === undefined) continue
    found.push({ start: match.index, end: close + 1, inside: text.slice(search.lastIndex, close) })
    search.lastIndex = close + 1
  }
  return found
}

/** What joins two answers to one list: nothing but punctuation, or a few words that end in one of these. */
const joint = /^(?:[\s$.]|\\[()\[\],;:! ]|\\q?quad)*(?:(?:[^.$\n]|\\text\{[^{}]*\}){0,40}?(?:,|;|&|\band\b|\bor\b)\s*\}?)?(?:[\s$]|\\[()\[\],;:! ]|\\q?quad)*(?:[A-Za-z](?:_\{?\w+\}?)?\s*=\s*\$?)?$/u

const isJoint = (between: string): boolean => between.length <= 60 && !between.includes("\n\n") && !/\.\s+\S/u.test(between) && joint.test(between)

/** The last span, and those joined to it, as one list. */
const joined = (text: string, spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  let first = spans.length - 1
  while (first > 0 && isJoint(text.slice(spans[first - 1]!.end, spans[first]!.start))) first -= 1
  return spans.slice(first)
}

const percentBehind = /^[\s$]*(?:\\?%|percent(?:age)?\b|pct\b)/iu

/** Contents of spans as one list, a percent sign behind the last included. */
const listOf = (text: string, spans: ReadonlyArray<Span>): string => {
  const values = [...new Set(spans.map(({ inside }) => inside.trim()))].filter((value) => value !== "")
  const percent = percentBehind.test(text.slice(spans.at(-1)!.end, spans.at(-1)!.end + 20)) ? "\\%" : ""
  return `${values.join(", ")}${percent}`
}

const boxed = (text: string): string | null => {
  const found = boxes(text)
  if (found.length === 0) return null
  const last = joined(text, found)
  // `x \in \boxed{A} \cup B` and the like stay as they are: only the box counts.
  return listOf(text, last)
}

/** Spans between dollar signs, `\( \)` or `\[ \]`. A dollar sign before an amount of money opens none. */
const formulas = (text: string): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  const search = /\$\$([^$]{1,4000})\$\$|\$(?!\s*\$)([^$]{1,2000})\$|\\\(([\s\S]{1,2000}?)\\\)|\\\[([\s\S]{1,4000}?)\\\]/gu
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const inside = match[1] ?? match[2] ?? match[3] ?? match[4]!
    const plain = inside.replace(/\\(?:text|mathrm|mbox|textbf|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+/gu, " ")
    // Prose between two amounts of money is no formula: begin again behind the first sign.
    if (match[2] !== undefined && (/[A-Za-z]{3,}\s+[A-Za-z]{2,}/u.test(plain) || (/^\s*\d/u.test(inside) && /\s(?:[A-Za-z]{3,})\s*$/u.test(plain)))) {
      search.lastIndex = match.index + 1
      continue
    }
    found.push({ start: match.index, end: search.lastIndex, inside: inside.replace(/^\s*\$|\$\s*$/gu, "") })
  }
  return found
}

const sentenceEnd = /(?:\.(?=\s|$)(?!\d)|\n|\?|!(?=\s|$)|\bI hope\b)/u

/** Behind the last "the answer is" and its like, up to the end of the sentence. */
const stated = (text: string): string | null => {
  const cues = [...text.matchAll(/\b(?:final\s+answer|answer|result)(?:\*\*)?\s*(?:is|are|would be|:|=)(?:\*\*)?\s*:?\s*|\*\*(?:final\s+)?answer:?\*\*:?\s*/giu)]
  for (const cue of cues.reverse()) {
    const rest = text.slice(cue.index + cue[0].length, cue.index + cue[0].length + 2000)
    const sentence = rest.split(sentenceEnd, 1)[0]!.trim()
    if (sentence === "") continue
    if (/^[^\n]{0,40}(?:final\s+)?answer\s+is/iu.test(sentence)) continue
    const [formula] = formulas(rest)
    if (formula !== undefined && formula.start <= sentence.length) {
      const spans = formulas(sentence)
      if (spans.length === 0) return formula.inside.trim()
      // `the volume of $ABCD$ is 120` names something before it says what it is.
      return plainWords(sentence.slice(0, spans[0]!.start)).length > 0 ? last(sentence) : listOf(sentence, leading(sentence, spans))
    }
    const value = isProse(sentence) ? last(sentence, "first") : sentence.replace(/[.,;:*\s]+$/u, "")
    if (value !== null && value !== "") return value
  }
  return null
}

/** The first span, and those joined to it. */
const leading = (text: string, spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  let end = 1
  while (end < spans.length && isJoint(text.slice(spans[end - 1]!.end, spans[end]!.start))) end += 1
  return spans.slice(0, end)
}

const marked = (text: string): string | null => {
  const at = text.lastIndexOf("####")
  if (at < 0) return null
  const value = text.slice(at + 4).split("\n", 1)[0]!.trim()
  return value === "" ? null : value.replace(/\.$/u, "")
}

const mathWords = /^(?:sin|cos|tan|cot|sec|csc|log|ln|exp|sqrt|pi|lim|max|min|gcd|lcm|arcsin|arccos|arctan|sinh|cosh|tanh|det|mod|frac|and|or|infty|inf)$/iu

/** Words of a text outside of formulas' commands and `\text{}`. */
const plainWords = (text: string): ReadonlyArray<string> =>
  (text.replace(/\\(?:text\w*|mathrm|mathbf|mbox|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+/gu, " ").match(/\p{L}{2,}/gu) ?? []).filter((word) => !mathWords.test(word))

/** Words with a value among or behind them: the value has to be found. Words alone, or behind a value, are an answer. */
const isProse = (text: string): boolean => {
  const words = plainWords(text)
  // Letters among signs, without a blank, are a formula.
  if (words.length === 0 || !/\s/u.test(text.trim())) return false
  if (words.length > 12) return true
  const firstWord = text.search(/\p{L}{2,}/u)
  const lastDigit = text.search(/\d[^\d]*$/u)
  return (lastDigit > firstWord && !/^\s*\\?(?:text|frac|sqrt|begin|left|boxed|pm|pi)/u.test(text)) || words.length > 6
}

/** The whole text, where it is an expression. */
const bare = (text: string): string | null => {
  const trimmed = text.trim()
  if (trimmed === "" || trimmed.length > 2000) return null
  const spans = formulas(trimmed)
  if (spans.length > 0) {
    const covers = spans.length === 1 && spans[0]!.start === 0 && /^[\s.,;]*(?:\\?%|percent(?:age)?|pct)?[\s.]*$/iu.test(trimmed.slice(spans[0]!.end))
    return covers ? listOf(trimmed, spans) : null
  }
  return isProse(trimmed.replace(/^\(?[A-J]\)?[.:)]?\s/u, "")) ? null : trimmed
}

const value = /[-+−]?(?:[$€£]\s*)?(?:\d{1,3}(?:[, ]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)(?:\s*\/\s*\d+)?(?:\s*(?:\\?%|percent\b|pct\b))?/gu

/** The last formula or number of a text (or the first one). A number inside of a word is none. */
function last(text: string, which: "first" | "last" = "last"): string | null {
  const spans = formulas(text)
  const at = which === "first" ? 0 : -1
  const isInFormula = new Uint8Array(text.length)
  for (const { start, end } of spans) isInFormula.fill(1, start, end)
  const numbers = [...text.matchAll(value)].filter(({ index, 0: found }) => isInFormula[index] === 0 && !/[\p{L}\d_]/u.test(text[index - 1] ?? " ") &&
    !/^(?:[\p{L}_]{2,}\d|\d)/u.test(text.slice(index + found.length, index + found.length + 3)))
  const number = numbers.at(at)
  const span = spans.at(at)
  if (span === undefined && number === undefined) return null
  if (span !== undefined && (number === undefined || (which === "first" ? span.start < number.index : span.start > number.index))) {
    return listOf(text, which === "first" ? leading(text, spans) : joined(text, spans))
  }
  return number![0].trim()
}

const rules: Readonly<Record<ExtractionRule, (text: string) => string | null>> = { boxed, stated, marked, bare, last: (text) => last(text) }

/**
 * The answer by the first rule that finds one; null where none does. Of more than 40,000 characters the last are looked at.
 * ```ts
 * extractAnswer("So \\boxed{1} and \\boxed{\\frac{1}{2}}.") // => "1, \\frac{1}{2}"
 * extractAnswer("3 eggs at 2 dollars\n#### 6") // => "6"
 * ```
 */
export const extractAnswer = (text: string, order: ReadonlyArray<ExtractionRule> = extractionRules): string | null => {
  const end = text.length > longestText ? text.slice(-longestText) : text
  for (const rule of order) {
    const found = rules[rule](end)
    if (found !== null && found.trim() !== "") return found.trim()
  }
  return null
}
