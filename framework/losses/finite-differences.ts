/**
 * Gradients of a loss by central differences: independent of every backward pass, the oracle's included.
 *
 * Shapes: T targets, S support.
 */
import { evaluateProgram } from "./evaluate.ts"
import type { LossProgram } from "./LossProgram.ts"
import { logSoftmaxRows } from "./oracle.ts"

type Rows = ReadonlyArray<ReadonlyArray<number>>

/**
 * Gradient of the targets' summed loss with respect to the student's logits, [T, S].
 *
 * Two central differences, of step h and h/2, extrapolated (Richardson): about 1e-9 for smooth losses of logits of
 * moderate size. Detached values stay as they are at the point itself. A logit of -Infinity has gradient 0.
 */
export const finiteDifferences = (
  program: LossProgram,
  logits: { readonly student: Rows; readonly teacher: Rows },
  temperature = 1,
  step = 1e-3
): Rows => {
  const teacher_TS = logSoftmaxRows(logits.teacher, temperature)
  const frozen = evaluateProgram(program, { student_TS: logSoftmaxRows(logits.student, temperature), teacher_TS }).values
  /** loss of target t with logit s moved by `by`: a target's loss depends on its own row alone, so one row is moved at a time */
  const lossWith = (t: number, s: number, by: number) => {
    const moved = logits.student.map((row, r) => r === t ? row.map((logit, c) => c === s ? logit + by : logit) : row)
    return evaluateProgram(program, { student_TS: logSoftmaxRows(moved, temperature), teacher_TS }, frozen).perToken[t]!
  }
  const central = (t: number, s: number, h: number) => (lossWith(t, s, h) - lossWith(t, s, -h)) / (2 * h)
  return logits.student.map((row, t) => row.map((logit, s) =>
    logit === -Infinity ? 0 : (4 * central(t, s, step / 2) - central(t, s, step)) / 3))
}
