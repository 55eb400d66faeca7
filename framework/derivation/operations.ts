/** How much is still to be computed in an expression: a result has no more of it than the reference answer has. */
import type { Token } from "./value-tokens.ts"

const binary = new Set(["+", "-", "*", "/", "^", "±", "\\div", "\\frac", "\\sqrt", "\\binom", "!", "\\sin", "\\cos", "\\tan", "\\log", "\\ln", "\\exp", "\\sum", "\\prod", "\\int", "|", "²", "³", "sqrt", "sin", "cos", "tan", "log", "ln", "exp"])
const opens = new Set(["(", "[", "\\{", "|", ",", "=", "{", "+", "-", "*", "/", "^"])

const common = (a: bigint, b: bigint): bigint => b === 0n ? a : common(b, a % b)

/** `28/2` is still to be computed, `2/3` is not. */
const isReduced = (token: Pick<Token, "text">): boolean => {
  const [top, bottom] = token.text.split("/") as [string, string]
  // A long number is no plain fraction's, and is not worth the time.
  if (top.length + bottom.length > 60 || token.text.includes(".")) return false
  return bottom !== "1" && common(BigInt(top), BigInt(bottom)) === 1n
}

const isOperand = ({ kind, text }: Pick<Token, "kind" | "text">): boolean => kind === "number" || kind === "fraction" || kind === "word" || text === "π" || text === ")" || text === "}"

const isWord = (token: Pick<Token, "kind"> | undefined): boolean => token?.kind === "word"

/** Operations among tokens: signs between values, roots, powers, fractions that can be reduced, products without a sign. */
export const operationsIn = (tokens: ReadonlyArray<Pick<Token, "kind" | "text">>): number => {
  let count = 0
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    // A minus or plus in front of a value is its sign; in front of a parenthesis it is still to be carried out.
    const isSign = (token.text === "-" || token.text === "+") && (before === undefined || opens.has(before.text)) && tokens[index + 1]?.text !== "("
    if (binary.has(token.text.toLowerCase()) && !isSign) count += 1
    if (token.kind === "fraction" && !isReduced(token)) count += 1
    // A mixed number is one value.
    if (before === undefined || !isOperand(before) || (before.kind === "number" && token.kind === "fraction")) continue
    if (token.text === "(" ? !isWord(before) : token.kind === "number" || token.kind === "fraction" || token.text === "π" || (token.kind === "word" && before.kind !== "word")) count += 1
  }
  return count
}
