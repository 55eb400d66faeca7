import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { checkLossProgram } from "../../../framework/losses/check-program.ts"
import { lossProgramText, recordLoss } from "../../../framework/losses/record-loss.ts"
import { defineLoss, type LossOps, type LossPlugin, type LossTensor } from "../../../framework/plugin/define.ts"

type PerToken = (op: LossOps, inputs: { readonly student_TS: LossTensor; readonly teacher_TS: LossTensor }) => LossTensor

const loss = (perToken: PerToken): LossPlugin =>
  defineLoss({ name: "mine", options: Schema.Struct({}), temperatureScale: "1", linearInTeacher: false, perToken, examples: [] })

const textOf = (perToken: PerToken) => lossProgramText(Result.getOrThrow(recordLoss(loss(perToken), {})))
const faultOf = (perToken: PerToken) => {
  const recorded = recordLoss(loss(perToken), {})
  return Result.isFailure(recorded) ? recorded.failure.message : "recorded"
}

const forwardKl: PerToken = (op, { student_TS, teacher_TS }) => op.sumLast(op.mul(op.exp(teacher_TS), op.sub(teacher_TS, student_TS)))

describe("recordLoss", () => {
  it("records operations in the order of need, inputs floored", () => {
    assert.deepStrictEqual(Result.getOrThrow(recordLoss(loss(forwardKl), {})), {
      operations: [
        { op: "atLeast", in: ["teacher_TS"], value: -10_000 },
        { op: "atLeast", in: ["student_TS"], value: -10_000 },
        { op: "sub", in: [0, 1] },
        { op: "exp", in: [0] },
        { op: "mul", in: [2, 3] },
        { op: "sumLast", in: [4] }
      ],
      result: 5
    })
  })

  it("gives one program to the same mathematics, however it is written", () => {
    const rewritten: PerToken = (op, { student_TS, teacher_TS }) => {
      const unused = op.square(op.exp(student_TS))
      op.sumLast(unused)
      const difference = op.shift(op.scale(op.sub(teacher_TS, student_TS), 1), 0)
      return op.sumLast(op.mul(difference, op.exp(teacher_TS)))
    }
    assert.strictEqual(textOf(rewritten), textOf(forwardKl))
    const twice: PerToken = (op, { student_TS }) => op.sumLast(op.add(op.exp(student_TS), op.exp(student_TS)))
    const once: PerToken = (op, { student_TS }) => {
      const p = op.exp(student_TS)
      return op.sumLast(op.add(p, p))
    }
    assert.strictEqual(textOf(twice), textOf(once))
  })

  it("keeps apart what differs", () => {
    const texts = [
      textOf(forwardKl),
      textOf((op, { student_TS, teacher_TS }) => op.sumLast(op.mul(op.exp(teacher_TS), op.sub(student_TS, teacher_TS)))),
      textOf((op, { student_TS, teacher_TS }) => op.sumLast(op.mul(op.exp(student_TS), op.sub(teacher_TS, student_TS)))),
      textOf((op, inputs) => op.scale(forwardKl(op, inputs), 0.5)),
      textOf((op, inputs) => op.scale(forwardKl(op, inputs), 0.25)),
      textOf((op, inputs) => op.neg(forwardKl(op, inputs))),
      textOf((op, { student_TS, teacher_TS }) => forwardKl(op, { student_TS, teacher_TS: op.detach(teacher_TS) }))
    ]
    assert.strictEqual(new Set(texts).size, texts.length)
  })

  it("folds options in as constants", () => {
    const weighted = defineLoss({
      name: "weighted", options: Schema.Struct({ weight: Schema.Finite }), temperatureScale: "1", linearInTeacher: false, examples: [],
      perToken: (op, inputs, { weight }) => op.scale(forwardKl(op, inputs), weight)
    })
    assert.deepStrictEqual(Result.getOrThrow(recordLoss(weighted, { weight: 0.3 })).operations.at(-1), { op: "scale", in: [5], value: 0.3 })
    assert.strictEqual(lossProgramText(Result.getOrThrow(recordLoss(weighted, { weight: 1 }))), textOf(forwardKl))
  })

  it("takes [T] beside [T, S]", () => {
    const program = Result.getOrThrow(recordLoss(loss((op, { student_TS }) => op.sumLast(op.mul(student_TS, op.sumLast(op.exp(student_TS))))), {}))
    assert.isTrue(Result.isSuccess(checkLossProgram(program)))
  })

  it("says what is wrong with a loss", () => {
    assert.strictEqual(faultOf((_, { student_TS }) => student_TS), "loss mine: perToken returns [T, S], expected [T], one value a target: is op.sumLast missing?")
    assert.strictEqual(faultOf(() => 5 as never), "loss mine: what perToken returns is the number 5, expected a tensor (numbers go through op.scale and op.shift)")
    assert.strictEqual(faultOf(() => undefined as never), "loss mine: what perToken returns is no tensor of this loss, expected a tensor (numbers go through op.scale and op.shift)")
    assert.strictEqual(faultOf((op, { student_TS }) => op.mul(student_TS, 2 as never)), "loss mine: op.mul: the second argument is the number 2, expected a tensor (numbers go through op.scale and op.shift)")
    assert.strictEqual(faultOf((op, { student_TS }) => op.scale(student_TS, NaN)), "loss mine: op.scale: the second argument is NaN, expected a finite number")
    assert.strictEqual(faultOf((op, { student_TS }) => op.sumLast(op.sumLast(student_TS))), "loss mine: op.sumLast: its argument is [T], expected [T, S]")
    const noGradient = "loss mine: the loss does not depend on the student, or only through op.detach: nothing can be learnt from it"
    assert.strictEqual(faultOf((op, { teacher_TS }) => op.sumLast(op.exp(teacher_TS))), noGradient)
    assert.strictEqual(faultOf((op, inputs) => op.detach(forwardKl(op, inputs))), noGradient)
    assert.strictEqual(faultOf(() => { throw new Error("oh") }), "loss mine: perToken threw oh")
    const foreign: Array<LossTensor> = []
    recordLoss(loss((op, { student_TS }) => op.sumLast(foreign[0] = student_TS)), {})
    assert.match(faultOf((op) => op.sumLast(foreign[0]!)), /its argument is no tensor of this loss/)
    assert.match(faultOf((op, { student_TS }) => {
      let x = student_TS
      for (let i = 0; i < 2_000; i++) x = op.shift(x, i + 1)
      return op.sumLast(x)
    }), /more than 1000 operations: is there a loop over targets\?/)
  })
})

