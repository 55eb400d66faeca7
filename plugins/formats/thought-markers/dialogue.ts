/** A chat of one exchange: what the system says, what the user asks, the assistant's turn. */
import type { RawRecord, Refusal } from "leadspan"
import { isRecord, listIn, missing, textIn, textUnder } from "./fields.ts"
import { isRefusal } from "./finish.ts"

export interface Dialogue {
  readonly system: string | null
  readonly prompt: string
  /** the assistant's text, and its turn as it stands in the record */
  readonly reply: string
  readonly turn: RawRecord
}

type Role = "system" | "user" | "assistant" | "other"
const roles: Readonly<Record<string, Role>> = {
  system: "system", developer: "system", user: "user", human: "user", assistant: "assistant", gpt: "assistant", model: "assistant", bot: "assistant"
}
const columns = ["messages", "conversations", "conversation"]

/** Text of a turn: a string, or the `text` parts of a list. */
const textOf = (turn: RawRecord): string => {
  const parts = Array.isArray(turn.content) ? turn.content.filter(isRecord) : null
  if (parts !== null) return parts.filter(({ type }) => type === undefined || type === "text").map((part) => textIn(part, "text") ?? "").join("")
  return textUnder(turn, ["content", "value"]) ?? ""
}

const roleOf = (turn: RawRecord): Role => roles[(textUnder(turn, ["role", "from"]) ?? "").toLowerCase()] ?? "other"

/** The column that holds a chat, with its turns; null where none does. */
export const turnsIn = (record: RawRecord, names: ReadonlyArray<string> = columns): { readonly column: string; readonly turns: ReadonlyArray<RawRecord> } | null => {
  for (const column of names) {
    const list = listIn(record, column)
    if (list !== null && list.length > 0 && list.every(isRecord)) return { column, turns: list }
  }
  return null
}

export const assistantTurns = (turns: ReadonlyArray<RawRecord>): ReadonlyArray<RawRecord> => turns.filter((turn) => roleOf(turn) === "assistant")
export { textOf as textOfTurn }

/** What the system says and the user asks, of turns that hold one question. A system turn of the record's own comes first. */
export const questionIn = (record: RawRecord, turns: ReadonlyArray<RawRecord>): Pick<Dialogue, "system" | "prompt"> | Refusal => {
  const users = turns.filter((turn) => roleOf(turn) === "user")
  if (users.length === 0) return { reason: "missing-fields", detail: "the chat has no user's turn" }
  const strange = turns.find((turn) => roleOf(turn) === "other")
  if (strange !== undefined) return { reason: "several-turns", detail: `a turn of \`${textUnder(strange, ["role", "from"]) ?? "nobody"}\`, beside user and assistant` }
  if (users.length > 1) return { reason: "several-turns", detail: `${users.length} turns of the user: which thought is meant cannot be told` }
  const said = turns.filter((turn) => roleOf(turn) === "system").map(textOf)
  const system = [textUnder(record, ["system", "system_prompt"]) ?? "", ...said].filter((text) => text.trim() !== "")
  return { system: system.length === 0 ? null : system.join("\n\n"), prompt: textOf(users[0]!) }
}

/** The one exchange of a record's chat, or why there is none. */
export const dialogueIn = (record: RawRecord): Dialogue | Refusal => {
  const found = turnsIn(record)
  if (found === null) return missing(record, columns.slice(0, 2))
  const question = questionIn(record, found.turns)
  if (isRefusal(question)) return question
  const replies = assistantTurns(found.turns)
  if (replies.length !== 1) {
    return replies.length === 0 ? { reason: "missing-fields", detail: "the chat has no assistant's turn" }
      : { reason: "several-turns", detail: `${replies.length} turns of the assistant: which thought is meant cannot be told` }
  }
  if (found.turns.at(-1) !== replies[0]) return { reason: "several-turns", detail: "the assistant's turn is not the last" }
  return { ...question, reply: textOf(replies[0]!), turn: replies[0]! }
}
