/**
 * o1-journey: a tree search written out as one thought in `solution`, with `gold_answer`. No markers. The answer is
 * the last line, `#### 432` (where it is written twice, both); a record whose last line is none such is refused as `no-markers`.
 */
import { defineFormat, Schema } from "leadspan"
import { idIn, textIn } from "./thought-markers/fields.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { goldOf } from "./thought-markers/told.ts"
import { atHashes, traceOfSolution } from "./thought-markers/unmarked.ts"

export default defineFormat({
  name: "o1-journey",
  version: 1,
  options: Schema.Struct({}),
  describes: "o1-journey: prompt `question`; in `solution` the answer is the last line, `#### 432`, and the thought all before it",
  recognise: bySign(proof.dataset, "`question` and a `solution` whose last line begins with ####", (record) =>
    textIn(record, "question") !== null && atHashes((textIn(record, "solution") ?? "").trimEnd()) !== null),
  traces: (record) => [traceOfSolution(record, atHashes, "a line of `####` and an answer", { gold: goldOf(record.gold_answer) ?? goldOf(record.answer), id: idIn(record, "id") })],
  examples: [{
    record: { id: "AIME1983-10", question: "What is 2+2?", solution: "Two and two make four.\nLet us verify that.\n\n#### 4\n\n", gold_answer: "4", is_jl: true },
    traces: [{ id: "AIME1983-10", prompt: "What is 2+2?", cot: "Two and two make four.\nLet us verify that.", answer: "#### 4", gold: "4", closed: true }]
  }]
})
