/**
 * Runs a loss plugin once with tensors that only remember, and gives what it did as a `LossProgram`.
 *
 * The program is canonical: options' numbers are constants in it, an operation written twice stands once, operations
 * that do not bear on the result are gone, operands of commuting operations have a fixed order, and the rest stand in
 * the order in which the result needs them. Two plugins that do the same mathematics in the same order record the same
 * program, whatever their names, options or style. Nothing is done that could change a bit of a value.
 */
import { Data, Result } from "effect"
import { createHash } from "node:crypto"
import type { LossOps, LossPlugin, LossTensor } from "../plugin/define.ts"
import type { LossProgram, Operand, Operation } from "./LossProgram.ts"
import { logProbFloor, maxOperations, operationKind, type OperationName } from "./operations.ts"

export class LossRecordingError extends Data.TaggedError("LossRecordingError")<{
  readonly loss: string
  readonly message: string
  /** what the plugin's own code threw, or undefined */
  readonly cause?: unknown
}> {}

/** A fault found in the middle of `perToken`, carried out by throwing through the plugin's code. */
class Misuse extends Error {}

interface Recorded {
  readonly op: OperationName
  readonly in: ReadonlyArray<Operand>
  readonly value: number | undefined
  readonly rank: 1 | 2
  /** digest of the operation and all that it needs: equal keys, equal values */
  readonly key: string
}

/** Memory of one call of `perToken`. */
const makeRecorder = () => {
  const recorded: Array<Recorded> = []
  const byKey = new Map<string, LossTensor>()
  const own = new WeakSet<LossTensor>()
  const keyOf = (operand: Operand) => typeof operand === "string" ? operand : recorded[operand]!.key

  const record = (op: OperationName, operands: ReadonlyArray<Operand>, rank: 1 | 2, value?: number): LossTensor => {
    const sorted = operationKind(op).commutes
      ? [...operands].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)
      : operands
    const key = createHash("sha256").update(JSON.stringify([op, sorted.map(keyOf), value ?? null])).digest("hex")
    const known = byKey.get(key)
    if (known !== undefined) return known
    if (recorded.length >= maxOperations) throw new Misuse(`more than ${maxOperations} operations: is there a loop over targets?`)
    const tensor: LossTensor = Object.freeze({ operand: recorded.length, rank })
    recorded.push({ op, in: sorted, value, rank, key })
    byKey.set(key, tensor)
    own.add(tensor)
    return tensor
  }

  const check = (op: string, tensor: LossTensor, position: string) => {
    if (typeof tensor !== "object" || tensor === null || !own.has(tensor)) {
      throw new Misuse(`op.${op}: ${position} is ${typeof tensor === "number" ? `the number ${tensor}` : "no tensor of this loss"}` +
        ", expected a tensor (numbers go through op.scale and op.shift)")
    }
    return tensor
  }
  const unary = (op: OperationName) => (x: LossTensor) => {
    check(op, x, "its argument")
    if (op === "sumLast" && x.rank !== 2) throw new Misuse("op.sumLast: its argument is [T], expected [T, S]")
    return record(op, [x.operand], op === "sumLast" ? 1 : x.rank)
  }
  const binary = (op: OperationName) => (x: LossTensor, y: LossTensor) => {
    check(op, x, "the first argument")
    check(op, y, "the second argument")
    return record(op, [x.operand, y.operand], x.rank === 2 || y.rank === 2 ? 2 : 1)
  }
  /** `same` is the constant that changes nothing */
  const withConstant = (op: OperationName, same: number) => (x: LossTensor, value: number) => {
    check(op, x, "the first argument")
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new Misuse(`op.${op}: the second argument is ${typeof value === "number" ? value : typeof value}, expected a finite number`)
    }
    return value === same ? x : record(op, [x.operand], x.rank, value === 0 ? 0 : value)
  }
  const ops: LossOps = {
    exp: unary("exp"), log: unary("log"), neg: unary("neg"), abs: unary("abs"), square: unary("square"),
    add: binary("add"), sub: binary("sub"), mul: binary("mul"), div: binary("div"),
    maximum: binary("maximum"), minimum: binary("minimum"), logAddExp: binary("logAddExp"),
    scale: withConstant("scale", 1), shift: withConstant("shift", 0),
    sumLast: unary("sumLast"), detach: unary("detach")
  }
  const input = (name: "student_TS" | "teacher_TS") => record("atLeast", [name], 2, logProbFloor)
  return { ops, input, check, recorded }
}

