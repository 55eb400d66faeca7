// Keeps the last L = max(1, floor(ratio * T)) tokens: [T - L, T). Source: arXiv 2512.21002, "Distilling the Essence".
// T counts every templated token, end of turn included; the ratio is the decimal as written (0.29 of 100 is 29).
// `of: cot` counts the thought alone: the prompt and the last L of the thought's tokens.
import { defineTruncation, keptLength, Schema } from "leadspan"
import { cutOptions } from "../parts/cut-options.ts"
import { keep, thoughtOf } from "../parts/thought.ts"

export default defineTruncation({
  name: "last",
  options: Schema.Struct(cutOptions),
  span: (sequence, ratio, { answer, of }) => {
    const length = sequence.tokens_T.length
    if (of === "sequence") return keep(sequence, [[length - keptLength(length, ratio), length]], answer)
    const { end, start } = thoughtOf(sequence)
    return keep(sequence, [[0, start], [end - (start < end ? keptLength(end - start, ratio) : 0), end]], answer)
  },
  examples: [
    { length: 100, ratio: "0.29", span: [71, 100] },
    { length: 7, ratio: "0.5", span: [4, 7] },
    { length: 3, ratio: "0.1", span: [2, 3] },
    { length: 5, ratio: "1", span: [0, 5] },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.3", options: { of: "cot" }, kept: { spans: [[0, 4], [11, 14]] } },
    // the closer follows the thought's own end: it stays a target
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.3", options: { of: "cot", answer: "kept" }, kept: { spans: [[0, 4], [11, 20]] } },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.1", options: { answer: "kept" }, kept: { spans: [[14, 20]], masked: [[14, 16]] } },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.3", span: [14, 20] },
    { segments: "PPOTTTTT", ratio: "1", options: { of: "cot", answer: "kept" }, span: [0, 8] }
  ]
})
