import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"

/** Path of the axis that curves are drawn over. */
export const ratioPath = "sequence.truncate.ratio"

/** The cell's truncation ratio; null where the grid has no such axis. A ratio may be kept with its text as written. */
export const ratioOf = (cell: PlannedCell): number | null => numberOf(cell.axes[ratioPath])

const numberOf = (value: unknown): number | null => {
  if (typeof value === "number") return value
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value)
  if (typeof value === "object" && value !== null) {
    const held = value as { readonly value?: unknown; readonly text?: unknown }
    return numberOf(held.value) ?? numberOf(held.text)
  }
  return null
}

/** An axis' value in one short word: a set is joined by "+", a number stands as it is. */
export const axisText = (value: unknown): string => {
  if (value === null || value === undefined) return "none"
  if (Array.isArray(value)) return value.map(axisText).join("+")
  if (typeof value !== "object") return String(value)
  const number = numberOf(value)
  return number === null ? JSON.stringify(value) : String(number)
}

/** Axes on which this plan's cells differ, in the plan's order. */
export const varyingAxes = (plan: RecordedPlan): RecordedPlan["axes"] =>
  plan.axes.filter(({ path }) => new Set(plan.cells.map((cell) => axisText(cell.axes[path]))).size > 1)

/** The words of a cell on an axis; null where its block leaves that axis as the spec has it. */
export const wordOf = (cell: PlannedCell, path: string): string | null =>
  cell.words === undefined ? (path in cell.axes ? axisText(cell.axes[path]) : null) : cell.words[path] ?? null

/** The cell on all varying axes but the ratio: what names its curve. "" where there is no other. */
export const curveName = (plan: RecordedPlan, cell: PlannedCell): string =>
  varyingAxes(plan).flatMap(({ name, path }) => {
    const word = path === ratioPath ? null : wordOf(cell, path)
    return word === null ? [] : [(name === "supervise" ? "" : `${name} `) + word]
  }).join(", ")

/** Thought budgets that a cell (null: a model beside the cells) is scored at under an evaluation: an axis may vary them. */
export const budgetsOf = (plan: RecordedPlan, cell: PlannedCell | null, evaluation: string): ReadonlyArray<number> => {
  const place = plan.evaluations.findIndex(({ name }) => name === evaluation)
  const own = cell?.axes[`evaluate.${place}.thoughtTokens`]
  if (typeof own === "number") return [own]
  if (Array.isArray(own) && own.every((budget) => typeof budget === "number")) return own
  return plan.evaluations[place]?.thoughtTokens ?? []
}

/** Names of the columns for forced answers: by budget, unless an axis gives each cell budgets of its own. */
export const forcedColumns = (
  evaluation: RecordedPlan["evaluations"][number],
  rows: ReadonlyArray<{ readonly forcedBudgets: ReadonlyArray<{ readonly thoughtTokens: number }> }>
): ReadonlyArray<string> => {
  const declared = evaluation.thoughtTokens.join()
  if (rows.every(({ forcedBudgets }) => forcedBudgets.map(({ thoughtTokens }) => thoughtTokens).join() === declared)) {
    return evaluation.thoughtTokens.map((budget) => `forced ${budget}`)
  }
  const most = Math.max(...rows.map(({ forcedBudgets }) => forcedBudgets.length))
  return Array.from({ length: most }, (_, place) => most === 1 ? "forced, own budget" : `forced, own budget ${place + 1}`)
}
