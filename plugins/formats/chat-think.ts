/**
 * Chats whose assistant writes its thought between `<think>` and `</think>`, in `messages` (role, content) or
 * `conversations` (from, value). One exchange a record; a chat of several is refused, for it cannot be told which thought is meant.
 */
import { defineFormat, Schema, withDefault } from "leadspan"
import { byMarkers, tracesOfChat } from "./thought-markers/conversations.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { proof } from "./thought-markers/recognise.ts"

const turn = (text: string) => ({ messages: [{ role: "user", content: "What is 2+2?" }, { role: "assistant", content: text }] })

export default defineFormat({
  name: "chat-think",
  version: 1,
  options: Schema.Struct({
    openedByPrompt: withDefault(Schema.Boolean.annotate({ description: "The template opens the thought, so replies begin inside it and hold `</think>` alone." }), false)
  }),
  describes: "chat messages: the thought between <think> and </think> in the assistant's content, the answer behind it",
  recognise: byMarkers(proof.chat, thinkMarkers),
  traces: (record, { openedByPrompt }) => tracesOfChat(record, thinkMarkers, { openedByPrompt }),
  examples: [
    {
      record: { messages: [{ role: "system", content: "Think inside <think></think>." }, ...turn("<think>\nTwo and two make four.\n</think>\n\n4<|im_end|>").messages] },
      traces: [{ system: "Think inside <think></think>.", prompt: "What is 2+2?", cot: "Two and two make four.", answer: "4", closed: true }]
    },
    { record: turn("<think>\nTwo and two"), traces: [{ cot: "Two and two", answer: "", closed: false }] },
    { record: turn("Two and two make four.\n</think>\n4"), traces: [{ reason: "no-markers" }] },
    { options: { openedByPrompt: true }, record: turn("Two and two make four.\n</think>\n4"), traces: [{ cot: "Two and two make four.", answer: "4", closed: true }] },
    { record: turn("<think>\n\n</think>\n\n4"), traces: [{ reason: "empty-thought" }] },
    { record: { messages: [...turn("<think>a</think>b").messages, ...turn("<think>a</think>b").messages] }, traces: [{ reason: "several-turns" }] }
  ]
})
