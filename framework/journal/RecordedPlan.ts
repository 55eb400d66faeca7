/**
 * The plan as the journal keeps it: all that tracking, tables and reports need to know of an experiment, without the code
 * that made it. JSON; larger inputs are named by digest.
 */
import { Schema } from "effect"
import { ContaminationReport, Tally } from "../sequence/Tally.ts"
import { StepKind } from "./Record.ts"

/** What `plan` predicts for a step or a trial. `standalone*` counts the teacher on the kept prefix alone. */
export const Predicted = Schema.Struct({
  optimiserSteps: Schema.Int,
  sequences: Schema.Int,
  tokens: Schema.Finite,
  targets: Schema.Finite,
  flops: Schema.Finite,
  teacherFlopsStandalone: Schema.Finite,
  seconds: Schema.Finite,
  peakBytes: Schema.Finite,
  storeBytes: Schema.Finite
})
export type Predicted = typeof Predicted.Type

export const PlannedStep = Schema.Struct({
  id: Schema.String,
  kind: StepKind,
  label: Schema.String,
  /** ids of the steps whose outputs this one reads, by role */
  inputs: Schema.Record(Schema.String, Schema.String),
  predictedSeconds: Schema.Finite
})
export type PlannedStep = typeof PlannedStep.Type

export const PlannedTrial = Schema.Struct({
  /** id of the train step: the trial's identity */
  id: Schema.String,
  seed: Schema.Int,
  /** by evaluation name */
  evaluations: Schema.Record(Schema.String, Schema.Struct({ generate: Schema.String, score: Schema.String }))
})
export type PlannedTrial = typeof PlannedTrial.Type

export const PlannedCell = Schema.Struct({
  index: Schema.Int,
  /** short and readable, e.g. "ratio=0.5 supervise=cot+answer" */
  name: Schema.String,
  /** the cell's own value on each axis, by the axis' path in the spec */
  axes: Schema.Record(Schema.String, Schema.Unknown),
  /** by the axis' path, the words that name it: of the axes that its block varies, its ratio and segments; left out in plans of older versions */
  words: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  role: Schema.Literals(["cell", "control"]),
  /** settings worth a column beside the axes, by short name */
  params: Schema.Record(Schema.String, Schema.String),
  status: Schema.Literals(["distinct", "alias", "left-out"]),
  /** why it is left out */
  reason: Schema.NullOr(Schema.String),
  /** index of the cell whose trials these are */
  aliasOf: Schema.NullOr(Schema.Int),
  /** one a seed; an alias repeats the trials of the cell it equals; empty where left out */
  trials: Schema.Array(PlannedTrial),
  baselines: Schema.Struct({ matched: Schema.NullOr(Schema.Int), reference: Schema.NullOr(Schema.Int) }),
  predicted: Schema.NullOr(Predicted)
})
export type PlannedCell = typeof PlannedCell.Type

export const PlannedEvaluation = Schema.Struct({
  name: Schema.String,
  benchmark: Schema.String,
  items: Schema.Int,
  samples: Schema.Int,
  maxTokens: Schema.Int,
  thoughtTokens: Schema.Array(Schema.Int),
  /** accuracy of guessing: uniformly, and always the most frequent gold answer */
  chance: Schema.Finite,
  majority: Schema.Finite,
  /** items of each tier, by its name; left out where all are of one */
  tiers: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int))
})
export type PlannedEvaluation = typeof PlannedEvaluation.Type

export const PlannedClaim = Schema.Struct({
  name: Schema.String,
  /** retention >= threshold */
  threshold: Schema.Finite,
  against: Schema.Literals(["matched", "reference"]),
  rule: Schema.Literals(["strict", "lenient", "first", "forced"]),
  evaluation: Schema.String,
  assume: Schema.Finite,
  cells: Schema.Array(Schema.Int),
  /** evaluations whose items are pooled, where there are several; `evaluation` then joins their names by "+" */
  evaluations: Schema.optionalKey(Schema.Array(Schema.String)),
  /** the one tier of items it is about; left out: all items */
  tier: Schema.optionalKey(Schema.String),
  /** looks declared beforehand: shares of the planned information, rising to 1, and how alpha is spent over them */
  looks: Schema.optionalKey(Schema.Struct({
    shares: Schema.Array(Schema.Finite), spending: Schema.Literals(["linear", "obrien-fleming"])
  }))
})
export type PlannedClaim = typeof PlannedClaim.Type

