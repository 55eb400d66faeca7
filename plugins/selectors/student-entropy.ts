// Supervises the share of each row's targets where the untrained student is least sure (or surest): by the entropy of its
// distribution, in nats. The student is measured once, before training: the mask does not move with it.
import { defineSelector } from "leadspan"
import { byMeasure, measureOptions } from "../parts/share-of-targets.ts"

export default defineSelector({
  name: "student-entropy",
  options: measureOptions,
  needsMeasures: true,
  weights: (_sequence, supervised_T, options, { measures }) => byMeasure(measures!.studentEntropy_T, supervised_T, options),
  examples: [
    {
      segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.5 },
      measures: { studentEntropy: [0, 9, 0.1, 2, 0.5, 1, 9, 9] }, weights: [0, 0, 0, 1, 0, 1, 0, 0]
    },
    {
      segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.5, keep: "lowest" },
      measures: { studentEntropy: [0, 9, 0.1, 2, 0.5, 1, 9, 9] }, weights: [0, 0, 1, 0, 1, 0, 0, 0]
    },
    // floor(0.4 * 5) are two; of equals the earlier ones
    {
      segments: "PPTTTTA", supervised: ["cot", "answer"], options: { share: 0.4 },
      measures: { studentEntropy: [0, 0, 1, 3, 1, 1, 1] }, weights: [0, 0, 1, 1, 0, 0, 0]
    }
  ]
})
