/**
 * Forward half of the float64 oracle: a loss program in plain TypeScript, slow and readable.
 *
 * Shapes: T targets, S support. [T, S] is stored row by row.
 */
import { checkedProgram, type CheckedProgram } from "./check-program.ts"
import type { LossProgram, Operand } from "./LossProgram.ts"
import type { OperationName } from "./operations.ts"

/** A value of the program: [T, S] with `columns` S, or [T] with `columns` 1. */
export interface Value { readonly data: Float64Array; readonly columns: number }

export interface LogProbs { readonly student_TS: Value; readonly teacher_TS: Value }

export interface Evaluated {
  readonly program: CheckedProgram
  readonly inputs: LogProbs
  readonly values: ReadonlyArray<Value>
  readonly perToken: Float64Array
}

export const logAddExp = (x: number, y: number): number => {
  const larger = Math.max(x, y)
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(-Math.abs(x - y)))
}

/** One element; `sumLast` and `detach` have their own way below. */
export const scalar: Record<Exclude<OperationName, "sumLast" | "detach">, (x: number, y: number, value: number) => number> = {
  atLeast: (x, _, value) => Number.isNaN(x) ? x : Math.max(x, value),
  exp: (x) => Math.exp(x),
  log: (x) => Math.log(x),
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  square: (x) => x * x,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  scale: (x, _, value) => x * value,
  shift: (x, _, value) => x + value,
  maximum: (x, y) => Math.max(x, y),
  minimum: (x, y) => Math.min(x, y),
  logAddExp
}

export const operandValue = (evaluated: Pick<Evaluated, "inputs" | "values">, operand: Operand): Value =>
  typeof operand === "string" ? evaluated.inputs[operand] : evaluated.values[operand]!

/**
 * All values of a program. `frozen` gives detached operations the values of an earlier evaluation: what a difference
 * quotient must do where no gradient is meant to flow.
 */
export const evaluateProgram = (program: LossProgram, inputs: LogProbs, frozen?: ReadonlyArray<Value>): Evaluated => {
  const checked = checkedProgram(program)
  const support = inputs.student_TS.columns
  const targets = inputs.student_TS.data.length / support
  const values: Array<Value> = []
  const evaluated: Evaluated = { program: checked, inputs, values, perToken: new Float64Array(0) }
  for (const [index, { op, in: operands, value, rank }] of checked.operations.entries()) {
    const x = operandValue(evaluated, operands[0]!)
    const y = operands.length > 1 ? operandValue(evaluated, operands[1]!) : x
    const columns = rank === 2 ? support : 1
    const data = new Float64Array(targets * columns)
    if (op === "sumLast") {
      for (let t = 0; t < targets; t++) {
        let sum = 0
        for (let s = 0; s < x.columns; s++) sum += x.data[t * x.columns + s]!
        data[t] = sum
      }
    } else if (op === "detach") {
      data.set(frozen === undefined ? x.data : frozen[index]!.data)
    } else {
      const f = scalar[op]
      for (let t = 0; t < targets; t++) {
        for (let s = 0; s < columns; s++) {
          data[t * columns + s] = f(x.data[elementOf(x, t, s)]!, y.data[elementOf(y, t, s)]!, value)
        }
      }
    }
    values.push({ data, columns })
  }
  return { ...evaluated, perToken: values[checked.result]!.data }
}

/** Where [t, s] of a value is stored; a [T] answers for all of the support. */
export const elementOf = (value: Value, t: number, s: number): number => value.columns === 1 ? t : t * value.columns + s
