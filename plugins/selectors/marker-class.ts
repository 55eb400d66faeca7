// Weights targets by thought markers: `inside` for tokens that overlap a match of one of the named classes in the thought,
// `outside` for all other targets. 1 and 0 supervise the markers alone, 0 and 1 all but them, 3 and 1 stress them. The
// classes and their phrases are those of `markerClasses`; markers are looked for in the thought, never in prompt or answer.
import { defineSelector, findMarkers, markerClasses, type MarkerClass, Schema, withDefault } from "leadspan"
import { thoughtOf } from "../parts/thought.ts"
import { tokenTexts } from "../parts/token-texts.ts"

const weight = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const names = Object.keys(markerClasses) as Array<MarkerClass>

export default defineSelector({
  name: "marker-class",
  options: Schema.Struct({
    classes: Schema.Array(Schema.Literals(names)).check(Schema.isMinLength(1)),
    inside: withDefault(weight, 1), outside: withDefault(weight, 0)
  }),
  weights: (sequence, supervised_T, { classes, inside, outside }) => {
    const { end, start } = thoughtOf(sequence)
    const texts = tokenTexts(sequence, start, end)
    const markers = findMarkers(texts.join(""), classes)
    const weights_T = Float32Array.from(supervised_T, (is, t) => t > 0 && is === 1 ? outside : 0)
    let [from, next] = [0, 0]
    for (const [index, text] of texts.entries()) {
      const to = from + text.length
      while (next < markers.length && markers[next]!.end <= from) next++
      const t = start + index
      if (next < markers.length && markers[next]!.start < to && t > 0 && supervised_T[t] === 1) weights_T[t] = inside
      from = to
    }
    return weights_T
  },
  examples: [
    {
      segments: "PTTTTTTTTA", texts: ["Wait", "Let", " me", " che", "ck", ".", " So", " it is", " so", "so"], supervised: ["prompt", "cot", "answer"],
      options: { classes: ["verification"] }, weights: [0, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    },
    {
      segments: "PTTTTTTTTA", texts: ["Wait", "Let", " me", " che", "ck", ".", " So", " it is", " so", "so"], supervised: ["cot", "answer"],
      options: { classes: ["verification", "deduction"], inside: 0, outside: 1 }, weights: [0, 0, 0, 0, 0, 1, 0, 1, 0, 1]
    },
    // a quotation mark whose bytes are two tokens: the word begins after it
    { segments: "PTTT", texts: ["Q", "\\xE2\\x80", "\\x9C", "Wait"], supervised: ["cot"], options: { classes: ["hesitation"] }, weights: [0, 0, 0, 1] },
    {
      segments: "PTTTC", texts: ["Q", "Hm", "m, it", " is", "</t>"], supervised: ["cot"],
      options: { classes: ["hesitation"], inside: 3, outside: 1 }, weights: [0, 3, 3, 1, 1]
    }
  ]
})
