/** The traces, and what is kept and supervised of each. */
import { Schema, SchemaTransformation } from "effect"
import { segments, type Segment } from "../../sequence/Segment.ts"
import { choice, count, natural, int, options, orNull, text, withDefault } from "./annotate.ts"
import { RatioText } from "./Ratio.ts"

export const Data = Schema.Struct({
  source: text(
    "A data-set plugin, or `jsonl:FILE` (relative to the file in which this is written) with `prompt`, `cot` and `answer` on each line."
  ),
  options: options("Options of the data-set plugin."),
  train: count("Training problems."),
  validation: natural("Held-out problems, never shared with training: the common yardstick of all cells."),
  seed: withDefault(int("Draws another sample of problems."), 0)
}).annotate({ identifier: "Data", description: "The reasoning traces to train and validate on." })
export type Data = typeof Data.Type

export const Truncate = Schema.Struct({
  keep: withDefault(text("Which end is kept: `first`, `middle`, `last`, or a truncation plugin."), "first"),
  ratio: withDefault(RatioText, "1"),
  options: options("Options of the truncation plugin.")
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
  options: options("Options of the selector plugin.")
}).annotate({ identifier: "Selector", description: "Weights the targets inside the supervised segments." })

export const Sequence = Schema.Struct({
  truncate: withDefault(Truncate, {}),
  supervise: withDefault(SegmentSet, segments),
  selector: withDefault(orNull(Selector, "A selector plugin that weights targets; null weights all alike."), null)
}).annotate({
  identifier: "Sequence",
  description: "Which part of each trace the student sees, and which part it is taught."
})
export type Sequence = typeof Sequence.Type
