/** The answer in a text: boxed, stated in words, marked, or the last value. Every rule is linear in the text it looks at. */
import { closingBraces } from "./braces.ts"

export const extractionRules = ["boxed", "stated", "marked", "bare", "last", "whole"] as const

/**
 * `boxed`: the last `\boxed{}`, and those before it that are joined to it; `stated`: behind "the answer is"; `marked`: behind
 * `####`; `bare`: the whole text, where it is an expression and no prose; `last`: the last formula or number; `whole`: the
 * text as it stands, for answers that were found before.
 */
export type ExtractionRule = (typeof extractionRules)[number]

/** The order in which rules are tried unless another one is given. */
export const usualExtraction: ReadonlyArray<ExtractionRule> = ["boxed", "stated", "marked", "bare", "last"]

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

/** Where a text says that the answer follows. */
const cuesOf = (text: string) => text.matchAll(/\b(?:final\s+answer|answer|result)(?:\*\*)?\s*(?:is|are|would be|:|=)(?:\*\*)?\s*:?\s*|\*\*(?:final\s+)?answer:?\*\*:?\s*/giu)

/** What stands behind a cue that ends at `from`, up to the end of the sentence. */
const behindCue = (text: string, from: number): string | null => {
  const rest = text.slice(from, from + 2000)
  const sentence = rest.split(sentenceEnd, 1)[0]!.trim()
  if (sentence === "" || /^[^\n]{0,40}(?:final\s+)?answer\s+is/iu.test(sentence)) return null
  const box = boxed(sentence)
  if (box !== null) return box
  const [formula] = formulas(rest)
  if (formula !== undefined && formula.start <= sentence.length) {
    const spans = formulas(sentence)
    if (spans.length === 0) return formula.inside.trim()
    // `the volume of $ABCD$ is 120` names something before it says what it is.
    return plainWords(sentence.slice(0, spans[0]!.start)).length > 0 ? last(sentence) : listOf(sentence, leading(sentence, spans))
  }
  const value = isProse(sentence) ? last(sentence, "first") : sentence.replace(/[.,;:*\s]+$/u, "")
  return value === "" ? null : value
}

/** Behind the last "the answer is" and its like. */
const stated = (text: string): string | null => {
  for (const cue of [...cuesOf(text)].reverse()) {
    const value = behindCue(text, cue.index + cue[0].length)
    if (value !== null) return value
  }
  return null
}

/** The first span, and those joined to it. */
const leading = (text: string, spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  let end = 1
  while (end < spans.length && isJoint(text.slice(spans[end - 1]!.end, spans[end]!.start))) end += 1
  return spans.slice(0, end)
}

const behindMark = (text: string, at: number): string | null => {
  const value = at < 0 ? "" : text.slice(at + 4, at + 2000).split("\n", 1)[0]!.trim()
  return value === "" ? null : value.replace(/\.$/u, "")
}

const marked = (text: string): string | null => behindMark(text, text.lastIndexOf("####"))

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

const rules: Readonly<Record<ExtractionRule, (text: string) => string | null>> =
  { boxed, stated, marked, bare, last: (text) => last(text), whole: (text) => text }

/**
 * The answer by the first rule that finds one; null where none does. Of more than 40,000 characters the last are looked at.
 * ```ts
 * extractAnswer("So \\boxed{1} and \\boxed{\\frac{1}{2}}.") // => "1, \\frac{1}{2}"
 * extractAnswer("3 eggs at 2 dollars\n#### 6") // => "6"
 * ```
 */
export const extractAnswer = (text: string, order: ReadonlyArray<ExtractionRule> = usualExtraction): string | null => {
  const end = text.length > longestText ? text.slice(-longestText) : text
  for (const rule of order) {
    const found = rules[rule](end)
    if (found !== null && found.trim() !== "") return found.trim()
  }
  return null
}

/** An answer and where its statement begins. */
interface Found {
  readonly at: number
  readonly answer: string
}

/** Cues of one text that are looked at for the first answer. */
const mostCues = 1000

const firstBox = (text: string): Found | null => {
  const found = boxes(text)
  for (const [index, { inside, start }] of found.entries()) {
    if (inside.trim() === "") continue
    let end = index + 1
    while (end < found.length && isJoint(text.slice(found[end - 1]!.end, found[end]!.start))) end += 1
    return { at: start, answer: listOf(text, found.slice(index, end)) }
  }
  return null
}

const firstCue = (text: string): Found | null => {
  let looked = 0
  for (const cue of cuesOf(text)) {
    if (++looked > mostCues) return null
    const answer = behindCue(text, cue.index + cue[0].length)
    if (answer !== null) return { at: cue.index, answer }
  }
  return null
}

const firstMark = (text: string): Found | null => {
  const at = text.indexOf("####")
  const answer = behindMark(text, at)
  return answer === null ? null : { at, answer }
}

/** Only the beginning of a longer text is looked at for its first answer. */
const longestBeginning = 1_000_000

/**
 * The answer that a text states first: in its first `\boxed{}` that is closed, behind its first "the answer is" or its first
 * `####`, whichever stands first; null where there is none. Results on the way are no answers.
 * ```ts
 * firstAnswer("3 * 4 = 12. So the answer is 12. Wait, it is \\boxed{13}.") // => "12"
 * ```
 */
export const firstAnswer = (text: string, among: ReadonlyArray<ExtractionRule> = ["boxed", "stated", "marked"]): string | null => {
  const start = text.slice(0, longestBeginning)
  const finders = { boxed: firstBox, stated: firstCue, marked: firstMark }
  const found = among.flatMap((rule) => rule in finders ? finders[rule as keyof typeof finders](start) ?? [] : [])
  return found.sort((a, b) => a.at - b.at)[0]?.answer.trim() ?? null
}
