/**
 * The wire between runner and worker process: NDJSON. Commands go to the worker's stdin, events come from its
 * file descriptor 3, so that whatever a library prints to stdout or stderr is only a log.
 */
import { Schema } from "effect"
import { Task } from "./Task.ts"

export const Command = Schema.Union([
  Schema.Struct({ type: Schema.tag("run"), task: Task }),
  /** Finish the current optimiser step, write a resume checkpoint, answer `stopped`, exit 0. */
  Schema.Struct({ type: Schema.tag("stop") })
])
export type Command = typeof Command.Type

/** What a finished task cost. Bytes are of this worker; activations are peak less weights and moments. */
export const Cost = Schema.Struct({
  wallSeconds: Schema.Finite,
  cpuSeconds: Schema.Finite,
  peakBytes: Schema.Finite,
  fixedBytes: Schema.Finite,
  tokens: Schema.Finite,
  paddedTokens: Schema.Finite,
  targets: Schema.Finite,
  flops: Schema.Finite
})
export type Cost = typeof Cost.Type

export const FailureReason = Schema.Literals([
  "out-of-memory", "timed-out", "cancelled", "lost-heartbeat", "exit-code", "invalid-input", "not-finite", "internal", "endpoint"
])
export type FailureReason = typeof FailureReason.Type

export const Device = Schema.Struct({
  /** "cpu" or the GPU's name */
  computes: Schema.String,
  cpuModel: Schema.String,
  /** e.g. "tensorflow 2.21.0"; the part of it that is identity is in `numerics` */
  library: Schema.String
})
export type Device = typeof Device.Type

export const Event = Schema.Union([
  Schema.Struct({ type: Schema.tag("ready"), device: Device, numerics: Schema.String, pid: Schema.Int }),
  Schema.Struct({ type: Schema.tag("heartbeat") }),
  Schema.Struct({
    type: Schema.tag("progress"), stepId: Schema.String, phase: Schema.String,
    done: Schema.Finite, total: Schema.Finite, tokensPerSecond: Schema.Finite
  }),
  Schema.Struct({
    type: Schema.tag("metrics"), stepId: Schema.String,
    metrics: Schema.Array(Schema.Struct({ key: Schema.String, step: Schema.Int, value: Schema.Number, at: Schema.Int }))
  }),
  Schema.Struct({ type: Schema.tag("done"), stepId: Schema.String, cost: Cost }),
  Schema.Struct({ type: Schema.tag("stopped"), stepId: Schema.NullOr(Schema.String) }),
  Schema.Struct({ type: Schema.tag("failed"), stepId: Schema.String, reason: FailureReason, message: Schema.String })
])
export type Event = typeof Event.Type
