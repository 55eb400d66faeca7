// Drops everything after the end of thought: keeps [0, first token of the answer), the closer with it. A thought that
// never ends is kept whole. It takes no ratio.
import { defineTruncation, Schema } from "leadspan"
import { keep, thoughtOf } from "../parts/thought.ts"

export default defineTruncation({
  name: "thought",
  options: Schema.Struct({}),
  takesRatio: false,
  span: (sequence) => keep(sequence, [[0, thoughtOf(sequence).answerAt]], "cut"),
  examples: [
    { segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", span: [0, 16] },
    { segments: "PPTTTAA", ratio: "1", span: [0, 5] },
    { segments: "PPOTTT", ratio: "1", span: [0, 6] },
    { segments: "PPAA", ratio: "1", span: [0, 2] }
  ]
})
