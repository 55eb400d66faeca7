/** The Schema of an experiment file. Every optional key has a default, so decoded code meets no missing keys. */
import { Schema } from "effect"
import { bool, count, int, natural, orNull, text, withDefault } from "./annotate.ts"
import { Claim } from "./Claim.ts"
import { Data } from "./Data.ts"
import { Sequence } from "./Sequence.ts"
import { Evaluation, ScoringRule } from "./Evaluation.ts"
import { Baseline, Grid } from "./Grid.ts"
import { ModelRef } from "./Model.ts"
import { Loss, TeacherStore } from "./Objective.ts"
import { Power } from "./Power.ts"
import { Train } from "./Train.ts"

const Resources = Schema.Struct({
  gpus: withDefault(natural("GPUs to use; 0 trains on the CPU."), 0),
  slots: withDefault(orNull(count("Slots."), "Trials run at once; null: as many as fit the machine."), null),
  threadsPerTrial: withDefault(
    count("Threads of a trial; part of its identity, because thread counts change the bits."),
    1
  ),
  onednn: withDefault(bool("TensorFlow's oneDNN kernels; part of a trial's identity."), true),
  recordGraphs: withDefault(bool("Run each training step as one recorded graph instead of op by op."), true),
  retries: withDefault(natural("Further attempts after a failed one."), 2)
}).annotate({ identifier: "Resources", description: "What trials run on." })

const Tracking = Schema.Struct({
  uri: withDefault(
    orNull(Schema.String, "MLflow server; null: the project's local one. `${env:NAME}` keeps it out of every record."),
    null
  ),
  experimentName: withDefault(orNull(Schema.String, "Name in MLflow; left out: `experiment`."), null)
}).annotate({ identifier: "Tracking", description: "Where results are shown." })

export const SpecSchema = Schema.Struct({
  experiment: Schema.String.annotate({ description: "Name of the experiment, lower-case kebab-case." }).check(
    Schema.isPattern(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u, {
      expected: "lower-case words joined by `-`, e.g. `truncation-and-segments`"
    }),
    Schema.isMaxLength(100)
  ),
  description: withDefault(text("What the experiment asks, for people."), ""),
  engine: withDefault(text("Engine that trains and generates: `tfjs`."), "tfjs"),
  teacher: withDefault(orNull(ModelRef, "The model that is distilled; null: cross-entropy only."), null),
  student: ModelRef.annotate({
    identifier: "Student",
    description: "The model that is trained: `{ model }`, `{ init, seed, tokenizer }` or `{ train }`."
  }),
  data: Data,
  sequence: withDefault(Sequence, {}),
  loss: withDefault(Loss, {}),
  teacherStore: withDefault(TeacherStore, {}),
  train: Train,
  evaluate: withDefault(Schema.Array(Evaluation).annotate({ description: "Benchmarks for each trained student." }), []),
  score: withDefault(ScoringRule, "first"),
  grid: withDefault(Grid, []),
  seeds: withDefault(
    Schema.Array(int("Seed of data order, dropout and random masks."))
      .annotate({ description: "Each cell is trained once for each seed.", default: [0] })
      .check(Schema.isMinLength(1, { expected: "at least one seed" }), Schema.isUnique({ expected: "each seed once" })),
    [0]
  ),
  seedsStudent: withDefault(bool("Whether a seed also draws the fresh student's weights."), false),
  baseline: withDefault(Baseline, {}),
  claims: withDefault(Schema.Record(Schema.String, Claim).annotate({ description: "Claims to judge, by name." }), {}),
  power: withDefault(Power, {}),
  resources: withDefault(Resources, {}),
  tracking: withDefault(Tracking, {})
}).annotate({ identifier: "Experiment", title: "Leadspan experiment" })
export type DecodedSpec = typeof SpecSchema.Type

/** The parts of a spec that a grid may vary: together they say everything about a cell. */
export const cellSections = [
  "engine",
  "teacher",
  "student",
  "data",
  "sequence",
  "loss",
  "teacherStore",
  "train",
  "evaluate",
  "resources"
] as const
export type CellSection = (typeof cellSections)[number]
