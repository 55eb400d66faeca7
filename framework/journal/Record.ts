/**
 * One line of a journal. The journal is the only truth about what happened; MLflow, tables and reports are drawn from it.
 * Every record carries its writer, its number with that writer and a checksum (see `writer.ts`).
 */
import { Schema } from "effect"
import { Cost, Device, FailureReason } from "../engines/Protocol.ts"

/** Folders of outputs, by name, with the digest of their contents. */
export const Outputs = Schema.Record(Schema.String, Schema.String)

export const StepKind = Schema.Literals(["prepare", "model", "teach", "measure", "train", "generate", "score", "analyse"])
export type StepKind = typeof StepKind.Type

export const Metric = Schema.Struct({
  key: Schema.String, step: Schema.Int, value: Schema.Number, at: Schema.Int
})
export type Metric = typeof Metric.Type

export const Body = Schema.Union([
  /** First record of an epoch: what the new holder had read of each older writer. Later records of those are dropped. */
  Schema.Struct({
    type: Schema.tag("epoch"), experiment: Schema.String, epoch: Schema.Int,
    readUpTo: Schema.Record(Schema.String, Schema.Int),
    host: Schema.String, pid: Schema.Int, leadspan: Schema.String
  }),
  /** A plan (`RecordedPlan`, JSON) that this run works through; `plan` is its object's digest in the store. */
  Schema.Struct({ type: Schema.tag("plan"), planId: Schema.String, object: Schema.String }),
  Schema.Struct({
    type: Schema.tag("started"), step: Schema.String, kind: StepKind, attempt: Schema.Int, slot: Schema.String,
    device: Schema.NullOr(Device)
  }),
  Schema.Struct({
    type: Schema.tag("metrics"), step: Schema.String, attempt: Schema.Int, metrics: Schema.Array(Metric)
  }),
  Schema.Struct({
    type: Schema.tag("done"), step: Schema.String, kind: StepKind, attempt: Schema.Int,
    /** digest of the step's output folder */
    output: Schema.String,
    cost: Schema.NullOr(Cost)
  }),
  /** The step's output was already in the store, made by another experiment or adopted after a crash. */
  Schema.Struct({
    type: Schema.tag("reused"), step: Schema.String, kind: StepKind, output: Schema.String,
    from: Schema.String, cost: Schema.NullOr(Cost),
    device: Schema.optionalKey(Schema.NullOr(Device))
  }),
  Schema.Struct({
    type: Schema.tag("failed"), step: Schema.String, kind: StepKind, attempt: Schema.Int,
    reason: FailureReason, message: Schema.String, willRetry: Schema.Boolean
  }),
  /**
   * A look: a claim was judged on data that it had not been judged on before. Written after `ended`, so that a version that
   * does not know this record has read all others of the run when it meets it.
   */
  Schema.Struct({
    type: Schema.tag("judged"), claim: Schema.String, cell: Schema.String, baseline: Schema.String,
    /** digest of what was claimed */
    terms: Schema.String,
    /** ids of the train steps of the cell */
    trials: Schema.Array(Schema.String),
    /** and of its baseline: an alias has its cell's trials and a baseline of its own */
    baselineTrials: Schema.optionalKey(Schema.Array(Schema.String)),
    /** digest of the items, seeds and scores that were judged */
    data: Schema.String,
    seeds: Schema.Int, items: Schema.Int,
    /** of the planned seeds */
    share: Schema.Finite,
    /** one-sided, spent by this look */
    alpha: Schema.Finite,
    verdict: Schema.String
  }),
  Schema.Struct({ type: Schema.tag("ended"), status: Schema.Literals(["finished", "failed", "interrupted"]) })
])
export type Body = typeof Body.Type

/** A look at a claim, as it is journaled. */
export type Judged = Extract<Body, { readonly type: "judged" }>

export const Record = Schema.Struct({
  format: Schema.Literal(1),
  writer: Schema.String,
  sequence: Schema.Int,
  /** milliseconds since 1970, for people; order never rests on it */
  at: Schema.Int,
  body: Body
})
export type Record = typeof Record.Type
