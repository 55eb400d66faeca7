/** What is kept and supervised of each trace. */
import { Schema, SchemaTransformation } from "effect"
import { endOfTurnRules, quirks, thinkTagRules } from "../../sequence/conventions.ts"
import { segments, type Segment } from "../../sequence/Segment.ts"
import { bool, choice, int, options, orNull, text, withDefault } from "./annotate.ts"
import { RatioText } from "./Ratio.ts"

const Ratio = withDefault(RatioText, "1")

const Grow = Schema.Struct({
  to: Ratio,
  phases: int("Phases of equal shares of the optimiser steps; their ratios go from `ratio` to `to` in equal steps.").check(
    Schema.isBetween({ minimum: 2, maximum: 1000 })
  )
}).annotate({ identifier: "Grow", description: "A prefix that grows over training, from `ratio` to another." })

export const Truncate = Schema.Struct({
  keep: withDefault(text("What is kept: `first`, `middle`, `last`, or another truncation plugin."), "first"),
  ratio: Ratio,
  options: options("Options of the truncation plugin."),
  grow: withDefault(orNull(Grow, "A prefix that grows over training, from `ratio` to another; null: it stays."), null)
}).annotate({
  identifier: "Truncate",
  description:
    "How much of each tokenised sequence is kept: max(1, floor(ratio * T)) of its T tokens, after the chat template, before masking."
})

/** Decoded in the order of the sequence, so that [cot, prompt] and [prompt, cot] are one set. */
const SegmentSet = Schema.Array(choice(segments, "A part of the sequence."))
  .annotate({
    description: "Segments whose tokens bear loss, in any order.",
    default: segments
  })
  .check(
    Schema.isMinLength(1, { expected: "at least one of `prompt`, `cot`, `answer`" }),
    Schema.isUnique({ expected: "each segment once" })
  )
  .pipe(
    Schema.decodeTo(
      Schema.Array(Schema.Literals(segments)),
      SchemaTransformation.transform<ReadonlyArray<Segment>, ReadonlyArray<Segment>>({
        decode: (set) => segments.filter((segment) => set.includes(segment)),
        encode: (set) => set
      })
    )
  )

export const Selector = Schema.Struct({
  name: text("A selector plugin."),
  options: options("Options of the selector plugin."),
  twin: withDefault(
    bool("Add a control beside each cell: as many targets of the same weights in each row, placed at random among the supervised tokens that are kept."),
    true
  )
}).annotate({ identifier: "Selector", description: "Weights the targets inside the supervised segments." })

export const Sequence = Schema.Struct({
  truncate: withDefault(Truncate, {}),
  supervise: withDefault(SegmentSet, segments),
  thinkTags: withDefault(
    choice(thinkTagRules, "Which tags are targets with the thought: its `closer` (the opener is given, a part of the prompt), `both`, or `none` at all."),
    "closer"
  ),
  endOfTurn: withDefault(choice(endOfTurnRules, "Whether the end of turn is a target with the `answer`, or never (`none`)."), "answer"),
  quirks: withDefault(
    Schema.Array(choice(quirks, "A habit of the reference implementation."))
      .annotate({ description: "Habits of the reference implementation, for faithful reproduction: see docs/sequence.md.", default: [] })
      .check(Schema.isUnique({ expected: "each quirk once" })),
    []
  ),
  selector: withDefault(orNull(Selector, "A selector plugin that weights targets; null weights all alike."), null)
}).annotate({
  identifier: "Sequence",
  description: "Which part of each trace the student sees, and which part it is taught."
})
export type Sequence = typeof Sequence.Type
