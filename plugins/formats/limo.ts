/**
 * LIMO: `question`, `solution`, `answer` (or `gold_answer`). No markers. The answer begins at the last `**Final Answer**` that a
 * box follows; where there is none, at the last paragraph, if a box stands in it. Else the record is refused as `no-markers`.
 */
import { defineFormat, type RawRecord, Schema } from "leadspan"
import { idIn, textIn } from "./thought-markers/fields.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { goldOf } from "./thought-markers/told.ts"
import { atBoxedParagraph, atFinalAnswer, firstOf, traceOfSolution } from "./thought-markers/unmarked.ts"

const answerStart = firstOf(atFinalAnswer, atBoxedParagraph)
const goldIn = (record: RawRecord): string | null => goldOf(record.gold_answer) ?? goldOf(record.answer)

const thought = "Okay, two and two make four, so \\boxed{4}. Let me check: yes."

export default defineFormat({
  name: "limo",
  version: 1,
  options: Schema.Struct({}),
  describes: "LIMO: prompt `question`; in `solution` the thought runs to the last **Final Answer**, else to a last paragraph with a box",
  recognise: bySign(proof.shape, "`question` and a `solution` that ends in **Final Answer** or in a paragraph with a box", (record) =>
    textIn(record, "question") !== null && goldIn(record) !== null && answerStart((textIn(record, "solution") ?? "").trimEnd()) !== null),
  traces: (record) => [traceOfSolution(record, answerStart, "`**Final Answer**` and a box, nor in a paragraph with a box", { gold: goldIn(record), id: idIn(record, "id") })],
  examples: [
    {
      record: { question: "What is 2+2?", solution: `${thought}\n\n**Final Answer**\n\\boxed{4}`, answer: "4" },
      traces: [{ prompt: "What is 2+2?", cot: thought, answer: "**Final Answer**\n\\boxed{4}", gold: "4", correct: null, closed: true }]
    },
    {
      record: { question: "What is 2+2?", solution: `${thought}\n\nThe sum is $\\boxed{4}$.`, answer: 4 },
      traces: [{ cot: thought, answer: "The sum is $\\boxed{4}$.", gold: "4" }]
    }
  ]
})
