// Keeps the middle L = max(1, floor(ratio * T)) tokens, from floor((T - L) / 2) on: an odd rest leaves one token more at
// the end. Source: arXiv 2512.21002, "Distilling the Essence".
// T counts every templated token, end of turn included; the ratio is the decimal as written (0.29 of 100 is 29).
// `of: cot` counts the thought alone: the prompt and the middle L of the thought's tokens.
import { defineTruncation, keptLength, Schema } from "leadspan"
import { cutOptions } from "../parts/cut-options.ts"
import { keep, thoughtOf } from "../parts/thought.ts"

/** The middle of [start, end). */
const middleOf = (start: number, end: number, ratio: string): readonly [number, number] => {
  const length = start < end ? keptLength(end - start, ratio) : 0
  const from = start + Math.floor((end - start - length) / 2)
  return [from, from + length]
}

export default defineTruncation({
  name: "middle",
  options: Schema.Struct(cutOptions),
  span: (sequence, ratio, { answer, of }) => {
    if (of === "sequence") return keep(sequence, [middleOf(0, sequence.tokens_T.length, ratio)], answer)
    const { end, start } = thoughtOf(sequence)
    return keep(sequence, [[0, start], middleOf(start, end, ratio)], answer)
  },
  examples: [
    { length: 100, ratio: "0.29", span: [35, 64] },
    { length: 7, ratio: "0.5", span: [2, 5] },
    { length: 4, ratio: "0.25", span: [1, 2] },
    { length: 5, ratio: "1", span: [0, 5] },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.5", options: { of: "cot" }, kept: { spans: [[0, 4], [6, 11]] } },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "0.5", options: { of: "cot", answer: "kept" },
      kept: { spans: [[0, 4], [6, 11], [14, 20]], masked: [[14, 16]] }
    },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { of: "cot", answer: "kept" }, span: [0, 20] }
  ]
})
