/** The training run of a trial. */
import { Schema } from "effect"
import { atLeastZero, between, bool, choice, count, options, orNull, positive, text, withDefault } from "./annotate.ts"

const Schedule = Schema.Struct({
  kind: withDefault(
    choice(["constant", "linear", "cosine", "one-cycle"], "How the learning rate falls after warm-up."),
    "cosine"
  ),
  warmupFraction: withDefault(between(0, 1, "Share of the steps in which the learning rate rises."), 0.05),
  finalFraction: withDefault(between(0, 1, "Learning rate of the last step, as a share of `learningRate`."), 0)
}).annotate({ identifier: "Schedule", description: "The learning rate over the optimiser steps." })

const betaRange = (description: string) =>
  Schema.Finite.annotate({ description }).check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true }))

const Optimiser = Schema.Struct({
  beta1: withDefault(betaRange("Decay of AdamW's first moment."), 0.9),
  beta2: withDefault(betaRange("Decay of AdamW's second moment."), 0.98),
  epsilon: withDefault(positive("Added to the root of the second moment."), 1e-8),
  weightDecay: withDefault(atLeastZero("Decoupled weight decay."), 0.01),
  clipNorm: withDefault(
    orNull(positive("Largest norm."), "Gradients above this norm are scaled down to it; null clips nothing."),
    1
  )
}).annotate({ identifier: "Optimiser", description: "AdamW." })

const Batch = Schema.Struct({
  sequences: count("Sequences of an optimiser step: every ratio makes equal updates."),
  microTokens: withDefault(
    count("Padded tokens of one call at most: how a step is split; part of a trial's identity."),
    4096
  ),
  packing: withDefault(
    bool("Lay several sequences in one line of a call, so that less is padding; part of a trial's identity."),
    false
  )
}).annotate({ identifier: "Batch", description: "A batch counts sequences." })

const Replay = Schema.Struct({
  share: Schema.Finite.annotate({ description: "Share of every batch that is replayed." }).check(
    Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true, exclusiveMaximum: true })
  ),
  source: text("Data source of the replayed examples, as `data.source`."),
  options: options("Options of the data-set plugin."),
  count: count("Replayed examples to draw from.")
}).annotate({
  identifier: "Replay",
  description: "Complete easy examples mixed into every batch, equal for all cells."
})

const Select = Schema.Union([
  Schema.Literal("last"),
  Schema.Struct({ best: choice(["heldout-cross-entropy", "own-cross-entropy"], "Metric that picks the checkpoint.") })
]).annotate({ identifier: "Select", description: "The checkpoint that is evaluated: `last`, or `{ best: METRIC }`." })

const Budget = Schema.Struct({
  flopsOfRatio: Schema.Finite.annotate({ description: "The same cell at this ratio: its FLOPs are spent." }).check(
    Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMinimum: true })
  ),
  by: choice(["epochs", "problems"], "How: by more passes over the same problems, or by more problems.")
}).annotate({
  identifier: "Budget",
  description: "Equal compute: as many optimiser steps as spend the FLOPs of another ratio."
})

export const Train = Schema.Struct({
  epochs: withDefault(
    orNull(
      positive("Passes over the training problems."),
      "Budget in passes over the training problems; exactly one of `epochs` and `steps`."
    ),
    null
  ),
  steps: withDefault(
    orNull(count("Optimiser steps."), "Budget in optimiser steps; exactly one of `epochs` and `steps`."),
    null
  ),
  budget: withDefault(
    orNull(Budget, "Equal compute instead of equal steps: `epochs` or `steps` is then what the other ratio takes."),
    null
  ),
  learningRate: positive("Highest learning rate."),
  schedule: withDefault(Schedule, {}),
  optimiser: withDefault(Optimiser, {}),
  batch: Batch,
  replay: withDefault(orNull(Replay, "Complete easy examples mixed into every batch; null mixes none."), null),
  select: withDefault(Select, "last"),
  validateEverySteps: withDefault(
    orNull(count("Optimiser steps."), "Held-out losses every so many optimiser steps; null: at the end only."),
    null
  ),
  resumeEverySteps: withDefault(count("A checkpoint to resume from every so many optimiser steps."), 100),
  logEverySteps: withDefault(count("Training metrics every so many optimiser steps."), 10),
  allowSparse: withDefault(
    bool("Run cells in which many samples or whole steps have no target, instead of leaving them out."),
    false
  )
}).annotate({ identifier: "Train", description: "How the student is trained." })
export type Train = typeof Train.Type
