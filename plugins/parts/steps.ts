/**
 * Steps of a thought: what the controls on a trace shuffle and delete. The rule, the first of these that finds two or more:
 * - `by: paragraph`: paragraphs; else lines that are not empty; else sentences. `by: sentence`: sentences alone;
 * - where the thought has no white space at all, as in chain arithmetic, a step begins at every capital letter.
 * White space between steps stays where it is, between the places: only what stands between changes place or goes.
 */
import { Schema, withDefault } from "leadspan"
import { boundsOf, type Unit } from "./sentences.ts"

/** The option that says what a step is. */
export const stepOptions = { by: withDefault(Schema.Literals(["paragraph", "sentence"]), "paragraph") }

/** Steps, and the text after each: `gaps[i]` follows `steps[i]`; `lead` is white space before the first. */
export interface Steps {
  readonly lead: string
  readonly steps: ReadonlyArray<string>
  readonly gaps: ReadonlyArray<string>
}

const byBounds = (text: string, unit: Unit): Steps => {
  const body = text.trimStart()
  const steps: Array<string> = []
  const gaps: Array<string> = []
  let from = 0
  for (const { end, next } of boundsOf(body, unit)) {
    steps.push(body.slice(from, end))
    gaps.push(body.slice(end, next))
    from = next
  }
  return { lead: text.slice(0, text.length - body.length), steps, gaps }
}

const byLines = (text: string): Steps => {
  const body = text.trimStart()
  const parts = body.split(/(\s*\n\s*)/u) // a line, what ends it, a line, ...
  if (parts.at(-1) === "") parts.pop()
  return {
    lead: text.slice(0, text.length - body.length),
    steps: parts.filter((_, index) => index % 2 === 0), gaps: parts.map((_, index) => parts[index + 1] ?? "").filter((_, index) => index % 2 === 0)
  }
}

const byCapitals = (text: string): Steps => {
  const steps = text.split(/(?=\p{Lu})/u)
  return { lead: "", steps, gaps: steps.map(() => "") }
}

export const stepsOf = (text: string, by: Unit): Steps => {
  if (text.trim() === "") return { lead: text, steps: [], gaps: [] }
  if (!/\s/u.test(text)) return byCapitals(text)
  if (by === "sentence") return byBounds(text, "sentence")
  const ways = [() => byBounds(text, "paragraph"), () => byLines(text), () => byBounds(text, "sentence")]
  for (const way of ways) {
    const found = way()
    if (found.steps.length > 1) return found
  }
  return byBounds(text, "sentence")
}
