// Supervises targets drawn at random, each row for itself: a share of them, or as many as truncation to a ratio would leave
// (`likeRatio`): the supervised tokens among the first max(1, floor(likeRatio * T)), the first token left out. The second is the
// count-matched control for a truncated cell; use it on whole sequences. Draws are keyed by seed and sample, and a smaller
// share takes a part of what a larger one takes.
import { defineSelector, keptLength, Schema, withDefault } from "leadspan"
import { Share } from "../parts/share.ts"
import { lowest, shareOf, targetsOf } from "../parts/share-of-targets.ts"

export default defineSelector({
  name: "random",
  options: Schema.Struct({ share: withDefault(Schema.NullOr(Share), null), likeRatio: withDefault(Schema.NullOr(Share), null) })
    .check(Schema.makeFilter(({ likeRatio, share }) => (share === null) !== (likeRatio === null) || "give one of `share` and `likeRatio`")),
  isRandom: true,
  weights: (_sequence, supervised_T, { likeRatio, share }, { random }) => {
    const targets = targetsOf(supervised_T)
    const length = supervised_T.length
    const end = likeRatio === null ? length : keptLength(length, String(likeRatio))
    const count = share === null ? targets.filter((t) => t < end).length : shareOf(targets.length, share)
    const draw = random("random-targets")
    const drawn = new Map(targets.map((t) => [t, draw()]))
    return lowest(targets, (t) => drawn.get(t)!, count, length)
  },
  examples: [
    // the targets draw 1/2, 1/4, 3/4, 1/8: the two lowest are the second and the fourth
    { segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.5 }, weights: [0, 0, 0, 1, 0, 1, 0, 0] },
    { segments: "PPTTTTAA", supervised: ["cot"], options: { share: 0.75 }, weights: [0, 0, 1, 1, 0, 1, 0, 0] },
    // the first half of eight tokens has two of thought; its first eighth has none
    { segments: "PPTTTTAA", supervised: ["cot"], options: { likeRatio: 0.5 }, weights: [0, 0, 0, 1, 0, 1, 0, 0] },
    { segments: "PPTTTTAA", supervised: ["cot"], options: { likeRatio: 0.125 }, weights: [0, 0, 0, 0, 0, 0, 0, 0] },
    // all are supervised but the first: 1/2, 1/4, 3/4, 1/8, 5/8, 3/8, 7/8, and three of them are in the first half
    { segments: "PPTTTTAA", supervised: ["prompt", "cot", "answer"], options: { likeRatio: 0.5 }, weights: [0, 0, 1, 0, 1, 0, 1, 0] }
  ]
})
