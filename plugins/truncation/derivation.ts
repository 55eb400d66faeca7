// Cuts every thought at its first derivation of the answer, for the test of whether an early derivation is what makes a
// prefix enough. d is the token just after the derivation; `at` names the arm:
// - before: [0, d - margin). The margin, 1 unless given, is how many of the derivation's last tokens are missing.
// - after: [0, d + margin), margin 0 unless given, at most the whole sequence.
// - random: [0, d' + margin), where d' is the d of a sample drawn from all those with a derivation, itself included, and
//   margin 0 unless given; at most the whole sequence. Drawn by seed and sample id, so equal in all cells of a seed.
//   With `drawn: share`, d' is that sample's d as a share of its length, times this sequence's length, rounded.
//
// What is equal between the arms: the samples and their number; the share of samples without a derivation, which all arms
// cut alike, by the ratio (at 1 they stay whole). Before and after differ by their margins in every sample. Random has the
// lengths of `after` in another order: the same distribution, hence the same mean in expectation, not exactly. A d' longer
// than the sequence is cut to it: where lengths vary much and derivations are late, the mean then falls (by 15 % on late
// chain arithmetic of three tiers in equal shares), and `drawn: share` is the closer match (0.5 %). A drawn end may fall in the
// prompt, or, with `drawn: tokens`, in the answer. Where all derivations lie at one place, random is `after`. Nothing else is
// matched: how much of a thought is kept as a share, and whether the prefix ends within a word or step, differ.
//
// Only `random` draws. A plugin is random or not as a whole, so views are made for each seed in the other arms, too; they
// come out the same, and a trial's identity is made of what comes out.
import { defineTruncation, keptLength, Schema, withDefault } from "leadspan"
import { keep } from "../parts/thought.ts"

export default defineTruncation({
  name: "derivation",
  options: Schema.Struct({
    at: withDefault(Schema.Literals(["before", "after", "random"]), "after"),
    // for `random`: another sample's derivation in tokens, or as a share of its length
    drawn: withDefault(Schema.Literals(["tokens", "share"]), "tokens"),
    // null: 1 before, 0 else
    margin: withDefault(Schema.NullOr(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))), null)
  }),
  isRandom: true,
  span: (sequence, ratio, { at, drawn, margin }, { population, random }) => {
    const length = sequence.tokens_T.length
    const to = (end: number) => keep(sequence, [[0, Math.min(Math.max(end, 1), length)]], "cut")
    const own = sequence.derivedAt
    if (own === null) return to(keptLength(length, ratio))
    if (at === "before") return to(own - (margin ?? 1))
    if (at === "after") return to(own + (margin ?? 0))
    // drawn from all until it has a derivation: the same as from those alone, without a list of them for every sample
    const { derivedAt_N, lengths_N } = population
    if (!derivedAt_N.some((derivedAt) => derivedAt >= 0)) return to(own + (margin ?? 0))
    const draw = random("another-derivation")
    let n = Math.floor(draw() * derivedAt_N.length)
    while (derivedAt_N[n]! < 0) n = Math.floor(draw() * derivedAt_N.length)
    return to((drawn === "tokens" ? derivedAt_N[n]! : Math.round(length * derivedAt_N[n]! / lengths_N[n]!)) + (margin ?? 0))
  },
  examples: [
    { segments: "PPOTTTTTTTCAAE", derivedAt: 6, ratio: "1", options: { at: "before" }, span: [0, 5] },
    { segments: "PPOTTTTTTTCAAE", derivedAt: 6, ratio: "1", options: { at: "before", margin: 3 }, span: [0, 3] },
    { segments: "PPOTTTTTTTCAAE", derivedAt: 6, ratio: "1", options: { at: "after" }, span: [0, 6] },
    { segments: "PPOTTTTTTTCAAE", derivedAt: 6, ratio: "1", options: { at: "after", margin: 100 }, span: [0, 14] },
    // numbers 1/2, 1/4: of four samples the third, which has none, then the second
    {
      segments: "PPOTTTTTTTCAAE", derivedAt: 6, population: [[14, 6], [20, 9], [30, -1], [40, 31]], ratio: "1",
      options: { at: "random" }, span: [0, 9]
    },
    {
      segments: "PPOTTTTTTTCAAE", derivedAt: 6, population: [[14, 6], [40, 31]], ratio: "1",
      options: { at: "random" }, span: [0, 14]
    },
    // 31 of 40 tokens, of 14: 10.85
    {
      segments: "PPOTTTTTTTCAAE", derivedAt: 6, population: [[14, 6], [40, 31]], ratio: "1",
      options: { at: "random", drawn: "share" }, span: [0, 11]
    },
    { segments: "PPOTTTTTTTCAAE", derivedAt: null, ratio: "0.5", options: { at: "before" }, span: [0, 7] },
    { segments: "PPOTTTTTTTCAAE", derivedAt: null, ratio: "1", options: { at: "random" }, span: [0, 14] }
  ]
})
