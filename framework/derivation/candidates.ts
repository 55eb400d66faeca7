/**
 * Expressions of a thought that are stated as results: what stands in a box, or behind `=` or a word such as `is` up to its
 * end, by the rules that the strict matcher goes by. In the order of the text, none of them long.
 */
import { isContinuation, isOpenedAsResult } from "./stated-as-result.ts"
import { operationsIn } from "./operations.ts"
import { isUnit } from "./occurrence.ts"
import type { Token } from "./value-tokens.ts"

export interface Candidate {
  readonly text: string
  /** character of the thought just behind it */
  readonly end: number
  /** see operationsIn */
  readonly operations: number
}

/** No answer is longer, in tokens. */
const mostTokens = 80

/** Words that belong to an expression as people type it. */
const functions = new Set(["sqrt", "pi", "sin", "cos", "tan", "log", "ln", "exp", "i", "e"])

/** Signs at which a value stops: relations, ends of sentences, arrows. A comma stops it outside of brackets. */
const stops = new Set(["=", "<", ">", "≤", "≥", "≠", "≈", "≡", ":=", "→", "⇒", ";", ":", "?", "&", "\\\\", "\"", "“", "####", "\\cdots", "\\ldots", "\\dots", "…", "`", "#", "\\#", "\\iff", "\\end", "\\begin"])

const opening = new Set(["(", "[", "{", "\\{"])
const closing = new Set([")", "]", "}", "\\}"])

interface End {
  readonly to: number
  /** what stands behind goes on with it, or asks: it is no result */
  readonly isOpen: boolean
}

/** Where the expression that begins at `from` ends. */
const endOf = (tokens: ReadonlyArray<Token>, from: number, hasCommas: boolean): End => {
  let depth = 0
  let to = from
  for (; to < tokens.length && to - from < mostTokens; to++) {
    const token = tokens[to]!
    if (to > from && (token.afterLine || token.afterEdge || token.afterBox || token.opensBox)) return { to, isOpen: token.text === "?" }
    if (stops.has(token.text)) return { to, isOpen: token.text === "?" }
    if (token.kind === "word" && token.text.length > 1 && !functions.has(token.text.toLowerCase())) {
      return { to, isOpen: isContinuation(token) || (to > from && token.isGlued && !isUnit(token)) }
    }
    // Outside of formulas a letter behind a blank begins the sentence's next word.
    if (token.kind === "word" && to > from && !token.isMath && !token.isGlued) return { to, isOpen: false }
    if (token.text === "." || ((token.text === "," || token.text === "!") && depth === 0 && !(token.text === "," && hasCommas))) return { to, isOpen: false }
    if (opening.has(token.text)) depth += 1
    else if (closing.has(token.text) && --depth < 0) return { to, isOpen: false }
  }
  return { to, isOpen: false }
}

/** Without an operation or a comma at the end, behind which a word went on. */
const trimmedEnd = (tokens: ReadonlyArray<Token>, from: number, to: number): number => {
  let end = to
  while (end > from && [",", "*", "_", "\\quad"].includes(tokens[end - 1]!.text)) end -= 1
  return end
}

const isOpenOperation = (token: Token): boolean => ["+", "-", "/", "^", "(", "{", "±"].includes(token.text)

/**
 * Candidates in order, each text once, at most `most`. @param hasCommas the answer looked for is a list, so that a comma does
 * not end a value
 */
export const candidatesOf = (text: string, tokens: ReadonlyArray<Token>, most: number, hasCommas: boolean): ReadonlyArray<Candidate> => {
  const found = new Map<string, Candidate>()
  for (let from = 0; from < tokens.length && found.size < most; from++) {
    // What is inside a bracket is no value of its own.
    if (!isOpenedAsResult(tokens, from) || (!tokens[from]!.opensBox && opening.has(tokens[from - 1]?.text ?? ""))) continue
    const { isOpen, to: end } = endOf(tokens, from, hasCommas)
    const to = trimmedEnd(tokens, from, end)
    if (to === from || isOpen || isOpenOperation(tokens[to - 1]!)) continue
    const inside = tokens.slice(from, to)
    const last = tokens[to - 1]!
    const candidate = { text: text.slice(tokens[from]!.start, last.end), end: last.end, operations: operationsIn(inside) }
    const key = inside.map(({ text: sign }) => sign).join("")
    if (!found.has(key)) found.set(key, candidate)
  }
  return [...found.values()].sort((a, b) => a.end - b.end)
}
