/** Cells with too little to supervise are no fault of the spec: they are left out with the reason (docs/sequence.md). */
import type { CellView } from "./view-file.ts"

/** Share of samples without a target above which a cell is left out. */
export const sparseShare = 0.2

export interface TargetCounts {
  /** rows counted (without replay) */
  readonly rows: number
  readonly targets: number
  readonly rowsWithoutTarget: number
  /** targets of each row, [N], replay rows included */
  readonly perRow: Int32Array
  /** kept tokens of the counted rows */
  readonly keptTokens: number
}

/** @param mainRows rows from here on are replay: they always have targets and say nothing about the cell */
export const countTargets = (view: CellView, mainRows: number): TargetCounts => {
  const perRow = new Int32Array(view.starts.length)
  let [targets, rowsWithoutTarget, keptTokens] = [0, 0, 0]
  for (let n = 0; n < perRow.length; n++) {
    for (let i = view.weightOffsets[n]!; i < view.weightOffsets[n + 1]!; i++) if (view.weights[i]! > 0) perRow[n]!++
    if (n >= mainRows) continue
    targets += perRow[n]!
    keptTokens += view.ends[n]! - view.starts[n]!
    if (perRow[n] === 0) rowsWithoutTarget++
  }
  return { rows: Math.min(mainRows, perRow.length), targets, rowsWithoutTarget, perRow, keptTokens }
}

const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} %`

/**
 * Why a cell is left out, or null if it is trained: it has no target at all; or, unless sparse cells are allowed, more than
 * 20 % of its samples or a whole optimiser step have none.
 * @param steps the rows of each optimiser step, replay included
 */
export const reasonToLeaveOut = (
  counts: TargetCounts, steps: Iterable<ReadonlyArray<number>>, allowSparse: boolean
): string | null => {
  if (counts.targets === 0) return "nothing to supervise: no sample has a target"
  if (allowSparse) return null
  if (counts.rowsWithoutTarget > sparseShare * counts.rows) {
    return `too little to supervise: ${percent(counts.rowsWithoutTarget, counts.rows)} of the samples have no target (limit 20 %)`
  }
  let number = 0
  for (const rows of steps) {
    if (!rows.some((row) => counts.perRow[row]! > 0)) return `too little to supervise: optimiser step ${number} has no target`
    number++
  }
  return null
}
