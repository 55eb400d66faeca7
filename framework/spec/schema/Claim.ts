/** A claim that is judged, declared before any result. */
import { Schema } from "effect"
import { choice, orNull, positive, withDefault } from "./annotate.ts"
import { ScoringRule } from "./Evaluation.ts"
import { Conditions } from "./Grid.ts"

export const retentionPattern = /^\s*>=\s*(\d*\.?\d+)\s*$/u

export const Claim = Schema.Struct({
  retention: Schema.String.annotate({
    description: 'Threshold, e.g. ">= 0.90": score of the cell over score of its baseline.'
  }).check(Schema.isPattern(retentionPattern, { expected: '`">= NUMBER"`, e.g. `">= 0.90"`' })),
  /** k matching cells make k hypotheses */
  at: Conditions,
  against: withDefault(choice(["matched", "reference"], "The baseline."), "matched"),
  score: withDefault(orNull(ScoringRule, "Scoring rule; left out: the spec's `score`."), null),
  evaluation: withDefault(orNull(Schema.String, "Name of the evaluation; may be left out if there is one."), null),
  assume: withDefault(positive("Retention assumed when power is computed."), 1)
}).annotate({ identifier: "Claim", description: "Retention of the cells at `at` reaches the threshold." })
export type Claim = typeof Claim.Type
