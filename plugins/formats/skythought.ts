/**
 * Answers collected by SkyThought: `problem`, `responses` by temperature, each with `content` and `correctness`, the reference
 * `answer`. The problem is the prompt; `options: { prompt: prompt }` takes the column `prompt`, which has the instruction
 * about the box before it (in the published files with its braces doubled, `\boxed{{}}`).
 */
import { defineFormat, Schema, withDefault } from "leadspan"
import { idIn, isRecord, missing, objectIn, textIn } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { thoughtMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldOf, tierOf } from "./thought-markers/told.ts"

const example = {
  problem: "What is 2+2?", answer: "4", level: 2, unique_id: "test/algebra/1.json", prompt: "Return your final response within \\boxed{{}}. What is 2+2?",
  responses: {
    "0.0": {
      content: "<|begin_of_thought|>\nTwo and two make four.\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\\boxed{4}\n<|end_of_solution|>",
      correctness: true, reason: ""
    }
  }
}
const trace = { id: "test/algebra/1.json", cot: "Two and two make four.", answer: "\\boxed{4}", gold: "4", correct: true, tier: "level 2", closed: true }

export default defineFormat({
  name: "skythought",
  version: 1,
  options: Schema.Struct({
    prompt: withDefault(Schema.Literals(["problem", "prompt"]).annotate({ description: "The column that is the prompt." }), "problem")
  }),
  describes: "SkyThought's prompted answers: prompt `problem`, a trace for each of `responses`, by <|begin_of_thought|>; correct by `correctness`",
  recognise: bySign(proof.dataset, "`problem` and `responses` with `content`", (record) =>
    textIn(record, "problem") !== null && Object.values(objectIn(record, "responses") ?? {}).some((response) => isRecord(response) && textIn(response, "content") !== null)),
  traces: (record, options) => {
    const [prompt, responses] = [textIn(record, options.prompt), Object.entries(objectIn(record, "responses") ?? {})]
    if (prompt === null || responses.length === 0) return [missing(record, [prompt === null ? options.prompt : "responses"])]
    const own = idIn(record, "unique_id", "id")
    return responses.map(([key, response]) => {
      const content = isRecord(response) ? textIn(response, "content") : null
      if (!isRecord(response) || content === null) return { reason: "missing-fields", detail: `no text in \`responses["${key}"].content\`` }
      return finish({
        prompt, problem: textIn(record, "problem"), gold: goldOf(record.answer), correct: correctOf(response.correctness), tier: tierOf(record, "level"),
        id: own === undefined || responses.length === 1 ? own : `${own}/${key}`
      }, takeApart(content, thoughtMarkers))
    })
  },
  examples: [
    { record: example, traces: [{ ...trace, prompt: "What is 2+2?" }] },
    { options: { prompt: "prompt" }, record: example, traces: [{ ...trace, prompt: "Return your final response within \\boxed{{}}. What is 2+2?", problem: "What is 2+2?" }] },
    {
      record: { ...example, responses: { ...example.responses, "0.7": { content: "<|begin_of_thought|>\nTwo and", correctness: false } } },
      traces: [{ ...trace, id: "test/algebra/1.json/0.0" }, { id: "test/algebra/1.json/0.7", cot: "Two and", answer: "", correct: false, closed: false }]
    }
  ]
})
