/**
 * What `leadspan data --json` prints, whole. Shares are in [0, 1], places are shares of their denominator, lengths are in the
 * unit that is named. Fields may be added; `format` is raised where one changes or goes.
 */
import { Schema } from "effect"

const Counts = Schema.Record(Schema.String, Schema.Int)

const Share = Schema.Struct({
  of: Schema.Int, problems: Schema.Int, estimate: Schema.Finite, low: Schema.Finite, high: Schema.Finite
})

const Distribution = Schema.Struct({
  count: Schema.Int,
  mean: Schema.Finite,
  quantiles: Schema.Record(Schema.String, Schema.Finite),
  histogram: Schema.Struct({ from: Schema.Finite, to: Schema.Finite, counts: Schema.Array(Schema.Int) })
})

const Matcher = Schema.Literals(["told", "strict", "loose", "equivalent"])

/** Where the first derivation lies, by one matcher over one denominator. */
const Place = Schema.Struct({
  matcher: Matcher,
  /** `thought`; `sequence`; `filtered`: the sequence, of those that pass the length filter */
  over: Schema.Literals(["thought", "sequence", "filtered"]),
  /** samples with an answer to look for */
  known: Schema.Int,
  /** share of them whose thought holds it */
  found: Schema.NullOr(Share),
  /** of those that hold it */
  place: Schema.NullOr(Distribution),
  /** share of those that hold it, in which it lies in the first half */
  firstHalf: Schema.NullOr(Share),
  /** share of all with an answer to look for, in which it lies in the first half; not held counts as no */
  firstHalfOfAll: Schema.NullOr(Share)
})

const Group = Schema.Struct({
  by: Schema.Literals(["all", "set", "tier", "length", "correct"]),
  name: Schema.String,
  samples: Schema.Int,
  problems: Schema.Int,
  meanLength: Schema.Finite,
  /** of all units */
  shares: Schema.Struct({ prompt: Schema.Finite, cot: Schema.Finite, answer: Schema.Finite }),
  places: Schema.Array(Place)
})

const Ratio = Schema.Struct({
  ratio: Schema.String,
  /** kept units over all units */
  kept: Schema.Finite,
  /** share of the derivations that lie in the kept prefix, by matcher */
  holds: Schema.Record(Schema.String, Schema.NullOr(Share)),
  /** mean kept part of the thought */
  thought: Schema.Finite,
  /** share of samples whose thought is kept to its end */
  thoughtWhole: Schema.NullOr(Share),
  /** share of samples of which at least the answer's first unit is kept, and all of it; of those with an answer */
  answerBegins: Schema.NullOr(Share),
  answerWhole: Schema.NullOr(Share)
})

const Markers = Schema.Struct({
  units: Schema.Array(Schema.Finite),
  counts: Schema.Record(Schema.String, Schema.Array(Schema.Finite))
})

export const Advice = Schema.Struct({
  format: Schema.Literal(1),
  unit: Schema.Struct({ name: Schema.Literals(["tokens", "pieces"]), describe: Schema.String }),
  /** how the parts were put together: as they stand, or by a model's chat template */
  sequence: Schema.Literals(["texts", "template"]),
  /** `prepared`: made of the prepared data of a run; left out: of the traces as they are read */
  source: Schema.optionalKey(Schema.Literal("prepared")),
  sets: Schema.Array(Schema.Struct({
    name: Schema.String,
    format: Schema.NullOr(Schema.Struct({ name: Schema.String, score: Schema.Finite, because: Schema.String })),
    used: Schema.Int,
    leftOut: Counts,
    /** a place to look at, by reason */
    leftOutAt: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
    /** of those used: the thought never ends */
    open: Schema.Int,
    /** what was looked for in the thought, in samples */
    looked: Schema.Struct({
      reference: Schema.Int, answer: Schema.Int, told: Schema.Int, nothing: Schema.Int,
      /** of data that were prepared for a run: it was looked for then, where an answer was known */
      prepared: Schema.optionalKey(Schema.Int)
    }),
    markers: Schema.Struct({ thought: Markers, sequence: Markers })
  })),
  samples: Schema.Int,
  /** samples that distributions and shares rest on: all, or a random sample of them */
  held: Schema.Int,
  maxTokens: Schema.NullOr(Schema.Int),
  lengths: Schema.Struct({
    prompt: Schema.NullOr(Distribution), cot: Schema.NullOr(Distribution), answer: Schema.NullOr(Distribution), whole: Schema.NullOr(Distribution)
  }),
  /** all samples first, then by set, difficulty, third of length, correctness */
  groups: Schema.Array(Group),
  ratios: Schema.Array(Ratio),
  recommendation: Schema.NullOr(Schema.Struct({
    /** the matcher that it goes by, and the share of derivations to keep */
    matcher: Matcher, keep: Schema.Finite,
    ratio: Schema.String, low: Schema.String, high: Schema.String, reason: Schema.String
  })),
  warnings: Schema.Array(Schema.Struct({ code: Schema.String, text: Schema.String }))
})
export type Advice = typeof Advice.Type
export type Place = typeof Place.Type
export type Group = typeof Group.Type
export type RatioRow = typeof Ratio.Type
