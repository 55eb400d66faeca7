// Keeps the first L = max(1, floor(ratio * T)) tokens: [0, L). Source: arXiv 2512.21002, "Distilling the Essence".
// T counts every templated token, end of turn included; the ratio is the decimal as written (0.29 of 100 is 29).
import { defineTruncation, keptLength, Schema } from "leadspan"

export default defineTruncation({
  name: "first",
  options: Schema.Struct({}),
  span: ({ tokens_T }, ratio) => [0, keptLength(tokens_T.length, ratio)],
  examples: [
    { length: 100, ratio: "0.29", span: [0, 29] },
    { length: 7, ratio: "0.5", span: [0, 3] },
    { length: 3, ratio: "0.1", span: [0, 1] },
    { length: 5, ratio: "1", span: [0, 5] }
  ]
})
