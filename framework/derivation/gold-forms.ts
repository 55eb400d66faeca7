/** The ways in which a reference answer may stand in a thought: its tokens, and its tokens without what some leave out. */
import { type Token, tokensOf } from "./value-tokens.ts"

/** A form: kinds and texts of the tokens to find one after the other. */
export type Form = ReadonlyArray<Pick<Token, "kind" | "text">>

const keyOf = (form: Form): string => form.map(({ text }) => text).join("\u0000")

const isSign = (token: Form[number] | undefined, ...signs: ReadonlyArray<string>): boolean =>
  token !== undefined && token.kind !== "word" && signs.includes(token.text)

/** Without a full stop at the end, or a lone backslash. */
const trimmed = (form: Form): Form => {
  let end = form.length
  while (end > 0 && isSign(form[end - 1], ".", "\\", ",", ";")) end -= 1
  return form.slice(0, end)
}

/** Behind `x =`, where a single name stands before it. */
const rightSide = (form: Form): Form | null => {
  const at = form.findIndex((token) => isSign(token, "="))
  const isName = at > 0 && at <= 4 && form[0]!.kind === "word" && form.slice(at + 1).every((token) => !isSign(token, "=", ","))
  return isName ? form.slice(at + 1) : null
}

/** Without a unit, `%` or `°` behind a number. */
const withoutUnit = (form: Form): Form | null => {
  const last = form.findIndex((token, index) => index > 0 && (token.kind === "word" || isSign(token, "%", "°")))
  if (last < 1 || !form.slice(last).every((token) => token.kind === "word" || isSign(token, "%", "°", "^") || token.kind === "number")) return null
  const value = form.slice(0, last)
  return value.every((token) => token.kind === "number" || token.kind === "fraction" || isSign(token, "-")) && form.slice(last).some((token) =>
    token.kind !== "word" || token.text.length > 1) ? value : null
}

/** `\frac{a}{b}` of single numbers or words as people type it. */
const typedFraction = (form: Form): Form | null => {
  const at = form.findIndex((token) => token.text === "\\frac")
  if (at < 0) return null
  const close = (from: number): number => {
    let depth = 0
    for (let index = from; index < form.length; index++) {
      if (isSign(form[index], "{")) depth += 1
      else if (isSign(form[index], "}") && --depth === 0) return index
    }
    return -1
  }
  if (!isSign(form[at + 1], "{")) return null
  const top = close(at + 1)
  const bottom = top < 0 || !isSign(form[top + 1], "{") ? -1 : close(top + 1)
  if (bottom < 0) return null
  const side = (from: number, to: number): Form => {
    const inside = form.slice(from, to)
    return inside.length <= 2 && !inside.some((token, index) => index > 0 && isSign(token, "-")) ? inside : [{ kind: "sign", text: "(" }, ...inside, { kind: "sign", text: ")" }]
  }
  return [...form.slice(0, at), ...side(at + 2, top), { kind: "sign", text: "/" }, ...side(top + 2, bottom), ...form.slice(bottom + 1)]
}

/** Forms of a gold answer, the whole one first; none where it is empty. */
export const goldForms = (gold: string): ReadonlyArray<Form> => {
  const whole = trimmed(tokensOf(gold).map(({ kind, text }) => ({ kind, text })))
  if (whole.length === 0) return []
  const forms = [whole]
  for (const change of [rightSide, withoutUnit, typedFraction]) {
    for (const form of [...forms]) {
      const changed = change(form)
      if (changed !== null && changed.length > 0) forms.push(trimmed(changed))
    }
  }
  return [...new Map(forms.filter((form) => form.length > 0).map((form) => [keyOf(form), form])).values()]
}
