/**
 * The operations of the loss algebra, as data: one table that the recorder, the checker and every interpreter share.
 *
 * Shapes: T targets, S support. A value is [T, S] (rank 2) or [T] (rank 1). In a binary operation a [T] beside a [T, S]
 * counts as [T, 1]: each target's number meets all of its support.
 *
 * Conventions, the same in every engine, values and gradients:
 * - Inputs are log-probs, each at least `logProbFloor`: the recorder puts that as the first operations of every program
 *   (`atLeast`), so that a probability of zero (log-prob -Infinity) never gives 0 * Infinity. A support entry that the
 *   student gives probability zero and the teacher p costs at most p * 10,000 nats under forward KL, where the
 *   mathematics says infinity. No gradient flows below the floor.
 * - `maximum` and `minimum` send the gradient of a tie to the first operand, `atLeast` to its operand.
 * - `abs` has gradient 0 at 0.
 */

/** Lowest log-prob, in nats, that a loss sees. exp(-10000) is 0 in float32 and float64 alike. */
export const logProbFloor = -10_000

interface OperationKind {
  readonly arity: 1 | 2
  /** takes a constant beside its operands */
  readonly constant: boolean
  /** operands may change places without changing a bit of value or gradient */
  readonly commutes: boolean
}

const unary: OperationKind = { arity: 1, constant: false, commutes: false }
const withConstant: OperationKind = { arity: 1, constant: true, commutes: false }
const ordered: OperationKind = { arity: 2, constant: false, commutes: false }
const commuting: OperationKind = { arity: 2, constant: false, commutes: true }

export const operations = {
  atLeast: withConstant,
  exp: unary,
  log: unary,
  neg: unary,
  abs: unary,
  square: unary,
  add: commuting,
  sub: ordered,
  mul: commuting,
  div: ordered,
  scale: withConstant,
  shift: withConstant,
  maximum: ordered,
  minimum: ordered,
  logAddExp: commuting,
  sumLast: unary,
  detach: unary
} as const satisfies Record<string, OperationKind>

export type OperationName = keyof typeof operations

export const isOperationName = (name: string): name is OperationName => Object.hasOwn(operations, name)

export const operationKind = (name: OperationName): OperationKind => operations[name]

/** More than any loss needs; a longer program comes from a loop over targets, or from a hostile file. */
export const maxOperations = 1_000
