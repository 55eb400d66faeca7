/**
 * Solutions written as one text without markers: where the answer begins is told by the text's last lines alone. Each rule
 * gives the offset at which the answer begins, or null where it does not apply; then the record is refused as `no-markers`.
 */
import type { FormatTrace, RawRecord, Refusal } from "leadspan"
import { withoutEndTokens } from "./edges.ts"
import { missing, textUnder } from "./fields.ts"
import { finish, type Told } from "./finish.ts"
import { lastBox } from "./told.ts"

/** @param text its end trimmed */
export type AnswerStart = (text: string) => number | null

const longestEnding = 1000

/** The last `**Final Answer**`, if a box and no more than 1,000 characters stand behind it: whoever goes on longer thinks again. */
export const atFinalAnswer: AnswerStart = (text) => {
  const start = text.lastIndexOf("**Final Answer**")
  return start >= 0 && text.length - start <= longestEnding && lastBox(text.slice(start)) !== null ? start : null
}

/** The last paragraph, if a box stands in it. */
export const atBoxedParagraph: AnswerStart = (text) => {
  const start = text.lastIndexOf("\n\n")
  return start >= 0 && lastBox(text.slice(start)) !== null ? start : null
}

const hashesAt = (text: string, lineStart: number): boolean => /^####\s*\S/u.test(text.slice(lineStart, lineStart + 200))

/** The last line, if it is `#### ` and an answer; or the first of several such lines, if nothing else stands between them. */
export const atHashes: AnswerStart = (text) => {
  let found: number | null = null
  for (let before = text; before !== ""; before = text.slice(0, found).trimEnd()) {
    const start = before.lastIndexOf("\n") + 1
    if (!hashesAt(before, start)) break
    found = start
  }
  return found
}

/** The offset by the first rule that applies. */
export const firstOf = (...rules: ReadonlyArray<AnswerStart>): AnswerStart => (text) => {
  for (const rule of rules) {
    const start = rule(text)
    if (start !== null) return start
  }
  return null
}

/** The trace of a record whose solution is one text. @param sought what the rule looks for, for people */
export const traceOfSolution = (
  record: RawRecord, answerStart: AnswerStart, sought: string, told: Omit<Told, "prompt">, columns = { prompt: ["question"], solution: ["solution"] }
): FormatTrace | Refusal => {
  const [prompt, solution] = [textUnder(record, columns.prompt), textUnder(record, columns.solution)]
  if (prompt === null || solution === null) return missing(record, [...(prompt === null ? columns.prompt : []), ...(solution === null ? columns.solution : [])])
  const { text } = withoutEndTokens(solution)
  const start = answerStart(text)
  if (start === null) return { reason: "no-markers", detail: `the solution does not end in ${sought}` }
  return finish({ prompt, ...told }, { cot: text.slice(0, start).trim(), answer: text.slice(start).trim(), closed: true })
}
