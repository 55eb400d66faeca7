/** Answers of an interface that gives thought and content apart, a line a problem: `problem`, `message_thinking`, `message_content`. */
import { defineFormat, Schema } from "leadspan"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { hasColumns, tracesOfColumns } from "./thought-markers/separate-fields.ts"
import { goldOf } from "./thought-markers/told.ts"

const columns = { prompt: ["problem", "question", "prompt"], cot: "message_thinking", answer: "message_content" }

export default defineFormat({
  name: "ollama",
  version: 1,
  options: Schema.Struct({}),
  describes: "Ollama's answers as columns: prompt `problem`, thought `message_thinking`, answer `message_content`",
  recognise: bySign(proof.dataset, "`message_thinking` and `message_content` beside a problem", (record) => hasColumns(record, columns)),
  traces: (record) => tracesOfColumns(record, columns, { gold: goldOf(record.gtruth_answer) ?? goldOf(record.answer) }),
  examples: [{
    record: { problem: "What is 2+2?", gtruth_answer: "4", message_thinking: "Two and two make four.\n", message_content: "\\boxed{4}" },
    traces: [{ prompt: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", gold: "4", closed: true }]
  }]
})
