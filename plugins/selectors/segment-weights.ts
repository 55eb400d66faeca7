// One weight for the targets of each segment, where a segment should count more or less instead of all or nothing. Only
// segments that the spec supervises have targets. A mean over tokens divides by the sum of their weights: doubling all of
// them changes nothing.
import { defineSelector, Schema, withDefault } from "leadspan"

const weight = withDefault(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)), 1)

export default defineSelector({
  name: "segment-weights",
  options: Schema.Struct({ prompt: weight, cot: weight, answer: weight }),
  weights: ({ segments_T }, supervised_T, { answer, cot, prompt }) =>
    Float32Array.from(segments_T, (segment, t) => t > 0 && supervised_T[t] === 1 ? [prompt, cot, answer][segment]! : 0),
  examples: [
    { segments: "PPOTTCAE", supervised: ["prompt", "cot", "answer"], options: { prompt: 0.1, answer: 2 }, weights: [0, 0.1, 0.1, 1, 1, 1, 2, 2] },
    { segments: "PPTTAA", supervised: ["cot"], options: { cot: 0.5 }, weights: [0, 0, 0.5, 0.5, 0, 0] }
  ]
})
