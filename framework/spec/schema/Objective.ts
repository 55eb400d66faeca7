/** The loss, and what is kept of the teacher for it. */
import { Schema } from "effect"
import { between, choice, options, orNull, positive, count, withDefault } from "./annotate.ts"

export const Loss = Schema.Struct({
  distil: withDefault(
    orNull(Schema.String, "A loss plugin, e.g. `forward-kl`; null trains on cross-entropy alone."),
    null
  ),
  options: options("Options of the loss plugin."),
  weight: withDefault(
    orNull(
      between(0, 1, "Share of the distillation loss."),
      "Share of the distillation loss, 0 to 1; the rest is cross-entropy. Left out: 0.5 with `distil`, else 0."
    ),
    null
  ),
  temperature: withDefault(positive("Temperature of student and teacher in the distillation loss."), 1),
  reduce: withDefault(
    choice(
      ["token-mean", "sequence-mean", "fixed"],
      "`token-mean`: over all targets of the optimiser step; `sequence-mean`: within each sequence, then over sequences; `fixed`: by the unmasked length of the kept batch."
    ),
    "token-mean"
  )
}).annotate({ identifier: "Loss", description: "weight * c(temperature) * distil + (1 - weight) * cross-entropy." })

export const TeacherStore = Schema.Struct({
  mode: withDefault(
    choice(["full", "topk"], "`full`: all logits; `topk`: the k largest and the log-sum-exp of all."),
    "full"
  ),
  k: withDefault(orNull(count("Logits kept a position."), "Logits kept a position; for `topk` only."), null),
  dtype: withDefault(choice(["float32", "float16"], "Number format of the stored logits."), "float32")
}).annotate({ identifier: "TeacherStore", description: "What the teacher said, kept once for the whole grid." })
export type TeacherStore = typeof TeacherStore.Type
