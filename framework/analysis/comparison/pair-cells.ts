/** Which cell of one experiment stands opposite which of another: by equal axes, or because they have the same trials. */
import type { PlannedCell, RecordedPlan } from "../../journal/RecordedPlan.ts"
import { wordOf } from "../axis-values.ts"

export interface CellPair {
  readonly a: PlannedCell
  readonly b: PlannedCell
  readonly by: "axes" | "trials"
  /** trials that are one and the same, made once */
  readonly sharedTrials: number
}

export interface Unpaired {
  readonly side: "A" | "B"
  readonly cell: PlannedCell
  readonly reason: string
}

const shared = (a: PlannedCell, b: PlannedCell): number => {
  const ids = new Set(a.trials.map(({ id }) => id))
  return b.trials.filter(({ id }) => ids.has(id)).length
}

/**
 * Cells whose values are equal on every axis that both grids have, where they are the only ones of their grids; then cells
 * that share a trial. Every cell stands in one pair at most.
 */
export const pairCells = (a: RecordedPlan, b: RecordedPlan): { readonly pairs: ReadonlyArray<CellPair>; readonly unpaired: ReadonlyArray<Unpaired> } => {
  const axes = a.axes.filter(({ path }) => b.axes.some((other) => other.path === path))
  const keyOf = (cell: PlannedCell) => JSON.stringify(axes.map(({ path }) => wordOf(cell, path)))
  const there = (plan: RecordedPlan) => plan.cells.filter(({ status }) => status !== "left-out")
  const alike = (cells: ReadonlyArray<PlannedCell>, cell: PlannedCell) => cells.filter((one) => keyOf(one) === keyOf(cell))
  const [ofA, ofB] = [there(a), there(b)]
  const pairs: Array<CellPair> = []
  const taken = new Set<PlannedCell>()
  const take = (first: PlannedCell, second: PlannedCell, by: CellPair["by"]) => {
    pairs.push({ a: first, b: second, by, sharedTrials: shared(first, second) })
    taken.add(first).add(second)
  }
  for (const first of ofA) {
    const [second, ...others] = alike(ofB, first)
    if (second !== undefined && others.length === 0 && alike(ofA, first).length === 1) take(first, second, "axes")
  }
  for (const first of ofA) {
    const second = taken.has(first) ? undefined : ofB.find((one) => !taken.has(one) && shared(first, one) > 0)
    if (second !== undefined) take(first, second, "trials")
  }
  const reasonOf = (cell: PlannedCell, own: ReadonlyArray<PlannedCell>, other: ReadonlyArray<PlannedCell>, letter: string): string => {
    if (cell.status === "left-out") return `left out: ${cell.reason ?? "no reason given"}`
    const [mine, theirs] = [alike(own, cell).length, alike(other, cell).length]
    if (theirs === 0) return `no cell of ${letter} has these values`
    return `not one to one: ${mine} and ${theirs} cells agree on ${axes.length === 0 ? "all axes that both grids have (none)" : axes.map(({ name }) => name).join(", ")}`
  }
  const rest = (side: "A" | "B", plan: RecordedPlan, own: ReadonlyArray<PlannedCell>, other: ReadonlyArray<PlannedCell>, letter: string) =>
    plan.cells.filter((cell) => !taken.has(cell)).map((cell): Unpaired => ({ side, cell, reason: reasonOf(cell, own, other, letter) }))
  return {
    pairs: [...pairs].sort((x, y) => x.a.index - y.a.index),
    unpaired: [...rest("A", a, ofA, ofB, "B"), ...rest("B", b, ofB, ofA, "A")]
  }
}