/** The adviser's look at the data of some cells, in the output of an analyse step. */
export const PlannedAdvice = Schema.Struct({
  step: Schema.String,
  /** what tells these data from the others, such as "style=early"; empty where all cells have the same */
  name: Schema.String
})
export type PlannedAdvice = typeof PlannedAdvice.Type

export const RecordedPlan = Schema.Struct({
  format: Schema.Literal(1),
  experiment: Schema.String,
  description: Schema.String,
  /** the file that was run, from the project's root; for people */
  specFile: Schema.String,
  /** the composed spec with secrets redacted, as YAML */
  specYaml: Schema.String,
  engine: Schema.String,
  numerics: Schema.String,
  axes: Schema.Array(Schema.Struct({
    path: Schema.String,
    /** short name: "ratio", "supervise", ... */
    name: Schema.String,
    values: Schema.Array(Schema.Unknown)
  })),
  seeds: Schema.Array(Schema.Int),
  steps: Schema.Array(PlannedStep),
  cells: Schema.Array(PlannedCell),
  evaluations: Schema.Array(PlannedEvaluation),
  claims: Schema.Array(PlannedClaim),
  /** rows beside the cells: score steps by evaluation name */
  baseStudent: Schema.NullOr(Schema.Record(Schema.String, Schema.String)),
  teacher: Schema.NullOr(Schema.Record(Schema.String, Schema.String)),
  teachSteps: Schema.Array(Schema.String),
  /** left out in plans of older versions */
  adviceSteps: Schema.optionalKey(Schema.Array(PlannedAdvice)),
  data: Schema.Struct({
    source: Schema.String,
    digest: Schema.String,
    train: Schema.Int,
    validation: Schema.Int,
    /** mean tokens of each segment in the training data */
    meanTokens: Schema.Struct({ prompt: Schema.Finite, cot: Schema.Finite, answer: Schema.Finite }),
    /** what the records were taken for; left out for a data-set plugin, as all below are in plans of older versions */
    format: Schema.optionalKey(Schema.Struct({ name: Schema.String, score: Schema.Finite, because: Schema.String })),
    /** what became of all that was read, for each of the two */
    tally: Schema.optionalKey(Schema.Struct({ train: Tally, validation: Schema.NullOr(Tally) })),
    contamination: Schema.optionalKey(Schema.NullOr(ContaminationReport)),
    /** training sequences whose thought never ends, and that were cut to `maxTokens` */
    unfinished: Schema.optionalKey(Schema.Int),
    cut: Schema.optionalKey(Schema.Int),
    /** what lengths and first derivations say before any training */
    advice: Schema.optionalKey(Schema.Array(Schema.String))
  }),
  /** the score the table and curves show unless a claim says otherwise */
  primaryRule: Schema.Literals(["strict", "lenient", "first", "forced"])
})
export type RecordedPlan = typeof RecordedPlan.Type

const Extracted = Schema.NullOr(Schema.String)

/** One line of `scores.jsonl` in the folder of a score step. */
export const ScoreLine = Schema.Struct({
  item: Schema.String,
  sample: Schema.Int,
  /** items that share a problem are one cluster */
  cluster: Schema.String,
  tier: Schema.String,
  strict: Schema.Boolean,
  lenient: Schema.Boolean,
  first: Schema.Boolean,
  /** one verdict a thought budget */
  forced: Schema.Array(Schema.Boolean),
  finished: Schema.Boolean,
  thoughtClosed: Schema.Boolean,
  tokens: Schema.Int,
  /** what each rule read as the answer, at most 500 characters of it; lines of older scores have none */
  extracted: Schema.optionalKey(Schema.Struct({ strict: Extracted, lenient: Extracted, first: Extracted, forced: Schema.Array(Extracted) })),
  /** rules whose answer could not be compared within the limits, each with the limit; it counts as wrong */
  undecided: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type ScoreLine = typeof ScoreLine.Type

/** One line of `texts.jsonl` beside the scores, in their order: what was asked, what was written, what each rule read in it. */
export const OutputText = Schema.Struct({
  item: Schema.String,
  sample: Schema.Int,
  prompt: Schema.String,
  gold: Schema.String,
  thought: Schema.String,
  /** null where the thought never ended */
  answer: Schema.NullOr(Schema.String),
  /** the value that each rule took for the answer; null where it found none */
  read: Schema.Struct({
    strict: Schema.NullOr(Schema.String),
    lenient: Schema.NullOr(Schema.String),
    first: Schema.NullOr(Schema.String),
    /** one a thought budget */
    forced: Schema.Array(Schema.NullOr(Schema.String))
  })
})
export type OutputText = typeof OutputText.Type
