/**
 * The float64 oracle: what a loss program and its gradients are, in plain TypeScript. Engines are compared with it, never
 * it with them. Reverse mode over the program's operations; conventions at ties and floors as in `operations.ts`.
 *
 * Shapes: T targets, S support.
 */
import { elementOf, evaluateProgram, operandValue, type Value } from "./evaluate.ts"
import type { LossProgram } from "./LossProgram.ts"
import type { OperationName } from "./operations.ts"

type Rows = ReadonlyArray<ReadonlyArray<number>>

/** d out / d x and d out / d y of one element, given both operands, the output and the constant. */
type Slopes = (x: number, y: number, out: number, value: number) => readonly [number, number]

const slopes: Record<Exclude<OperationName, "sumLast" | "detach">, Slopes> = {
  atLeast: (x, _, __, value) => [x >= value ? 1 : 0, 0],
  exp: (_, __, out) => [out, 0],
  log: (x) => [1 / x, 0],
  neg: () => [-1, 0],
  abs: (x) => [Math.sign(x), 0],
  square: (x) => [2 * x, 0],
  add: () => [1, 1],
  sub: () => [1, -1],
  mul: (x, y) => [y, x],
  div: (x, y) => [1 / y, -x / (y * y)],
  scale: (_, __, ___, value) => [value, 0],
  shift: () => [1, 0],
  maximum: (x, y) => x >= y ? [1, 0] : [0, 1],
  minimum: (x, y) => x <= y ? [1, 0] : [0, 1],
  logAddExp: (x, y, out) => [Math.exp(x - out), Math.exp(y - out)]
}

/** Log-softmax of each row at a temperature; a logit of -Infinity has probability zero. */
export const logSoftmaxRows = (logits: Rows, temperature = 1): Value => {
  const columns = logits[0]?.length ?? 0
  const data = new Float64Array(logits.length * columns)
  for (const [t, row] of logits.entries()) {
    if (row.length !== columns) throw new RangeError(`row ${t} has ${row.length} logits, expected ${columns}`)
    const largest = Math.max(...row) / temperature
    const sum = row.reduce((total, logit) => total + Math.exp(logit / temperature - largest), 0)
    for (const [s, logit] of row.entries()) data[t * columns + s] = logit / temperature - largest - Math.log(sum)
  }
  return { data, columns }
}

const rowsOf = ({ data, columns }: Value): Array<Array<number>> =>
  Array.from({ length: columns === 0 ? 0 : data.length / columns }, (_, t) => [...data.subarray(t * columns, (t + 1) * columns)])

/** Gradient of the sum of all targets' losses with respect to the student's log-probs, [T, S]. */
const gradientOfLogProbs = (evaluated: ReturnType<typeof evaluateProgram>): Value => {
  const { program, inputs, values } = evaluated
  const support = inputs.student_TS.columns
  const targets = inputs.student_TS.data.length / support
  const gradients = values.map((value) => new Float64Array(value.data.length))
  const student = new Float64Array(inputs.student_TS.data.length)
  const teacher = new Float64Array(student.length)
  gradients[program.result]!.fill(1)
  for (let index = program.operations.length - 1; index >= 0; index--) {
    const { op, in: operands, value } = program.operations[index]!
    if (op === "detach") continue
    const [into, intoSecond] = operands.map((operand) =>
      operand === "student_TS" ? student : operand === "teacher_TS" ? teacher : gradients[operand]!)
    const x = operandValue(evaluated, operands[0]!)
    const y = operands.length > 1 ? operandValue(evaluated, operands[1]!) : x
    const out = values[index]!
    const above = gradients[index]!
    for (let t = 0; t < targets; t++) {
      if (op === "sumLast") {
        for (let s = 0; s < x.columns; s++) into![t * x.columns + s]! += above[t]!
        continue
      }
      for (let s = 0; s < out.columns; s++) {
        const at = t * out.columns + s
        if (above[at] === 0) continue
        const [xSlope, ySlope] = slopes[op](x.data[elementOf(x, t, s)]!, y.data[elementOf(y, t, s)]!, out.data[at]!, value)
        into![elementOf(x, t, s)]! += above[at]! * xSlope
        if (intoSecond !== undefined) intoSecond[elementOf(y, t, s)]! += above[at]! * ySlope
      }
    }
  }
  return { data: student, columns: support }
}

export interface OracleAnswer {
  /** loss of each target, [T], nats */
  readonly perToken: ReadonlyArray<number>
  /** gradient of the targets' sum with respect to the student's log-probs, [T, S] */
  readonly studentLogProbs: Rows
  /** the same with respect to the student's logits, [T, S]: through the log-softmax and the temperature */
  readonly studentLogits: Rows
}

/**
 * Values and gradients of a loss program, from logits of student and teacher, [T, S].
 *
 * ```ts
 * const squares = { operations: [{ op: "square", in: ["student_TS"] }, { op: "sumLast", in: [0] }], result: 1 } as const
 * runOracle(squares, { student: [[0, 0]], teacher: [[0, 0]] }).perToken // => [0.9609060278364028]
 * ```
 */
export const runOracle = (
  program: LossProgram,
  logits: { readonly student: Rows; readonly teacher: Rows },
  temperature = 1
): OracleAnswer => {
  const student_TS = logSoftmaxRows(logits.student, temperature)
  const evaluated = evaluateProgram(program, { student_TS, teacher_TS: logSoftmaxRows(logits.teacher, temperature) })
  const logProbs = gradientOfLogProbs(evaluated)
  const studentLogits = rowsOf(logProbs).map((row, t) => {
    const total = row.reduce((sum, gradient) => sum + gradient, 0)
    return row.map((gradient, s) => (gradient - Math.exp(student_TS.data[t * row.length + s]!) * total) / temperature)
  })
  return { perToken: [...evaluated.perToken], studentLogProbs: rowsOf(logProbs), studentLogits }
}
