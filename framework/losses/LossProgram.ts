/**
 * A loss as data: the operations a loss plugin recorded, in order. Engines in any language run it; its canonical JSON
 * is part of a trial's identity.
 *
 * Shapes: T targets, S support (the full vocabulary, or top-k plus a tail bucket).
 */
import { Schema } from "effect"

/** Reference to an earlier value: an input's name, or the index of an operation. */
export const Operand = Schema.Union([Schema.Literals(["student_TS", "teacher_TS"]), Schema.Int])
export type Operand = typeof Operand.Type

export const Operation = Schema.Struct({
  op: Schema.String,
  in: Schema.Array(Operand),
  /** constants, such as the number of `scale` */
  value: Schema.optionalKey(Schema.Finite)
})
export type Operation = typeof Operation.Type

export const LossProgram = Schema.Struct({
  operations: Schema.Array(Operation),
  /** index of the operation whose value, [T], is the loss */
  result: Schema.Int
})
export type LossProgram = typeof LossProgram.Type
