/**
 * s1K-1.1: s1K with DeepSeek-R1's thoughts beside Gemini's, and grades of both (`Yes`, `No`). `options: { model: gemini }` takes
 * Gemini's; DeepSeek's are the default, as in the data set's own training.
 */
import { defineFormat, Schema, withDefault } from "leadspan"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { columnsOfModel, tracesOfModel } from "./thought-markers/s1.ts"
import { hasColumns } from "./thought-markers/separate-fields.ts"

const record = {
  question: "What is 2+2?", solution: "Adding gives $\\boxed{4}$.", cot_type: "math", source_type: "x", metadata: "{}",
  gemini_thinking_trajectory: "We add.", gemini_attempt: "5", gemini_grade: "No",
  deepseek_thinking_trajectory: "Okay, two and two make four.", deepseek_attempt: "\\boxed{4}", deepseek_grade: "Yes"
}

export default defineFormat({
  name: "s1k-1.1",
  version: 1,
  options: Schema.Struct({
    model: withDefault(Schema.Literals(["deepseek", "gemini"]).annotate({ description: "Whose thought and answer are read." }), "deepseek")
  }),
  describes: "s1K-1.1: prompt `question`, thought `deepseek_thinking_trajectory`, answer `deepseek_attempt`, or Gemini's by `options: { model: gemini }`",
  recognise: bySign(proof.dataset, "`question` with DeepSeek's thinking trajectory and attempt", (raw) => hasColumns(raw, columnsOfModel("deepseek"))),
  traces: (raw, { model }) => tracesOfModel(raw, model),
  examples: [
    { record, traces: [{ prompt: "What is 2+2?", cot: "Okay, two and two make four.", answer: "\\boxed{4}", gold: "4", correct: true, closed: true }] },
    { options: { model: "gemini" }, record, traces: [{ cot: "We add.", answer: "5", gold: "4", correct: false }] }
  ]
})
