/** The last step of every format: parts become a trace, unless one of them is empty or holds a marker. */
import type { FormatTrace, Refusal } from "leadspan"
import { withoutEndTokens } from "./edges.ts"
import { problemIn } from "./instructions.ts"
import { allMarkers } from "./marker-pairs.ts"
import type { Parts } from "./take-apart.ts"

/** What a record tells beside thought and answer; what is left out is not told. */
export interface Told {
  readonly prompt: string
  readonly system?: string | null
  readonly problem?: string | null
  readonly gold?: string | null
  readonly correct?: boolean | null
  readonly tier?: string | undefined
  readonly id?: string | undefined
}

export const isRefusal = (value: object): value is Refusal => "reason" in value

/** A trace, or the name of what it lacks. */
export const finish = (told: Told, parts: Parts | Refusal): FormatTrace | Refusal => {
  if (isRefusal(parts)) return parts
  if (told.prompt.trim() === "") return { reason: "empty-prompt" }
  if (parts.cot === "") return { reason: "empty-thought" }
  if (parts.closed && parts.answer === "") return { reason: "empty-answer" }
  const { correct = null, gold = null, id, prompt, problem, system, tier } = told
  const own = problem?.trim() || problemIn(prompt)
  return {
    prompt, cot: parts.cot, answer: parts.answer, closed: parts.closed, gold, correct,
    ...(system === undefined || system === null || system.trim() === "" ? {} : { system }),
    ...(own === prompt ? {} : { problem: own }),
    ...(tier === undefined ? {} : { tier }),
    ...(id === undefined ? {} : { id })
  }
}

const markerIn = (text: string): string | undefined => allMarkers.find((marker) => text.includes(marker))

/** Parts out of two fields. A marker in either would be a second one to the model's template: it is refused. */
export const partsOfFields = (thought: string, answer: string): Parts | Refusal => {
  const inThought = markerIn(thought)
  if (inThought !== undefined) return { reason: "nested-markers", detail: `\`${inThought}\` stands inside the thought's own field` }
  const inAnswer = markerIn(answer)
  if (inAnswer !== undefined) return { reason: "repeated-markers", detail: `\`${inAnswer}\` stands in the answer's own field` }
  return { cot: withoutEndTokens(thought).text.trim(), answer: withoutEndTokens(answer).text.trim(), closed: true }
}
