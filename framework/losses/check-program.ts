/**
 * A loss program is read from task files, so it is checked before it is run: known operations, operands that stand
 * before their use, finite constants, a result of one value a target.
 */
import { Data, Result } from "effect"
import type { LossProgram, Operand } from "./LossProgram.ts"
import { isOperationName, maxOperations, operationKind, type OperationName } from "./operations.ts"

export class LossProgramError extends Data.TaggedError("LossProgramError")<{
  /** index of the operation, or null where the fault is the program's */
  readonly operation: number | null
  readonly message: string
}> {}

export interface CheckedOperation {
  readonly op: OperationName
  readonly in: ReadonlyArray<Operand>
  /** 0 where the operation takes no constant */
  readonly value: number
  /** 2: [T, S], 1: [T] */
  readonly rank: 1 | 2
}

export interface CheckedProgram {
  readonly operations: ReadonlyArray<CheckedOperation>
  readonly result: number
}

/**
 * Checks a program and finds each value's rank.
 *
 * ```ts
 * import { Result } from "effect"
 * const checked = checkLossProgram({ operations: [{ op: "sumLast", in: ["student_TS"] }], result: 0 })
 * Result.isSuccess(checked) // => true
 * ```
 */
export const checkLossProgram = (program: LossProgram): Result.Result<CheckedProgram, LossProgramError> => {
  const fault = (operation: number | null, message: string) =>
    Result.fail(new LossProgramError({
      operation,
      message: operation === null ? `loss program: ${message}` : `loss program, operation ${operation}: ${message}`
    }))
  if (program.operations.length > maxOperations) {
    return fault(null, `${program.operations.length} operations, expected at most ${maxOperations}`)
  }
  const checked: Array<CheckedOperation> = []
  for (const [index, operation] of program.operations.entries()) {
    const { op, in: operands, value } = operation
    if (!isOperationName(op)) return fault(index, `unknown operation "${op}"`)
    const kind = operationKind(op)
    if (operands.length !== kind.arity) return fault(index, `${op} has ${operands.length} operands, expected ${kind.arity}`)
    if (kind.constant !== (value !== undefined)) return fault(index, `${op} ${kind.constant ? "lacks its" : "takes no"} constant`)
    if (value !== undefined && !Number.isFinite(value)) return fault(index, `constant ${value}, expected a finite number`)
    const ranks: Array<1 | 2> = []
    for (const operand of operands) {
      if (typeof operand === "string") ranks.push(2)
      else if (Number.isInteger(operand) && operand >= 0 && operand < index) ranks.push(checked[operand]!.rank)
      else return fault(index, `operand ${operand} does not stand before it`)
    }
    if (op === "sumLast" && ranks[0] !== 2) return fault(index, "sumLast of [T], expected [T, S]")
    const rank = op === "sumLast" ? 1 : ranks.includes(2) ? 2 : 1
    checked.push({ op, in: operands, value: value ?? 0, rank })
  }
  const result = checked[program.result]
  if (result === undefined) return fault(null, `result ${program.result} is no operation of ${checked.length}`)
  if (result.rank !== 1) return fault(null, "the result is [T, S], expected [T], one value a target (sumLast is missing)")
  return Result.succeed({ operations: checked, result: program.result })
}

/** As `checkLossProgram`, for interpreters: a program that does not check is a defect there. */
export const checkedProgram = (program: LossProgram): CheckedProgram => Result.getOrThrow(checkLossProgram(program))
