// Deletes a share of the steps of a thought: floor(share * steps) of them, drawn by chance (keyed by seed and sample), at least
// one step staying. A smaller share deletes a part of what a larger one does. `../parts/steps.ts` says what a step is.
import { defineTransform, Schema, withDefault } from "leadspan"
import { withThought } from "../parts/changed-thought.ts"
import { drawnPlaces } from "../parts/drawn-places.ts"
import { countOf, Share } from "../parts/share.ts"
import { stepOptions, stepsOf } from "../parts/steps.ts"

export default defineTransform({
  name: "delete-steps",
  version: 1,
  options: Schema.Struct({ share: withDefault(Share, 0.5), ...stepOptions }),
  transform: (trace, { random }, { by, share }) => {
    const { gaps, lead, steps } = stepsOf(trace.cot, by)
    const count = Math.min(countOf(steps.length, share), steps.length - 1)
    const gone = drawnPlaces(steps.length, count, random("delete-steps"))
    const kept = steps.map((step, index) => gone.has(index) ? "" : step + gaps[index]!).join("")
    // what ended the text still ends it
    return withThought(trace, count <= 0 ? trace.cot : lead + kept.trimEnd() + gaps.at(-1)!)
  },
  examples: [
    // the steps draw 1/2, 1/4, 3/4, 1/8: the second and the fourth are the lowest
    { trace: { cot: "one\n\ntwo\n\nthree\n\nfour\n", derivedAt: 3 }, becomes: { cot: "one\n\nthree\n", derivedAt: 3 } },
    { trace: { cot: "one\n\ntwo\n\nthree\n\nfour\n", derivedAt: 8 }, options: { share: 0.25 }, becomes: { cot: "one\n\ntwo\n\nthree\n", derivedAt: 8 } },
    { trace: { cot: "One. Two. Three.", derivedAt: 9 }, options: { share: 0.4, by: "sentence" }, becomes: { cot: "One. Three.", derivedAt: null } },
    { trace: { cot: "One. Two." }, options: { share: 1 }, becomes: { cot: "One." } },
    { trace: { cot: "one step" }, options: { share: 1 }, becomes: { cot: "one step" } }
  ]
})
