/**
 * Whether a value is stated as a result: something says so before it, it ends there, and the clause is no assumption. Rules
 * are rows of tables, each with its reason; what a rule wrongly lets in or keeps out is told in docs/grading.md.
 */
import type { Occurrence } from "./occurrence.ts"
import type { Token } from "./value-tokens.ts"

interface Rule {
  readonly words: ReadonlyArray<string>
  readonly because: string
}

/** What may stand directly before a result. */
const openers: ReadonlyArray<Rule> = [
  { words: ["=", "≈", "≡", ":="], because: "the right side of an equation is what the left side came to" },
  { words: ["→", "⇒"], because: "an arrow leads to what follows from it" },
  { words: ["####"], because: "GSM8K's mark of the final answer" },
  { words: ["is", "are", "equals", "equal", "be", "becomes", "was"], because: "a sentence says what something is" },
  { words: ["gives", "give", "giving", "gets", "get", "getting", "got", "yields", "yield", "yielding", "obtain", "have", "leaves", "makes", "totals", "find", "found"],
    because: "a computation says what it led to" },
  { words: ["answer", "result", "total", "sum", "value", "solution"], because: "the noun that names a result, as in `answer: 12`" },
  { words: ["therefore", "thus", "hence", "so"], because: "a conclusion, as in `so 12.`" }
]

/** Words and signs that may stand between the opener and the value without changing what is said. */
const fillers = new Set([":", ",", "\"", "“", "simply", "just", "also", "indeed", "actually", "then", "exactly", "precisely", "therefore", "thus", "hence",
  "to", "that", "approximately", "about", "roughly", "really", "again", "still", "clearly", "now", "only", "the", "as", "&", "*", "_", "(", "`", "us", "me", "number"])

/** How many fillers in a row are passed over: beyond that the opener belongs to something else. */
const mostFillers = 3

/** What goes on with the value, so that it is no result but a part of one. */
const continuations: ReadonlyArray<Rule> = [
  { words: ["+", "-", "*", "/", "^", "±", "∪", "!", "\\div", "\\cdots", "\\ldots", "\\dots", "…", "\\pmod", "\\bmod", "\\mod", "\\choose"],
    because: "an operation goes on" },
  { words: ["(", "{", "\\{", "\\frac", "\\sqrt", "\\binom", "π", "\\left", "|"], because: "a product without a sign goes on" },
  { words: ["times", "plus", "minus", "divided", "multiplied", "mod", "modulo", "choose", "more", "less", "fewer", "squared", "cubed", "of", "percent", "over", "factorial"],
    because: "an operation in words goes on" },
  { words: ["or", "to"], because: "an alternative or a range is no result" },
  { words: ["?"], because: "a question states nothing" }
]

/** Words that make the clause before the value an assumption, a trial or a denial. */
const assumptions: ReadonlyArray<Rule> = [
  { words: ["if", "suppose", "supposing", "assume", "assuming", "let", "letting", "say", "unless", "whether", "imagine"], because: "an assumption states no result" },
  { words: ["when", "where", "for", "with", "at", "try", "trying", "case", "setting", "set", "take", "taking", "plug", "plugging", "putting", "substitute", "substituting", "test", "testing",
    "choose", "using", "given", "since", "because"],
    because: "a value is put in, or was given, rather than derived" },
  { words: ["not", "isn't", "maybe", "perhaps", "could", "might", "can't", "cannot"], because: "a denial or a guess states no result" }
]

/** How far back an assumption still governs the value, in tokens, within the clause. */
const clauseTokens = 8

const wordsOf = (rules: ReadonlyArray<Rule>): ReadonlySet<string> => new Set(rules.flatMap(({ words }) => words))
const opening = wordsOf(openers)
const continuing = wordsOf(continuations)
const assuming = wordsOf(assumptions)

const wordOf = (token: Token): string => token.kind === "word" ? token.text.toLowerCase().replaceAll("’", "'") : token.text

/** Index of the opener of a value that begins at `from`, -1 where there is none; `from` itself for a box. */
const openerOf = (tokens: ReadonlyArray<Token>, from: number): number => {
  if (tokens[from]!.opensBox) return from
  for (let at = from - 1, passed = 0; at >= 0 && passed <= mostFillers; at--, passed++) {
    const word = wordOf(tokens[at]!)
    if (opening.has(word)) return at
    if (!fillers.has(word)) return -1
    // Behind a paragraph's end, `is` or `so` spoke of something else.
    if (tokens[at]!.afterLine && word !== ":") {
      const before = tokens[at - 1]
      if (before === undefined || wordOf(before) !== ":") return -1
    }
  }
  return -1
}

/** A clause begins here: what stands before governs nothing behind. */
const endsClause = (token: Token): boolean => [".", ";", "?", "!", ":", "therefore", "so", "thus", "then", "⇒", "hence", "gives", "get"].includes(wordOf(token))

const isAssumed = (tokens: ReadonlyArray<Token>, opener: number): boolean => {
  for (let at = opener; at >= 0 && at > opener - clauseTokens; at--) {
    const word = wordOf(tokens[at]!)
    if (at < opener && (endsClause(tokens[at]!) || word === ",")) return false
    // `for x = 12`, but not `the number of ways for 5 people is 12`: what governs stands close to an equation's left side.
    if (assuming.has(word) && (opener - at <= 3 || !["for", "with", "at", "where", "since", "because", "using", "given", "set", "case", "say", "test", "could", "might"].includes(word))) return true
    if (tokens[at]!.afterLine) return false
  }
  return false
}

/** Whether this word or sign goes on with the value before it. */
export const isContinuation = (token: Token): boolean => continuing.has(wordOf(token))

const goesOn = (tokens: ReadonlyArray<Token>, to: number): boolean => {
  const next = tokens[to]
  if (next === undefined || next.afterLine || next.afterBox) return next?.afterBox === true && next.text === "?"
  const word = wordOf(next)
  // `%` and `°` are units; what stands behind them decides.
  if (word === "%" || word === "°") return goesOn(tokens, to + 1)
  // A parenthesis behind a blank outside of formulas is a remark: `is 12 (the same as before)`.
  if (word === "(" && !next.isGlued && (next.afterEdge || !next.isMath)) return false
  // `!` glued to a number is a factorial in a formula and a cheer in a sentence.
  if (word === "!") return next.isMath && !next.afterEdge
  if (word === "-" && !next.isGlued && next.afterEdge) return false
  if (next.kind === "word" && next.isMath && !next.afterEdge && next.text.length === 1) return true
  return continuing.has(word)
}

/** Whether what begins at this token is opened as a result: boxed, or behind a word or sign that says so, and not assumed. */
export const isOpenedAsResult = (tokens: ReadonlyArray<Token>, from: number): boolean => {
  if (tokens[from]!.opensBox) return true
  const opener = openerOf(tokens, from)
  return opener >= 0 && (wordOf(tokens[opener]!) === "####" || !isAssumed(tokens, opener))
}

/** Whether the value at these tokens is stated as a result. */
export const isStatedAsResult = (tokens: ReadonlyArray<Token>, { from, to }: Occurrence): boolean =>
  isOpenedAsResult(tokens, from) && !goesOn(tokens, to)
