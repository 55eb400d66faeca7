/**
 * Llama-Nemotron-Post-Training-Dataset (SFT): `input` is a list of turns (older files: a text), `output` the reply,
 * `reasoning` on or off, `system_prompt` (`detailed thinking on`). Records with reasoning off were made without a thought:
 * they are refused as `reasoning-off`. The records tell neither a reference answer nor whether theirs is right.
 */
import { defineFormat, type RawRecord, type Refusal, Schema } from "leadspan"
import { questionIn, turnsIn } from "./thought-markers/dialogue.ts"
import { missing, textIn } from "./thought-markers/fields.ts"
import { finish, isRefusal } from "./thought-markers/finish.ts"
import { thinkMarkers } from "./thought-markers/marker-pairs.ts"
import { bySign, proof } from "./thought-markers/recognise.ts"
import { takeApart } from "./thought-markers/take-apart.ts"
import { tierOf } from "./thought-markers/told.ts"

const askedIn = (record: RawRecord): { readonly system: string | null; readonly prompt: string } | Refusal => {
  const chat = turnsIn(record, ["input"])
  if (chat !== null) return questionIn(record, chat.turns)
  const text = textIn(record, "input")
  return text === null ? missing(record, ["input"]) : { prompt: text, system: textIn(record, "system_prompt") }
}

const example = {
  input: [{ role: "user", content: "Solve the following math problem. Make sure to put the answer (and only answer) inside \\boxed{}.\n\nWhat is 2+2?" }],
  output: "<think>\nTwo and two make four.\n</think>\n\n\\boxed{4}",
  category: "math", license: "cc-by-4.0", reasoning: "on", generator: "DeepSeek-R1", used_in_training: "Super", version: "v1", system_prompt: "detailed thinking on"
}

export default defineFormat({
  name: "llama-nemotron",
  version: 1,
  options: Schema.Struct({}),
  describes: "Llama-Nemotron post-training (SFT): prompt the user's turn of `input`, thought and answer in `output`, by <think>; reasoning off is refused",
  recognise: bySign(proof.dataset, "`input`, `output` and `reasoning` on or off", (record) =>
    (turnsIn(record, ["input"]) !== null || textIn(record, "input") !== null) && textIn(record, "output") !== null
    && ["on", "off"].includes(textIn(record, "reasoning") ?? "")),
  traces: (record) => {
    const output = textIn(record, "output")
    if (output === null) return [missing(record, ["output"])]
    if (textIn(record, "reasoning") === "off") return [{ reason: "reasoning-off", detail: "`reasoning` is `off`" }]
    const asked = askedIn(record)
    if (isRefusal(asked)) return [asked]
    return [finish({ ...asked, tier: tierOf(record, "category") }, takeApart(output, thinkMarkers))]
  },
  examples: [
    {
      record: example,
      traces: [{ system: "detailed thinking on", problem: "What is 2+2?", cot: "Two and two make four.", answer: "\\boxed{4}", gold: null, correct: null, tier: "math", closed: true }]
    },
    { record: { ...example, output: "\\boxed{4}", reasoning: "off", system_prompt: "detailed thinking off" }, traces: [{ reason: "reasoning-off" }] },
    { record: { ...example, input: [...example.input, { role: "assistant", content: "4" }, ...example.input] }, traces: [{ reason: "several-turns" }] }
  ]
})
