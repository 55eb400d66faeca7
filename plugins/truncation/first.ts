// Keeps the first L = max(1, floor(ratio * T)) tokens: [0, L). Source: arXiv 2512.21002, "Distilling the Essence".
// T counts every templated token, end of turn included; the ratio is the decimal as written (0.29 of 100 is 29).
// `of: cot` counts the thought alone: the prompt and the first L of the thought's tokens.
import { defineTruncation, keptLength, Schema } from "leadspan"
import { cutOptions } from "../parts/cut-options.ts"
import { keep, thoughtOf } from "../parts/thought.ts"

export default defineTruncation({
  name: "first",
  options: Schema.Struct(cutOptions),
  span: (sequence, ratio, { answer, of }) => {
    if (of === "sequence") return keep(sequence, [[0, keptLength(sequence.tokens_T.length, ratio)]], answer)
    const { end, start } = thoughtOf(sequence)
    return keep(sequence, [[0, start + (start < end ? keptLength(end - start, ratio) : 0)]], answer)
  },
  examples: [
    { length: 100, ratio: "0.29", span: [0, 29] },
    { length: 7, ratio: "0.5", span: [0, 3] },
    { length: 3, ratio: "0.1", span: [0, 1] },
    { length: 5, ratio: "1", span: [0, 5] },
    // opener, ten tokens of thought, a closer of two, answer, end of turn: half of 20 are 10 tokens, half of the thought 5
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.5", span: [0, 10] },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.5", options: { of: "cot" }, span: [0, 9] },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { of: "cot" }, span: [0, 14] },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.5", options: { of: "cot", answer: "kept" },
      kept: { spans: [[0, 9], [14, 20]], masked: [[14, 16]] }
    },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { of: "cot", answer: "kept" }, span: [0, 20] },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.25", options: { answer: "kept" },
      kept: { spans: [[0, 5], [14, 20]], masked: [[14, 16]] }
    },
    // a thought that never ends has no answer to keep
    { segments: "PPOTTTTT", ratio: "0.4", options: { of: "cot", answer: "kept" }, span: [0, 5] },
    { segments: "PPAAA", ratio: "0.5", options: { of: "cot" }, span: [0, 2] }
  ]
})
