/**
 * s1K: `question`, `solution`, `cot_type`, `source_type`, `gemini_thinking_trajectory`, `gemini_attempt`; the first edition on
 * the hub has `thinking_trajectories` (a list of one) and `attempt` instead. For s1K-1.1, with DeepSeek's thoughts, use `s1k-1.1`.
 */
import { defineFormat, Schema } from "leadspan"
import { listIn, textIn } from "./thought-markers/fields.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { columnsOfModel, tracesOfModel } from "./thought-markers/s1.ts"
import { hasColumns } from "./thought-markers/separate-fields.ts"

const trace = { prompt: "What is 2+2?", cot: "We add two and two.", answer: "Final Answer: $\\boxed{4}$", gold: "4", correct: null, tier: "math", closed: true }

export default defineFormat({
  name: "s1k",
  version: 1,
  options: Schema.Struct({}),
  describes: "s1K: prompt `question`, thought `gemini_thinking_trajectory`, answer `gemini_attempt`",
  recognise: bySign(proof.dataset, "`question` with a thinking trajectory of Gemini alone", (record) =>
    textIn(record, "deepseek_thinking_trajectory") === null && (hasColumns(record, columnsOfModel("gemini"))
      || (textIn(record, "question") !== null && listIn(record, "thinking_trajectories") !== null && textIn(record, "attempt") !== null))),
  traces: (record) => tracesOfModel(record, "gemini"),
  examples: [
    {
      record: {
        question: "What is 2+2?", solution: "4", cot_type: "math", source_type: "qq8933/AIME_1983_2024", metadata: "{}",
        gemini_thinking_trajectory: "We add two and two.\n", gemini_attempt: "Final Answer: $\\boxed{4}$"
      },
      traces: [trace]
    },
    {
      record: { question: "What is 2+2?", solution: "4", cot_type: "math", cot: null, thinking_trajectories: ["We add two and two."], attempt: "Final Answer: $\\boxed{4}$" },
      traces: [trace]
    }
  ]
})
