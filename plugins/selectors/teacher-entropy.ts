// Supervises the share of each row's targets where the teacher is least sure (or surest): by the entropy of its distribution,
// in nats. After arXiv 2506.01939, where a policy is trained on the fifth of its tokens with the highest entropy alone.
import { defineSelector } from "leadspan"
import { byMeasure, measureOptions } from "../parts/share-of-targets.ts"

export default defineSelector({
  name: "teacher-entropy",
  options: measureOptions,
  needsMeasures: true,
  weights: (_sequence, supervised_T, options, { measures }) => byMeasure(measures!.teacherEntropy_T, supervised_T, options),
  examples: [
    {
      segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.5 },
      measures: { teacherEntropy: [0, 9, 0.1, 2, 0.5, 1, 9, 9] }, weights: [0, 0, 0, 1, 0, 1, 0, 0]
    },
    {
      segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.5, keep: "lowest" },
      measures: { teacherEntropy: [0, 9, 0.1, 2, 0.5, 1, 9, 9] }, weights: [0, 0, 1, 0, 1, 0, 0, 0]
    },
    // floor(0.4 * 5) are two; of equals the earlier ones
    {
      segments: "PPTTTTA", supervised: ["cot", "answer"], options: { share: 0.4 },
      measures: { teacherEntropy: [0, 0, 1, 3, 1, 1, 1] }, weights: [0, 0, 1, 1, 0, 0, 0]
    }
  ]
})
