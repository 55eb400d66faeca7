// Keeps the middle L = max(1, floor(ratio * T)) tokens, from floor((T - L) / 2) on: an odd rest leaves one token more at
// the end. Source: arXiv 2512.21002, "Distilling the Essence".
// T counts every templated token, end of turn included; the ratio is the decimal as written (0.29 of 100 is 29).
import { defineTruncation, keptLength, Schema } from "leadspan"

export default defineTruncation({
  name: "middle",
  options: Schema.Struct({}),
  span: ({ tokens_T }, ratio) => {
    const length = keptLength(tokens_T.length, ratio)
    const start = Math.floor((tokens_T.length - length) / 2)
    return [start, start + length]
  },
  examples: [
    { length: 100, ratio: "0.29", span: [35, 64] },
    { length: 7, ratio: "0.5", span: [2, 5] },
    { length: 4, ratio: "0.25", span: [1, 2] },
    { length: 5, ratio: "1", span: [0, 5] }
  ]
})
