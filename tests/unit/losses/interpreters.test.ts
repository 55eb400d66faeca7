/** Random programs over the whole algebra: oracle against finite differences, TensorFlow.js against the oracle. */
import { assert, describe, it } from "@effect/vitest"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { finiteDifferences } from "../../../framework/losses/finite-differences.ts"
import { runLossProgram } from "../../../framework/losses/interpret-tfjs.ts"
import type { LossProgram, Operand, Operation } from "../../../framework/losses/LossProgram.ts"
import { operationKind, operations, type OperationName } from "../../../framework/losses/operations.ts"
import { runOracle } from "../../../framework/losses/oracle.ts"
import { runOnTensorFlow } from "../../../framework/plugin/checks/check-loss.ts"
import { maxDifference, randomNumbers } from "./numbers.ts"

const names = Object.keys(operations) as ReadonlyArray<OperationName>

/** A program of about 12 operations that uses `op` near its end; operands are kept positive and moderate so that all is smooth. */
const randomProgram = (op: OperationName, random: () => number): LossProgram => {
  const recorded: Array<Operation> = []
  const push = (operation: Operation): number => recorded.push(operation) - 1
  /** 0.2 + exp(x / 8): positive, about 1, smooth */
  const tame = (x: Operand) => push({ op: "shift", in: [push({ op: "exp", in: [push({ op: "scale", in: [x], value: 0.125 })] })], value: 0.2 })
  const inputs = [tame("student_TS"), tame("teacher_TS")]
  const mixed = tame(push({ op: "mul", in: [inputs[0]!, push({ op: "scale", in: [inputs[1]!], value: 0.5 + random() })] }))
  const choice = [...inputs, mixed]
  const any = () => choice[Math.floor(random() * choice.length)]!
  const isSum = op === "sumLast"
  const applied = isSum
    // a [T] beside a [T, S]
    ? push({ op: "mul", in: [any(), tame(push({ op: "sumLast", in: [any()] }))] })
    : push({
      op, in: operationKind(op).arity === 2 ? [any(), mixed] : [any()],
      ...(operationKind(op).constant ? { value: op === "atLeast" ? 0.9 : 0.5 + random() } : {})
    })
  const after = push({ op: "mul", in: [tame(applied), inputs[0]!] })
  return { operations: recorded, result: push({ op: "sumLast", in: [after] }) }
}

const tf = tensorflow()

describe("interpreters", () => {
  for (const op of names) {
    it(`${op}: values and gradients agree in 20 random programs`, () => {
      const random = randomNumbers(op.length)
      for (let round = 0; round < 20; round++) {
        const program = randomProgram(op, random)
        const rows = () => Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => 4 * random() - 2))
        const logits = { student: rows(), teacher: rows() }
        const oracle = runOracle(program, logits)
        assert.isBelow(maxDifference(oracle.studentLogits, finiteDifferences(program, logits)), 1e-8, `${op} finite differences ${round}`)
        const engine = runOnTensorFlow(tf, program, logits)
        assert.isBelow(maxDifference([oracle.perToken], [engine.perToken]), 2e-5, `${op} value ${round}`)
        assert.isBelow(maxDifference(oracle.studentLogits, engine.studentLogits), 1e-5, `${op} gradient ${round}`)
      }
    })
  }

  it("ties, zeros and equal operands have the same gradients in both", () => {
    const of = (operation: Operation): LossProgram => ({ operations: [operation, { op: "sumLast", in: [0] }], result: 1 })
    const equal = { student: [[1, 2, 3]], teacher: [[1, 2, 3]] }
    const programs = [
      of({ op: "maximum", in: ["student_TS", "teacher_TS"] }),
      of({ op: "maximum", in: ["teacher_TS", "student_TS"] }),
      of({ op: "minimum", in: ["student_TS", "teacher_TS"] }),
      of({ op: "minimum", in: ["teacher_TS", "student_TS"] }),
      of({ op: "logAddExp", in: ["student_TS", "teacher_TS"] }),
      of({ op: "logAddExp", in: ["student_TS", "student_TS"] }),
      { operations: [{ op: "sub", in: ["student_TS", "teacher_TS"] }, { op: "abs", in: [0] }, { op: "sumLast", in: [1] }], result: 2 }
    ] satisfies ReadonlyArray<LossProgram>
    for (const program of programs) {
      assert.isBelow(maxDifference(runOracle(program, equal).studentLogits, runOnTensorFlow(tf, program, equal).studentLogits), 1e-6, JSON.stringify(program))
    }
  })

  it("logAddExp keeps its digits far from 0", () => {
    const program: LossProgram = { operations: [{ op: "logAddExp", in: ["student_TS", "teacher_TS"] }, { op: "sumLast", in: [0] }], result: 1 }
    const logits = { student: [[0, -9_000]], teacher: [[-9_000, 0]] }
    assert.isBelow(maxDifference([runOracle(program, logits).perToken], [runOnTensorFlow(tf, program, logits).perToken]), 1e-6)
  })

  it("what is not a number stays so: training that breaks is seen", () => {
    const program: LossProgram = { operations: [{ op: "atLeast", in: ["student_TS"], value: -10_000 }, { op: "sumLast", in: [0] }], result: 1 }
    const student_TS = tf.tensor2d([[NaN, -1]])
    const [found] = runLossProgram(tf, program, { student_TS, teacher_TS: student_TS }).dataSync()
    assert.isTrue(Number.isNaN(found))
    assert.isTrue(Number.isNaN(runOracle(program, { student: [[NaN, -1]], teacher: [[0, 0]] }).perToken[0]))
  })

  it("a detached value carries no gradient in either, and finite differences hold it still", () => {
    const program: LossProgram = {
      operations: [{ op: "exp", in: ["student_TS"] }, { op: "detach", in: [0] }, { op: "mul", in: [1, "student_TS"] }, { op: "sumLast", in: [2] }],
      result: 3
    }
    const logits = { student: [[0.3, -0.2, 1]], teacher: [[0, 0, 0]] }
    const p = [0.3, -0.2, 1].map(Math.exp).map((x, _, all) => x / all.reduce((a, b) => a + b))
    assert.isBelow(maxDifference(runOracle(program, logits).studentLogProbs, [p]), 1e-15)
    assert.isBelow(maxDifference(runOracle(program, logits).studentLogits, finiteDifferences(program, logits)), 1e-9)
    assert.isBelow(maxDifference(runOracle(program, logits).studentLogits, runOnTensorFlow(tf, program, logits).studentLogits), 1e-6)
  })

  it("leaves no tensors behind", () => {
    const program = randomProgram("logAddExp", randomNumbers(1))
    const before = tf.memory().numTensors
    runOnTensorFlow(tf, program, { student: [[0, 1]], teacher: [[1, 0]] })
    assert.strictEqual(tf.memory().numTensors, before)
  })
})
