// Weights that go evenly from `from` at a row's first target to `to` at its last: the soft counterpart of a cut. 1 to 0 favours
// the early part without losing the rest, 0 to 1 the late part. The only target of a row has weight `from`.
import { defineSelector, Schema, withDefault } from "leadspan"
import { targetsOf } from "../parts/share-of-targets.ts"

const weight = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

export default defineSelector({
  name: "ramp",
  options: Schema.Struct({ from: withDefault(weight, 1), to: withDefault(weight, 0) }),
  weights: (_sequence, supervised_T, { from, to }) => {
    const weights_T = new Float32Array(supervised_T.length)
    const targets = targetsOf(supervised_T)
    targets.forEach((t, index) => {
      weights_T[t] = from + (to - from) * (targets.length === 1 ? 0 : index / (targets.length - 1))
    })
    return weights_T
  },
  examples: [
    { segments: "PTTTTTA", supervised: ["cot"], weights: [0, 1, 0.75, 0.5, 0.25, 0, 0] },
    { segments: "PTTTA", supervised: ["cot", "answer"], options: { from: 0.5, to: 2 }, weights: [0, 0.5, 1, 1.5, 2] },
    { segments: "PTA", supervised: ["cot"], options: { from: 0.5 }, weights: [0, 0.5, 0] }
  ]
})
