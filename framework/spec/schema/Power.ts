/** What is assumed of scores before any have been seen: for the detectable effect that `plan` prints. Never part of an identity. */
import { Schema } from "effect"
import { atLeastZero, between, orNull, withDefault } from "./annotate.ts"

export const Power = Schema.Struct({
  baseline: withDefault(between(0, 1, "Score of the baseline, from 0 to 1."), 0.85),
  correlation: withDefault(between(-1, 1, "Correlation of right and wrong between cell and baseline, over items."), 0.5),
  seedSd: withDefault(atLeastZero("Spread between students of one recipe, as a standard deviation in logits."), 0.1),
  pilot: withDefault(
    orNull(Schema.String, "Name of an experiment that has been run: what it measured stands in place of the assumptions."),
    null
  )
}).annotate({ identifier: "Power", description: "What is assumed when the detectable effect is computed, before anything runs." })
export type Power = typeof Power.Type
