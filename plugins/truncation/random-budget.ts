// A thought budget of its own for every sample, drawn uniformly between `minimum` and `maximum`, the ends included: the
// first so many tokens of the thought, or that share of them, then the answer, which is kept. The closer is context and
// never a target, also where the budget holds the whole thought: where a thought ends is then drawn, not learnt.
// Draws are keyed by seed and sample: all cells of a seed give a sample the same budget. It takes no ratio.
import { defineTruncation, Schema, withDefault } from "leadspan"
import { keep, thoughtOf } from "../parts/thought.ts"

const aNumber = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

export default defineTruncation({
  name: "random-budget",
  options: Schema.Struct({
    unit: withDefault(Schema.Literals(["tokens", "share"]), "share"), minimum: aNumber, maximum: aNumber
  }).check(Schema.makeFilter(({ maximum, minimum, unit }) =>
    minimum > maximum ? "minimum is above maximum"
      : unit === "share" && maximum > 1 ? "a share is at most 1; for tokens write `unit: tokens`"
      : unit === "tokens" && !(Number.isInteger(minimum) && Number.isInteger(maximum)) ? "tokens are whole numbers" : true)),
  isRandom: true,
  takesRatio: false,
  span: (sequence, _ratio, { maximum, minimum, unit }, { random }) => {
    const { end, start } = thoughtOf(sequence)
    const drawn = random("thought-budget")()
    const budget = unit === "tokens" ? minimum + Math.floor(drawn * (maximum - minimum + 1))
      : Math.floor((minimum + drawn * (maximum - minimum)) * (end - start))
    return keep(sequence, [[0, Math.min(start + budget, end)]], "kept", true)
  },
  examples: [
    // the first random number of an example is 1/2: 2 + floor(5 / 2) tokens; then 0.375 of ten
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { unit: "tokens", minimum: 2, maximum: 6 },
      kept: { spans: [[0, 8], [14, 20]], masked: [[14, 16]] }
    },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { minimum: 0.25, maximum: 0.5 },
      kept: { spans: [[0, 7], [14, 20]], masked: [[14, 16]] }
    },
    {
      segments: "PPPOTTTTTTTTTTCCAAAE", ratio: "1", options: { unit: "tokens", minimum: 90, maximum: 90 },
      kept: { spans: [[0, 20]], masked: [[14, 16]] }
    },
    { segments: "PPOTTTTT", ratio: "1", options: { unit: "tokens", minimum: 3, maximum: 3 }, span: [0, 6] }
  ]
})
