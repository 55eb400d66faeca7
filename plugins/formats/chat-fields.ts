/**
 * Chats whose assistant's turn holds its thought in a field of its own, as chat interfaces give it: `reasoning_content`,
 * `reasoning`, `thinking`, or parts of `type: thinking` in a list of content. A reply that was cut while it thought
 * (`finish_reason: length`, no content) is a thought that never ends.
 */
import { defineFormat, type RawRecord, type Refusal, Schema, withDefault } from "leadspan"
import { toldBeside } from "./thought-markers/conversations.ts"
import { assistantTurns, dialogueIn, turnsIn } from "./thought-markers/dialogue.ts"
import { isRecord, textIn, textUnder } from "./thought-markers/fields.ts"
import { finish, isRefusal, partsOfFields } from "./thought-markers/finish.ts"
import { proof } from "./thought-markers/recognise.ts"
import type { Parts } from "./thought-markers/take-apart.ts"

const fields = ["reasoning_content", "reasoning", "thinking", "thought"]

/** The thought beside a turn's content: a field, or the parts of its content that are thinking. */
const thoughtOf = (turn: RawRecord, names: ReadonlyArray<string>): string | null => {
  const text = textUnder(turn, names)
  if (text !== null) return text
  const parts = Array.isArray(turn.content) ? turn.content.filter(isRecord).filter(({ type }) => type === "thinking" || type === "reasoning") : []
  return parts.length === 0 ? null : parts.map((part) => textUnder(part, ["thinking", "reasoning", "text"]) ?? "").join("")
}

const partsOf = (record: RawRecord, turn: RawRecord, reply: string, names: ReadonlyArray<string>): Parts | Refusal => {
  const thought = thoughtOf(turn, names)
  if (thought === null) return { reason: "no-markers", detail: `the assistant's turn has no ${names.map((name) => `\`${name}\``).join(", ")}` }
  const parts = partsOfFields(thought, reply)
  const cut = (textIn(turn, "finish_reason") ?? textIn(record, "finish_reason")) === "length"
  return !isRefusal(parts) && cut && parts.answer === "" ? { ...parts, closed: false } : parts
}

const turn = (fields: Record<string, unknown>) => ({ messages: [{ role: "user", content: "What is 2+2?" }, { role: "assistant", ...fields }] })
const trace = { prompt: "What is 2+2?", cot: "Two and two make four.", answer: "4", closed: true }

export default defineFormat({
  name: "chat-fields",
  version: 1,
  options: Schema.Struct({
    field: withDefault(Schema.NullOr(Schema.String).annotate({ description: "The field of the assistant's turn that holds the thought; null: the first of reasoning_content, reasoning, thinking, thought." }), null)
  }),
  describes: "chat messages with the thought in a field of the assistant's turn: reasoning_content, reasoning or thinking",
  recognise: (sample) => {
    const replies = sample.flatMap((record) => assistantTurns(turnsIn(record)?.turns ?? []))
    const thinking = replies.filter((reply) => (thoughtOf(reply, fields) ?? "").trim() !== "")
    const found = fields.find((name) => thinking.some((reply) => textIn(reply, name) !== null)) ?? "parts of type thinking"
    return {
      score: replies.length === 0 ? 0 : proof.shape * thinking.length / replies.length,
      because: replies.length === 0 ? "no column holds a chat" : `a thought of its own (${found}) in ${thinking.length} of ${replies.length} assistant turns`
    }
  },
  traces: (record, { field }) => {
    const dialogue = dialogueIn(record)
    if (isRefusal(dialogue)) return [dialogue]
    const { prompt, reply, system, turn } = dialogue
    return [finish({ prompt, system, ...toldBeside(record) }, partsOf(record, turn, reply, field === null ? fields : [field]))]
  },
  examples: [
    { record: turn({ reasoning_content: "Two and two make four.\n", content: "4" }), traces: [trace] },
    { record: turn({ thinking: "Two and two make four.", content: "4" }), traces: [trace] },
    { record: turn({ content: [{ type: "thinking", thinking: "Two and two make four." }, { type: "text", text: "4" }] }), traces: [trace] },
    { record: turn({ reasoning: "Two and", content: "", finish_reason: "length" }), traces: [{ cot: "Two and", answer: "", closed: false }] },
    { record: turn({ reasoning: "Two and two make four.", content: null }), traces: [{ reason: "empty-answer" }] }
  ]
})