describe("checkLossProgram", () => {
  const faultOf = (program: unknown) => {
    const checked = checkLossProgram(program as never)
    return Result.isFailure(checked) ? checked.failure.message : "checked"
  }
  it("refuses what no recorder wrote", () => {
    const sum = { op: "sumLast", in: ["student_TS"] }
    assert.strictEqual(faultOf({ operations: [sum], result: 0 }), "checked")
    assert.strictEqual(faultOf({ operations: [{ op: "eval", in: [] }], result: 0 }), `loss program, operation 0: unknown operation "eval"`)
    assert.strictEqual(faultOf({ operations: [{ op: "constructor", in: [] }], result: 0 }), `loss program, operation 0: unknown operation "constructor"`)
    assert.strictEqual(faultOf({ operations: [{ op: "exp", in: [0] }], result: 0 }), "loss program, operation 0: operand 0 does not stand before it")
    assert.strictEqual(faultOf({ operations: [sum, { op: "exp", in: [-1] }], result: 1 }), "loss program, operation 1: operand -1 does not stand before it")
    assert.strictEqual(faultOf({ operations: [sum, { op: "add", in: [0] }], result: 1 }), "loss program, operation 1: add has 1 operands, expected 2")
    assert.strictEqual(faultOf({ operations: [sum, { op: "scale", in: [0] }], result: 1 }), "loss program, operation 1: scale lacks its constant")
    assert.strictEqual(faultOf({ operations: [sum, { op: "exp", in: [0], value: 1 }], result: 1 }), "loss program, operation 1: exp takes no constant")
    assert.strictEqual(faultOf({ operations: [sum, { op: "sumLast", in: [0] }], result: 1 }), "loss program, operation 1: sumLast of [T], expected [T, S]")
    assert.strictEqual(faultOf({ operations: [sum], result: 3 }), "loss program: result 3 is no operation of 1")
    assert.strictEqual(faultOf({ operations: [{ op: "exp", in: ["student_TS"] }], result: 0 }), "loss program: the result is [T, S], expected [T], one value a target (sumLast is missing)")
    assert.strictEqual(faultOf({ operations: Array(1001).fill(sum), result: 0 }), "loss program: 1001 operations, expected at most 1000")
  })
})
