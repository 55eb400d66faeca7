// Puts the steps of a thought in random order (Fisher-Yates, keyed by seed and sample): the same words, their order lost.
// A control for whether order matters. `../parts/steps.ts` says what a step is; a thought of one step stays as it is.
import { defineTransform, Schema } from "leadspan"
import { withThought } from "../parts/changed-thought.ts"
import { stepOptions, stepsOf } from "../parts/steps.ts"

export default defineTransform({
  name: "shuffle-steps",
  version: 1,
  options: Schema.Struct(stepOptions),
  transform: (trace, { random }, { by }) => {
    const { gaps, lead, steps } = stepsOf(trace.cot, by)
    const draw = random("shuffle-steps")
    const order = [...steps]
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(draw() * (last + 1))
      ;[order[last], order[other]] = [order[other]!, order[last]!]
    }
    return withThought(trace, lead + order.map((step, index) => step + gaps[index]!).join(""))
  },
  examples: [
    // 1/2 of four is place 2: one two four three; 1/4 of three is 0: four two one three; 3/4 of two is 1
    {
      trace: { cot: "one\n\ntwo\n\n\nthree\n\nfour\n", derivedAt: 8 },
      becomes: { cot: "four\n\ntwo\n\n\none\n\nthree\n", derivedAt: null, answer: "2" }
    },
    { trace: { cot: "Ay. Bee? Cee! Dee" }, options: { by: "sentence" }, becomes: { cot: "Dee Bee? Ay. Cee!" } },
    { trace: { cot: "D1+1=2A2W1+1=2!M3+1=4/" }, becomes: { cot: "M3+1=4/A2D1+1=2W1+1=2!" } },
    { trace: { cot: "one step", derivedAt: 3 }, becomes: { cot: "one step", derivedAt: 3 } }
  ]
})
