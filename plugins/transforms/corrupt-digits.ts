// Replaces a share of the digits of a thought by others: floor(share * digits) of them, drawn by chance, each by one of the nine
// other digits (keyed by seed and sample). Lengths and words stay, the arithmetic does not. A smaller share corrupts a part of
// the places that a larger one does, and by the same digits.
import { defineTransform, Schema, withDefault } from "leadspan"
import { withThought } from "../parts/changed-thought.ts"
import { drawnPlaces } from "../parts/drawn-places.ts"
import { countOf, Share } from "../parts/share.ts"

export default defineTransform({
  name: "corrupt-digits",
  version: 1,
  options: Schema.Struct({ share: withDefault(Share, 0.5) }),
  transform: (trace, { random }, { share }) => {
    const digits = trace.cot.match(/[0-9]/gu)?.length ?? 0
    const places = drawnPlaces(digits, countOf(digits, share), random("corrupt-places"))
    const draw = random("corrupt-digits")
    let index = 0
    const cot = trace.cot.replaceAll(/[0-9]/gu, (digit) => {
      const other = (Number(digit) + 1 + Math.floor(draw() * 9)) % 10
      return places.has(index++) ? String(other) : digit
    })
    return withThought(trace, cot)
  },
  examples: [
    // places draw 1/2, 1/4, 3/4, 1/8, 5/8: all but the third; digits go up by 1 + floor(9 x) of these: by 5, 3, 7, 2, 6
    { trace: { cot: "12 + 3 = 15" }, options: { share: 0.8 }, becomes: { cot: "65 + 3 = 31" } },
    // the second and the fourth of four
    { trace: { cot: "1 + 2 = 3, 4", derivedAt: 4 }, becomes: { cot: "1 + 5 = 3, 6", derivedAt: 4, answer: "2" } },
    { trace: { cot: "no digit" }, options: { share: 1 }, becomes: { cot: "no digit" } }
  ]
})