/** Whether a gradient flows from an operation to the student. */
const carriesGradient = (recorded: ReadonlyArray<Recorded>, result: number): boolean => {
  const carries: Array<boolean> = []
  for (const { op, in: operands } of recorded) {
    carries.push(op !== "detach" && operands.some((operand) => operand === "student_TS" || (typeof operand === "number" && carries[operand]!)))
  }
  return carries[result]!
}

/** The operations that `result` needs, in the order of first need. */
const inOrderOfNeed = (recorded: ReadonlyArray<Recorded>, result: number): LossProgram => {
  const place = new Map<number, number>()
  const kept: Array<Operation> = []
  const visit = (index: number): number => {
    const known = place.get(index)
    if (known !== undefined) return known
    const { op, in: operands, value } = recorded[index]!
    const operandsPlaced = operands.map((operand) => typeof operand === "string" ? operand : visit(operand))
    kept.push({ op, in: operandsPlaced, ...(value === undefined ? {} : { value }) })
    place.set(index, kept.length - 1)
    return kept.length - 1
  }
  const placed = visit(result)
  return { operations: kept, result: placed }
}

/**
 * The canonical program of a loss with its (decoded) options.
 *
 * Fails with `LossRecordingError` if the plugin mixes numbers and tensors, uses a constant that is not finite, does not
 * end in one value a target, [T], does not depend on the student, or throws.
 *
 * ```ts
 * import { Result } from "effect"
 * import { defineLoss, Schema } from "leadspan"
 * const halfSquare = defineLoss({
 *   name: "half-square", options: Schema.Struct({}), temperatureScale: "1", linearInTeacher: false, examples: [],
 *   perToken: (op, { student_TS, teacher_TS }) => op.scale(op.sumLast(op.square(op.sub(student_TS, teacher_TS))), 0.5)
 * })
 * Result.getOrThrow(recordLoss(halfSquare, {})).operations.map((step) => step.op) // => ["atLeast", "atLeast", "sub", "square", "sumLast", "scale"]
 * ```
 */
export const recordLoss = <O>(plugin: LossPlugin<O>, options: O): Result.Result<LossProgram, LossRecordingError> => {
  const recorder = makeRecorder()
  const fault = (message: string, cause?: unknown) =>
    Result.fail(new LossRecordingError({ loss: plugin.name, message: `loss ${plugin.name}: ${message}`, ...(cause === undefined ? {} : { cause }) }))
  try {
    const inputs = { student_TS: recorder.input("student_TS"), teacher_TS: recorder.input("teacher_TS") }
    const loss = recorder.check("result", plugin.perToken(recorder.ops, inputs, options), "what perToken returns")
    if (!carriesGradient(recorder.recorded, loss.operand as number)) {
      return fault("the loss does not depend on the student, or only through op.detach: nothing can be learnt from it")
    }
    if (loss.rank !== 1) return fault("perToken returns [T, S], expected [T], one value a target: is op.sumLast missing?")
    return Result.succeed(inOrderOfNeed(recorder.recorded, loss.operand as number))
  } catch (error) {
    if (error instanceof Misuse) return fault(error.message.replace("op.result: ", ""), error)
    return fault(`perToken threw ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

/** The one text of a program: what identity hashes. */
export const lossProgramText = (program: LossProgram): string =>
  JSON.stringify({
    operations: program.operations.map(({ op, in: operands, value }) => value === undefined ? [op, operands] : [op, operands, value]),
    result: program.result
  })

