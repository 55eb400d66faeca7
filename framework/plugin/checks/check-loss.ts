/**
 * Checks a loss: its examples on the oracle, the oracle's gradients against finite differences, TensorFlow.js against the
 * oracle, values and gradients, probabilities of zero, and the claim of being linear in the teacher.
 */
import { Result } from "effect"
import { finiteDifferences } from "../../losses/finite-differences.ts"
import { runLossProgram, type TensorFlow } from "../../losses/interpret-tfjs.ts"
import type { LossProgram } from "../../losses/LossProgram.ts"
import { type OracleAnswer, runOracle } from "../../losses/oracle.ts"
import { recordLoss } from "../../losses/record-loss.ts"
import type { LossPlugin } from "../define.ts"
import { type CheckContext, guarded, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, near } from "./CheckRow.ts"

type Rows = ReadonlyArray<ReadonlyArray<number>>
interface Logits { readonly student: Rows; readonly teacher: Rows }

/** Examples are often written with six digits. */
export const exampleTolerance = 1e-6
export const gradientTolerance = 1e-6
/** TensorFlow.js computes in float32. */
export const engineTolerance = 1e-5

/** Value and gradient with respect to the student's logits by TensorFlow.js. */
export const runOnTensorFlow = (
  tf: TensorFlow, program: LossProgram, logits: Logits
): Pick<OracleAnswer, "perToken" | "studentLogits"> =>
  tf.tidy(() => {
    const teacher_TS = tf.logSoftmax(tf.tensor2d(logits.teacher as Array<Array<number>>), -1)
    const student = tf.tensor2d(logits.student as Array<Array<number>>)
    const perToken = (raw: InstanceType<TensorFlow["Tensor"]>) => runLossProgram(tf, program, { student_TS: tf.logSoftmax(raw, -1), teacher_TS })
    return {
      perToken: [...perToken(student).dataSync()],
      studentLogits: tf.grad((raw) => tf.sum(perToken(raw)))(student).arraySync() as Array<Array<number>>
    }
  })

/** Student and teacher each give one entry probability zero, another one for each. */
const withZeros = ({ student, teacher }: Logits): Logits => ({
  student: student.map((row) => row.map((logit, s) => s === 0 ? -Infinity : logit)),
  teacher: teacher.map((row) => row.map((logit, s) => s === row.length - 1 ? -Infinity : logit))
})

/** Largest departure from linearity: the gradient for a mixture of two teachers less the mixture of the gradients. */
const nonlinearity = (program: LossProgram, { student, teacher }: Logits): number => {
  const probabilities = teacher.map((row) => {
    const weights = row.map((logit) => Math.exp(logit - Math.max(...row)))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map((weight) => weight / total)
  })
  const uniform = probabilities.map((row) => row.map(() => 1 / row.length))
  const gradientOf = (of: Rows) => runOracle(program, { student, teacher: of.map((row) => row.map(Math.log)) }).studentLogits.flat()
  const [one, other] = [gradientOf(probabilities), gradientOf(uniform)]
  const both = gradientOf(probabilities.map((row, t) => row.map((p, s) => (p + uniform[t]![s]!) / 2)))
  return Math.max(...both.map((gradient, index) => Math.abs(gradient - (one[index]! + other[index]!) / 2)))
}

export const checkLoss = (context: CheckContext<LossPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const checkExample = (example: LossPlugin["examples"][number], index: number): ReadonlyArray<CheckRow> => {
    const name = example.options === undefined ? `${index + 1}` : `${index + 1} ${JSON.stringify(example.options)}`
    return withOptions(context, plugin, example.options, name, (options) => {
      const recorded = recordLoss(plugin, options)
      if (Result.isFailure(recorded)) {
        const { cause, message } = recorded.failure
        const found = cause === undefined ? message : `${message} (${context.explain(cause)})`
        return [{ check: "records", example: name, expected: "a program", found, difference: null, ok: false }]
      }
      const program = recorded.success
      const oracle = runOracle(program, example)
      const zeros = withZeros(example)
      const zerosOracle = runOracle(program, zeros)
      const atZeros = [...zerosOracle.perToken, ...zerosOracle.studentLogits.flat()]
      const differences = finiteDifferences(program, example).flat()
      return [
        near("value", name, example.perToken, oracle.perToken, exampleTolerance),
        near("gradient, finite differences", name, differences, oracle.studentLogits.flat(), gradientTolerance),
        holds("zero probabilities", name, "finite", atZeros.map((x) => Number(x.toPrecision(4))).join(" "), atZeros.every(Number.isFinite)),
        ...(plugin.linearInTeacher ? [near("linear in the teacher", name, [0], [nonlinearity(program, example)], gradientTolerance)] : []),
        ...guarded(context, name, () => {
          const engine = runOnTensorFlow(context.tensorflow(), program, example)
          const engineZeros = runOnTensorFlow(context.tensorflow(), program, zeros)
          return [
            near("value, tfjs", name, oracle.perToken, engine.perToken, engineTolerance),
            near("gradient, tfjs", name, oracle.studentLogits.flat(), engine.studentLogits.flat(), engineTolerance),
            near("zero probabilities, tfjs", name, zerosOracle.perToken, engineZeros.perToken, engineTolerance)
          ]
        })
      ]
    })
  }
  return [hasExamples(plugin.examples), ...plugin.examples.flatMap(checkExample)]
}
