/** The grid as it is written. Axes and conditions are typed by the field they name (see `axes.ts`). */
import { Schema } from "effect"
import { choice, withDefault } from "./annotate.ts"

const Axes = Schema.Record(Schema.String, Schema.Array(Schema.Unknown))
export const Conditions = Schema.Record(Schema.String, Schema.Unknown).annotate({
  identifier: "Conditions",
  description:
    "Fields and what they must be: a value, a list of values (any of them), or `{ gt, gte, lt, lte, not }`. All must hold."
})

export const Block = Schema.Struct({
  product: withDefault(Axes.annotate({ description: "Axes that are crossed: every value with every other." }), {}),
  zip: withDefault(Axes.annotate({ description: "Axes of equal length that move together." }), {}),
  when: withDefault(
    Schema.Record(Schema.String, Conditions).annotate({
      description:
        "Axes of this block that apply only where other fields have a value; elsewhere the field stays as the spec has it."
    }),
    {}
  ),
  exclude: withDefault(
    Schema.Array(Conditions).annotate({ description: "Points to leave out: those that meet any of these." }),
    []
  ),
  only: withDefault(
    Schema.Array(Conditions).annotate({
      description: "Points to keep: those that meet any of these; empty keeps all."
    }),
    []
  ),
  role: withDefault(
    choice(["cell", "control"], "`control`: a row beside the curve; claims select it by `role: control` alone, and it may lack a baseline."),
    "cell"
  )
}).annotate({ identifier: "Block", description: "One block of the grid; blocks are united." })

export const Grid = Schema.Array(Block).annotate({
  description: "Blocks of cells, united; left out: one cell, the spec itself."
})

export const Baseline = Schema.Struct({
  matched: withDefault(
    Schema.NullOr(Conditions).annotate({
      description: "Each cell is compared with the cell that differs in these fields only, e.g. the full ratio."
    }),
    null
  ),
  reference: withDefault(
    Schema.NullOr(Conditions).annotate({
      description: "As `matched`, for the one full recipe: full ratio, all segments."
    }),
    null
  )
}).annotate({ identifier: "Baseline", description: "What a cell is compared with; each resolves to exactly one cell." })
