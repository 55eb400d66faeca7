/** Walks the points of one block: which value each axis has, and which points its conditions leave. */
import type { Axis, TypedBlock } from "../../spec/axes.ts"
import type { Conditions, Term } from "../../spec/conditions.ts"
import { type Json, readJson } from "../../spec/Json.ts"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { countPoints } from "./count.ts"

/** Whether a term holds, for each value of the axis it looks at; `axis` -1 means it never varies. */
interface Table {
  readonly axis: number
  readonly holds: ReadonlyArray<boolean>
  /** where the axis does not apply, and the field stays as the spec has it */
  readonly base: boolean
}

const tableOf = (term: Term, axes: ReadonlyArray<Axis>, loaded: LoadedSpec): Table => {
  const base = term.holds(readJson(loaded.base, term.path.split(".")))
  const axis = axes.findIndex(({ path }) => term.path === path || term.path.startsWith(`${path}.`))
  if (axis < 0) return { axis, holds: [], base }
  const inner = term.path.split(".").slice(axes[axis]!.path.split(".").length)
  return {
    axis,
    holds: axes[axis]!.values.map((value) => term.holds(readJson(value.decoded, inner) as Json | undefined)),
    base
  }
}

const allHold = (tables: ReadonlyArray<Table>, indices: Int32Array): boolean => {
  for (const table of tables) {
    const index = table.axis < 0 ? -1 : indices[table.axis]!
    if (!(index < 0 ? table.base : table.holds[index]!)) return false
  }
  return true
}

/** Axes with conditions, each after those that its conditions look at. The reader has refused circles. */
const inOrder = (
  conditional: ReadonlyArray<{ readonly axis: number; readonly tables: ReadonlyArray<Table> }>
): typeof conditional => {
  const placed: Array<(typeof conditional)[number]> = []
  const rest = [...conditional]
  while (rest.length > 0) {
    const next = rest.findIndex(
      ({ tables }) => !tables.some((table) => rest.some((other) => other.axis === table.axis))
    )
    placed.push(...rest.splice(Math.max(0, next), 1))
  }
  return placed
}

export const axesOf = (block: TypedBlock): ReadonlyArray<Axis> => [...block.product, ...block.zip]

/**
 * Calls `visit` with the index of the value on each axis, -1 where an axis does not apply; the last axis turns fastest.
 * The array is reused from call to call.
 * @returns how many points the conditions took out
 */
export const visitPoints = (loaded: LoadedSpec, block: TypedBlock, visit: (indices: Int32Array) => void): number => {
  const axes = axesOf(block)
  const tables = (conditions: Conditions): ReadonlyArray<Table> => conditions.map((term) => tableOf(term, axes, loaded))
  const exclude = block.exclude.map(tables)
  const only = block.only.map(tables)
  const when = inOrder(
    [...block.when].map(([path, conditions]) => ({
      axis: axes.findIndex((axis) => axis.path === path),
      tables: tables(conditions)
    }))
  )
  const numProduct = block.product.length
  const lengths = [
    ...block.product.map((axis) => axis.values.length),
    ...(block.zip[0] === undefined ? [] : [block.zip[0].values.length])
  ]
  const turn = new Int32Array(lengths.length)
  const indices = new Int32Array(axes.length)
  const numPoints = Number(countPoints(block))
  let numLeftOut = 0
  for (let point = 0; point < numPoints; point++) {
    for (let i = 0; i < axes.length; i++) indices[i] = turn[Math.min(i, numProduct)]!
    // an axis that does not apply would repeat the point for each of its values: keep the first
    let isFirst = true
    for (const { axis, tables: conditions } of when) {
      if (allHold(conditions, indices)) continue
      isFirst &&= axis >= numProduct || indices[axis] === 0
      indices[axis] = -1
    }
    if (
      isFirst &&
      !exclude.some((any) => allHold(any, indices)) &&
      (only.length === 0 || only.some((any) => allHold(any, indices)))
    )
      visit(indices)
    else numLeftOut += 1
    for (let i = lengths.length - 1; i >= 0; i--) {
      turn[i] = turn[i]! + 1
      if (turn[i]! < lengths[i]!) break
      turn[i] = 0
    }
  }
  return numLeftOut
}
