/**
 * OpenThoughts-114k (`default`), Bespoke-Stratos-17k, Sky-T1_data_17k, and any chat whose assistant marks its thought by
 * <|begin_of_thought|> and <|end_of_thought|>, its answer by <|begin_of_solution|> and <|end_of_solution|>.
 * Markers in the system prompt (Sky-T1's quotes all four) and in the user's turn are never looked at.
 */
import { defineFormat, Schema } from "leadspan"
import { byMarkers, tracesOfChat } from "./thought-markers/conversations.ts"
import { thoughtMarkers } from "./thought-markers/marker-pairs.ts"
import { proof } from "./thought-markers/recognise.ts"

const turn = (text: string) => ({ conversations: [{ from: "user", value: "Return your final response within \\boxed{}. What is 2+2?" }, { from: "assistant", value: text }] })

export default defineFormat({
  name: "thought-markers",
  version: 1,
  options: Schema.Struct({}),
  describes: "OpenThoughts-114k (default), Bespoke-Stratos-17k, Sky-T1_data_17k: a chat, the thought between <|begin_of_thought|> and <|end_of_thought|>, the answer behind it",
  recognise: byMarkers(proof.dataset, thoughtMarkers),
  traces: (record) => tracesOfChat(record, thoughtMarkers),
  examples: [
    {
      record: {
        system: "Write <|begin_of_thought|> {thoughts} <|end_of_thought|>, then <|begin_of_solution|> {solution} <|end_of_solution|>.",
        ...turn("<|begin_of_thought|>\n\nTwo and two make four.\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n\\boxed{4}\n\n<|end_of_solution|>")
      },
      traces: [{
        system: "Write <|begin_of_thought|> {thoughts} <|end_of_thought|>, then <|begin_of_solution|> {solution} <|end_of_solution|>.",
        prompt: "Return your final response within \\boxed{}. What is 2+2?", problem: "What is 2+2?",
        cot: "Two and two make four.", answer: "\\boxed{4}", closed: true, gold: null, correct: null
      }]
    },
    { record: turn("<|begin_of_thought|>\n\nTwo and two"), traces: [{ cot: "Two and two", answer: "", closed: false }] },
    { record: turn("<|begin_of_thought|>a<|begin_of_thought|>b<|end_of_thought|>4"), traces: [{ reason: "nested-markers" }] },
    { record: turn("<|begin_of_thought|>a<|end_of_thought|>4<|begin_of_thought|>b<|end_of_thought|>5"), traces: [{ reason: "repeated-markers" }] },
    { record: turn("<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>The ans"), traces: [{ reason: "answer-never-ends" }] }
  ]
})
