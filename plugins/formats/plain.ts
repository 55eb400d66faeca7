/**
 * Three columns: `{"prompt": "...", "cot": "...", "answer": "..."}`, the shape to write when you make a file yourself.
 * Also read where they are there: `id`, `problem` (what two records share that must not be split), `tier`, `system`,
 * `gold`, `correct`, and `closed: false` for a thought that was cut off.
 */
import { defineFormat, Schema } from "leadspan"
import { idIn, missing, textIn } from "./thought-markers/fields.ts"
import { finish, isRefusal, partsOfFields } from "./thought-markers/finish.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { correctOf, goldOf, tierOf } from "./thought-markers/told.ts"

export default defineFormat({
  name: "plain",
  version: 1,
  options: Schema.Struct({}),
  describes: "three columns of your own: `prompt`, `cot`, `answer`; if there, also id, problem, tier, system, gold, correct, closed",
  recognise: bySign(proof.dataset, "columns `prompt`, `cot` and `answer`", (record) =>
    ["prompt", "cot", "answer"].every((name) => textIn(record, name) !== null)),
  traces: (record) => {
    const unfinished = record.closed === false
    const [prompt, cot, answer] = [textIn(record, "prompt"), textIn(record, "cot"), unfinished ? "" : textIn(record, "answer")]
    if (prompt === null || cot === null || answer === null) {
      return [missing(record, ["prompt", "cot", "answer"].filter((name) => textIn(record, name) === null))]
    }
    const parts = partsOfFields(cot, answer)
    return [finish({
      prompt, problem: textIn(record, "problem"), system: textIn(record, "system"), gold: goldOf(record.gold),
      correct: correctOf(record.correct), tier: tierOf(record, "tier"), id: idIn(record, "id")
    }, isRefusal(parts) ? parts : { ...parts, closed: !unfinished })]
  },
  examples: [
    {
      record: { id: "a-1", prompt: "What is 2+2?", cot: "Two and two make four.\n", answer: "4", tier: "easy" },
      traces: [{ id: "a-1", prompt: "What is 2+2?", cot: "Two and two make four.", answer: "4", closed: true, tier: "easy" }]
    },
    { record: { prompt: "What is 2+2?", cot: "Two and", answer: "", closed: false }, traces: [{ cot: "Two and", answer: "", closed: false }] },
    { record: { prompt: "What is 2+2?", cot: " ", answer: "4" }, traces: [{ reason: "empty-thought" }] },
    { record: { prompt: "What is 2+2?", cot: "Four.", answer: "" }, traces: [{ reason: "empty-answer" }] }
  ]
})
