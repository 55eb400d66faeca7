/** A claim that is judged, declared before any result. */
import { Schema } from "effect"
import { choice, orNull, positive, text, withDefault } from "./annotate.ts"
import { ScoringRule } from "./Evaluation.ts"
import { Conditions } from "./Grid.ts"

export const retentionPattern = /^\s*>=\s*(\d*\.?\d+)\s*$/u

export const Claim = Schema.Struct({
  retention: Schema.String.annotate({
    description: 'Threshold, e.g. ">= 0.90": score of the cell over score of its baseline.'
  }).check(Schema.isPattern(retentionPattern, { expected: '`">= NUMBER"`, e.g. `">= 0.90"`' })),
  /** k matching cells make k hypotheses */
  at: Conditions,
  role: withDefault(choice(["cell", "control"], "Rows that `at` selects among."), "cell"),
  against: withDefault(choice(["matched", "reference"], "The baseline."), "matched"),
  score: withDefault(orNull(ScoringRule, "Scoring rule; left out: the spec's `score`."), null),
  evaluation: withDefault(
    orNull(
      Schema.Union([text("Name of an evaluation."), Schema.Array(text("Name of an evaluation."))]),
      "Name of the evaluation; may be left out if there is one. Of several, the items are pooled."
    ),
    null
  ),
  tier: withDefault(orNull(Schema.String, "The claim is about items of this tier alone; left out: all items."), null),
  assume: withDefault(positive("Retention assumed when power is computed."), 1),
  looks: withDefault(
    orNull(
      Schema.Array(positive("Share of the planned seeds.")),
      "When it is judged: shares of the planned seeds, rising to 1; left out: once, when all are there."
    ),
    null
  ),
  spending: withDefault(
    choice(["linear", "obrien-fleming"], "How alpha is spent over the looks: evenly, or nearly all at the last."),
    "obrien-fleming"
  )
}).annotate({ identifier: "Claim", description: "Retention of the cells at `at` reaches the threshold." })
export type Claim = typeof Claim.Type
