/**
 * OpenR1-Math-220k: several `generations` of one problem, each with <think>, and whether Math-Verify found each right
 * (`correctness_math_verify`; where that is null, `correctness_llama`, a judge's word). One trace a generation.
 */
import { defineFormat, type RawRecord, Schema } from "leadspan"
import { idIn, listIn, missing, textIn } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldOf, tierOf } from "./thought-markers/told.ts"

const correctnessOf = (record: RawRecord, n: number): boolean | null =>
  correctOf(listIn(record, "correctness_math_verify")?.[n]) ?? correctOf(listIn(record, "correctness_llama")?.[n])

export default defineFormat({
  name: "openr1-math",
  version: 1,
  options: Schema.Struct({}),
  describes: "OpenR1-Math-220k: prompt `problem`, a trace for each of `generations`, by <think>; correct by `correctness_math_verify`",
  recognise: bySign(proof.dataset, "`problem` with a list of `generations`", (record) =>
    textIn(record, "problem") !== null && (listIn(record, "generations")?.length ?? 0) > 0),
  traces: (record) => {
    const [prompt, generations] = [textIn(record, "problem"), listIn(record, "generations")]
    if (prompt === null || generations === null || generations.length === 0) return [missing(record, [prompt === null ? "problem" : "generations"])]
    const uuid = idIn(record, "uuid")
    return generations.map((text, n) => typeof text !== "string" ? { reason: "missing-fields", detail: `no text in \`generations[${n}]\`` } : finish({
      prompt, gold: goldOf(record.answer), correct: correctnessOf(record, n), tier: tierOf(record, "problem_type"),
      id: uuid === undefined ? undefined : `${uuid}/${n}`
    }, takeApart(text, thinkMarkers)))
  },
  examples: [{
    record: {
      problem: "What is 2+2?", solution: "Adding gives 4.", answer: "4", problem_type: "Algebra", uuid: "u", is_reasoning_complete: [true, true, false],
      generations: ["<think>\nFour.\n</think>\n\n\\boxed{4}", "<think>\nFive.\n</think>\n\n\\boxed{5}", "<think>\nTwo and"],
      correctness_math_verify: [true, false, false], correctness_llama: null, finish_reasons: null
    },
    traces: [
      { id: "u/0", prompt: "What is 2+2?", cot: "Four.", answer: "\\boxed{4}", gold: "4", correct: true, tier: "Algebra", closed: true },
      { id: "u/1", cot: "Five.", answer: "\\boxed{5}", correct: false },
      { id: "u/2", cot: "Two and", answer: "", correct: false, closed: false }
    ]
  }]
})
