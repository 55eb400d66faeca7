/**
 * Solutions of thought-anchors: one text, `solution`, with the prompt up to `<think>`, the thought up to `</think>`, then the
 * answer. The file of labelled sentences has `chunks` instead: they are joined by a space each, for their own white space is lost.
 */
import { defineFormat, type RawRecord, Schema } from "leadspan"
import { idIn, isRecord, listIn, missing, textIn } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldOf, tierOf } from "./thought-markers/told.ts"

const wholeOf = (record: RawRecord): string | null => {
  const solution = textIn(record, "solution")
  if (solution !== null) return solution
  const chunks = listIn(record, "chunks")?.map((chunk) => isRecord(chunk) ? textIn(chunk, "text") : null)
  return chunks === undefined || chunks.length === 0 || chunks.includes(null) ? null : chunks.join(" ")
}

const idOf = (record: RawRecord): string | undefined => {
  const [problem, seed] = [idIn(record, "problem_idx"), idIn(record, "seed")]
  return problem === undefined ? undefined : seed === undefined ? problem : `${problem}/${seed}`
}

const example = {
  problem_idx: 204, problem: "What is 2+2?", level: "Level 1", type: "Algebra", gt_answer: "4", seed: 0,
  solution: "Solve this math problem step by step. Put your final answer in \\boxed{}. Problem: What is 2+2? Solution: \n<think>\nTwo and two make four.\n</think>\n\n\\boxed{4}",
  answer: "4", is_correct: true
}
const prompt = "Solve this math problem step by step. Put your final answer in \\boxed{}. Problem: What is 2+2? Solution:"

export default defineFormat({
  name: "thought-anchors",
  version: 1,
  options: Schema.Struct({}),
  describes: "thought-anchors: one text in `solution` (or `chunks`): prompt up to <think>, thought up to </think>, then the answer",
  recognise: bySign(proof.dataset, "`problem` and a `solution` (or `chunks`) with <think> behind its prompt", (record) =>
    textIn(record, "problem") !== null && (wholeOf(record)?.indexOf(thinkMarkers.opener) ?? -1) > 0),
  traces: (record) => {
    const whole = wholeOf(record)
    if (whole === null) return [missing(record, ["solution", "chunks"])]
    const start = whole.indexOf(thinkMarkers.opener)
    if (start < 0) return [{ reason: "no-markers", detail: `no \`${thinkMarkers.opener}\` that would end the prompt` }]
    return [finish({
      prompt: whole.slice(0, start).trim(), problem: textIn(record, "problem"), gold: goldOf(record.gt_answer), correct: correctOf(record.is_correct),
      tier: tierOf(record, "level", "type"), id: idOf(record)
    }, takeApart(whole.slice(start), thinkMarkers))]
  },
  examples: [
    {
      record: example,
      traces: [{ id: "204/0", prompt, problem: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", gold: "4", correct: true, tier: "Level 1", closed: true }]
    },
    { record: { ...example, solution: "Problem: What is 2+2?\n<think>\nTwo and", is_correct: false }, traces: [{ prompt: "Problem: What is 2+2?", cot: "Two and", answer: "", closed: false }] },
    {
      record: { problem_idx: 204, seed: 0, problem: "What is 2+2?", chunks: [{ index: 0, text: "Problem: What is 2+2?\n<think>\nTwo and two make four." }, { index: 1, text: "So 4.\n</think>\n\n4" }] },
      traces: [{ prompt: "Problem: What is 2+2?", cot: "Two and two make four. So 4.", answer: "4", gold: null, correct: null }]
    }
  ]
})
