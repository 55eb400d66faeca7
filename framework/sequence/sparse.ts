/** Cells with too little to supervise are no fault of the spec: they are left out with the reason (docs/sequence.md). */
import type { CellView, ViewRow } from "./view-file.ts"

/** Share of samples without a target above which a cell is left out. */
export const sparseShare = 0.2

/** N rows of the view. */
export interface TargetCounts {
  /** rows counted (without replay): one a phase where the prefix grows */
  readonly rows: number
  readonly targets: number
  readonly rowsWithoutTarget: number
  /** targets of each row, [N], replay rows included */
  readonly perRow: Int32Array
  /** kept tokens of the counted rows */
  readonly keptTokens: number
}

/**
 * Takes rows one after the other, in the order of the view.
 * @param count rows of the view
 * @param isMain whether a row of the prepared data is a sample of the cell: replay rows always have targets and say nothing
 *   about it
 */
export const countRows = (count: number, isMain: (preparedRow: number) => boolean) => {
  const perRow = new Int32Array(count)
  let [at, rows, targets, rowsWithoutTarget, keptTokens] = [0, 0, 0, 0, 0]
  const add = ({ prepared, weights }: ViewRow): void => {
    let own = 0
    for (const weight of weights) if (weight > 0) own++
    perRow[at++] = own
    if (!isMain(prepared)) return
    rows++
    targets += own
    keptTokens += weights.length
    if (own === 0) rowsWithoutTarget++
  }
  const finish = (): TargetCounts => ({ rows, targets, rowsWithoutTarget, perRow, keptTokens })
  return { add, finish }
}

/** @param mainRows rows of the prepared data from here on are replay */
export const countTargets = (view: CellView, mainRows: number): TargetCounts => {
  const counted = countRows(view.count, (prepared) => prepared < mainRows)
  for (let n = 0; n < view.count; n++) counted.add(view.row(n))
  return counted.finish()
}

const percent = (part: number, whole: number) => `${(100 * part / whole).toFixed(1)} %`

/**
 * Why a cell is left out, or null if it is trained: it has no target at all; or, unless sparse cells are allowed, more than
 * 20 % of its samples or a whole optimiser step have none.
 * @param steps the rows of the view that each optimiser step takes, replay included
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
