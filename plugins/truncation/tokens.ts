// Keeps the first so many tokens, the same number of every sequence; a shorter one is kept whole. `of: cot` counts the
// thought alone. It takes no ratio.
import { defineTruncation, Schema } from "leadspan"
import { cutOptions } from "../parts/cut-options.ts"
import { keep, thoughtOf } from "../parts/thought.ts"

export default defineTruncation({
  name: "tokens",
  options: Schema.Struct({ tokens: Schema.Int.check(Schema.isGreaterThan(0)), ...cutOptions }),
  takesRatio: false,
  span: (sequence, _ratio, { answer, of, tokens }) => {
    const { end, start } = of === "cot" ? thoughtOf(sequence) : { start: 0, end: sequence.tokens_T.length }
    return keep(sequence, [[0, Math.min(start + tokens, end)]], answer)
  },
  examples: [
    { length: 100, ratio: "1", options: { tokens: 29 }, span: [0, 29] },
    { length: 20, ratio: "1", options: { tokens: 29 }, span: [0, 20] },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { tokens: 6, of: "cot" }, span: [0, 10] },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { tokens: 6, of: "cot", answer: "kept" },
      kept: { spans: [[0, 10], [14, 20]], masked: [[14, 16]] }
    },
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { tokens: 60, of: "cot", answer: "kept" }, span: [0, 20] }
  ]
})
