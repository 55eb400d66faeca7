/**
 * Outputs of Sky-T1's evaluation: `question`, the texts of `code` (one a sample), `score` of each, the reference `gt`.
 * About half of what small models wrote has no markers or never ends its thought.
 */
import { defineFormat, type RawRecord, Schema } from "leadspan"
import { idIn, listIn, missing, textIn } from "./thought-markers/fields.ts"
import { finish } from "./thought-markers/finish.ts"
import { thoughtMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { correctOf, goldOf, tierOf } from "./thought-markers/told.ts"

/** Run and benchmark are part of the id where files of several were put together. */
const idOf = (record: RawRecord, n: number, count: number): string | undefined => {
  const id = idIn(record, "idx")
  return id === undefined ? undefined : [idIn(record, "_run"), idIn(record, "_bench"), id, ...(count > 1 ? [n] : [])].filter((part) => part !== undefined).join("/")
}

const example = {
  idx: 0, question: "What is 2+2?", gt: "4", level: 2, pred: ["4"], score: [true],
  code: ["<|begin_of_thought|>\n\nTwo and two make four.\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n\\boxed{4}\n<|end_of_solution|>"]
}

export default defineFormat({
  name: "sky-t1-eval",
  version: 1,
  options: Schema.Struct({}),
  describes: "Sky-T1 evaluation outputs: prompt `question`, a trace for each text of `code`, by <|begin_of_thought|>; correct by `score`",
  recognise: bySign(proof.dataset, "`question`, `gt` and a list of texts in `code`", (record) =>
    textIn(record, "question") !== null && goldOf(record.gt) !== null && (listIn(record, "code")?.some((text) => typeof text === "string") ?? false)),
  traces: (record) => {
    const [prompt, texts] = [textIn(record, "question"), listIn(record, "code")]
    if (prompt === null || texts === null || texts.length === 0) return [missing(record, [prompt === null ? "question" : "code"])]
    return texts.map((text, n) => typeof text !== "string" ? { reason: "missing-fields", detail: `no text in \`code[${n}]\`` } : finish({
      prompt, gold: goldOf(record.gt), correct: correctOf(listIn(record, "score")?.[n]), tier: tierOf(record, "level"), id: idOf(record, n, texts.length)
    }, takeApart(text, thoughtMarkers)))
  },
  examples: [
    { record: example, traces: [{ id: "0", prompt: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", gold: "4", correct: true, tier: "level 2", closed: true }] },
    { record: { ...example, code: ["<|begin_of_thought|>\n\nTwo and", "It is 4."], score: [false, true] }, traces: [{ id: "0/0", cot: "Two and", closed: false, correct: false }, { reason: "no-markers" }] }
  ]
})
