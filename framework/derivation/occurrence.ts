/** Where a form of the gold answer stands as a value of its own, and not inside a longer number, word or product. */
import type { Form } from "./gold-forms.ts"
import type { Token } from "./value-tokens.ts"

/** Tokens [from, to). */
export interface Occurrence {
  readonly from: number
  readonly to: number
}

const units = new Set(["cm", "mm", "m", "km", "kg", "g", "mg", "s", "ms", "min", "h", "hr", "hrs", "l", "L", "ml", "mL", "ft", "in", "mi", "mph", "lb",
  "lbs", "oz", "Hz", "kHz", "MHz", "J", "kJ", "W", "kW", "N", "V", "A", "K", "C", "F", "USD", "deg", "rad", "pt", "pts", "pct"])

/** A unit that people write glued to a number. */
export const isUnit = ({ kind, text }: Token): boolean => kind === "word" && units.has(text)

const isValueEnd = (token: Token | undefined): boolean => token !== undefined &&
  (token.kind === "number" || token.kind === "fraction" || (token.kind === "word" && (token.isMath || token.text.length === 1)) ||
    [")", "]", "}", "π", "%", "°", "\\}"].includes(token.text))

/** A minus that is a sign, not a difference: nothing that could be its left side stands before it. */
const isUnaryMinus = (tokens: ReadonlyArray<Token>, at: number): boolean =>
  tokens[at]?.text === "-" && !(isValueEnd(tokens[at - 1]) && !(tokens[at]!.afterLine || tokens[at]!.opensBox || tokens[at]!.afterEdge))

/** Whether the tokens before make another value of it: `x12`, `x_12`, `2^{12}`, `-12`, `3\sqrt{2}` for `\sqrt{2}`. */
const isExtendedBefore = (tokens: ReadonlyArray<Token>, { from }: Occurrence): boolean => {
  const first = tokens[from]!
  const before = tokens[from - 1]
  if (before === undefined || first.opensBox) return false
  if (["_", "^"].includes(before.text) || (before.text === "{" && ["_", "^"].includes(tokens[from - 2]?.text ?? ""))) return true
  if (first.isGlued && (before.kind === "word" || before.kind === "number")) return true
  if (first.text !== "-" && isUnaryMinus(tokens, from - 1)) return true
  const isFactor = first.kind === "command" || first.kind === "fraction" || first.text === "π"
  // `3 \sqrt{2}`, and a mixed number: `3 \frac{1}{2}`.
  return isFactor && !first.afterEdge && !first.afterLine && before.kind === "number" && (first.isGlued || (first.isMath && before.isMath))
}

/** Whether the tokens behind make another value of it: `12.5.1`, `12x`, `12^2`, `12\pi`, `4\sqrt{2}`. */
const isExtendedBehind = (tokens: ReadonlyArray<Token>, { to }: Occurrence): boolean => {
  const last = tokens[to - 1]!
  const next = tokens[to]
  if (next === undefined || next.afterEdge || next.afterLine || next.afterBox) return false
  if (/^[\^_¹²³⁰⁴-⁹ⁿ]$/u.test(next.text)) return true
  const isNumber = last.kind === "number" || last.kind === "fraction"
  if (next.kind === "number" || next.kind === "fraction") return next.isGlued || (isNumber && next.kind === "fraction")
  if (isNumber && (["\\sqrt", "π", "\\frac", "\\theta", "\\binom"].includes(next.text))) return true
  if (next.kind !== "word") return false
  if (isNumber && next.isMath && last.isMath && next.text.length === 1 && !units.has(next.text)) return true
  return next.isGlued && !(isNumber && units.has(next.text))
}

const sameToken = (token: Token, wanted: Form[number]): boolean => token.text === wanted.text ||
  (wanted.kind === "word" && wanted.text.length > 1 && token.kind === "word" && token.text.toLowerCase() === wanted.text.toLowerCase())

const standsAt = (tokens: ReadonlyArray<Token>, from: number, form: Form): boolean => {
  for (let index = 0; index < form.length; index++) {
    const token = tokens[from + index]
    if (token === undefined || !sameToken(token, form[index]!)) return false
    if (index > 0 && (token.afterLine || token.opensBox) && form.length < 4) return false
  }
  return true
}

/** Occurrences of any of the forms, in the order of the text. */
export function* occurrences(tokens: ReadonlyArray<Token>, forms: ReadonlyArray<Form>): Generator<Occurrence> {
  for (let from = 0; from < tokens.length; from++) {
    for (const form of forms) {
      if (!standsAt(tokens, from, form)) continue
      const found = { from, to: from + form.length }
      if (form[0]!.text === "-" && !isUnaryMinus(tokens, from)) continue
      if (isExtendedBefore(tokens, found) || isExtendedBehind(tokens, found)) continue
      yield found
      break
    }
  }
}
