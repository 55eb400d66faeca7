/** A cell's axes as MLflow shows them: short names, plain text, numbers as written. */
import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import { safeKey } from "./limits.ts"

/** An axis' value in one word: a set joined by "+", a ratio as its decimal ("0.5"), nothing as "none". */
export const axisWord = (value: unknown): string => {
  if (value === null || value === undefined) return "none"
  if (Array.isArray(value)) return value.map(axisWord).join("+")
  if (typeof value !== "object") return String(value)
  const held = value as { readonly text?: unknown; readonly value?: unknown }
  if (typeof held.text === "string") return held.text
  if (typeof held.value === "number" || typeof held.value === "string") return String(held.value)
  return JSON.stringify(value)
}

/** Column of an axis: what the spec calls `supervise` is shown as the segments it names. */
export const axisKey = (name: string): string => name === "supervise" ? "segments" : safeKey(name).replaceAll("/", "_")

export const isRatio = (path: string): boolean => path === "sequence.truncate.ratio"

/** The cell's own value on every axis of the plan, by column. */
export const axesOf = (plan: RecordedPlan, cell: PlannedCell): Record<string, string> => {
  const words: Record<string, string> = {}
  for (const { path, name } of plan.axes) if (path in cell.axes) words[axisKey(name)] = axisWord(cell.axes[path])
  return words
}

const isSegments = (name: string): boolean => axisKey(name) === "segments"

/** "prompt+cot+answer" -> "PCA": MLflow's list of runs is some twenty letters wide. */
const initials = (word: string): string =>
  /^(prompt|cot|answer)(\+(prompt|cot|answer))*$/.test(word)
    ? word.split("+").map((segment) => segment[0]!.toUpperCase()).join("")
    : word

/** The cell's ratio and segments, e.g. "0.25 PCA"; "" where the grid has neither axis. */
export const cellHead = (plan: RecordedPlan, cell: PlannedCell): string => {
  const axes = plan.axes.filter(({ path }) => path in cell.axes)
  return [
    ...axes.filter(({ path }) => isRatio(path)).map(({ path }) => axisWord(cell.axes[path])),
    ...axes.filter(({ name }) => isSegments(name)).map(({ path }) => initials(axisWord(cell.axes[path])))
  ].join(" ")
}

/** The cell's other axes, e.g. "loss=js temperature=2". */
export const cellRest = (plan: RecordedPlan, cell: PlannedCell): string =>
  plan.axes.filter(({ path, name }) => path in (cell.words ?? cell.axes) && !isRatio(path) && !isSegments(name))
    .map(({ path, name }) => `${axisKey(name)}=${cell.words?.[path] ?? axisWord(cell.axes[path])}`).join(" ")

export interface PlannedRun {
  readonly trial: string
  readonly seed: number
  /** the cell that is really run */
  readonly cell: PlannedCell
  /** cells that equal it: points on their own curves */
  readonly aliases: ReadonlyArray<PlannedCell>
  /** place in the grid */
  readonly order: number
}

/** Every distinct trial of the plan, in the grid's order, with the cells that share it. */
export const plannedRuns = (plan: RecordedPlan): ReadonlyArray<PlannedRun> => {
  const byTrial = new Map<string, { trial: string; seed: number; cell: PlannedCell; aliases: Array<PlannedCell>; order: number }>()
  const owners = plan.cells.filter(({ status }) => status === "distinct")
  const others = plan.cells.filter(({ status }) => status === "alias")
  for (const cell of [...owners, ...others]) {
    for (const { id, seed } of cell.trials) {
      const known = byTrial.get(id)
      if (known === undefined) byTrial.set(id, { trial: id, seed, cell, aliases: [], order: byTrial.size })
      else if (known.cell.index !== cell.index && !known.aliases.includes(cell)) known.aliases.push(cell)
    }
  }
  return [...byTrial.values()]
}
