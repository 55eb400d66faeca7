/** Retention curves over the truncation ratio: one a combination of the other axes. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { CellRow } from "./tidy.ts"

export interface CurvePoint {
  readonly cell: number
  readonly ratio: number
  readonly ratioPercent: number
  /** index of the cell whose trials these are, else null */
  readonly aliasOf: number | null
  /** all planned seeds of the cell and of its baseline are scored: nothing more will change it */
  readonly final: boolean
  /** under the primary rule; null until a seed is scored */
  readonly score: number | null
  readonly scoreLow: number | null
  readonly scoreHigh: number | null
  /** against `Curve.against`; null where waiting or not defined; a baseline is 1 without interval */
  readonly retention: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface Curve {
  /** unique within the experiment, made of evaluation, role and the other axes' values */
  readonly key: string
  /** for people: the other axes' values; "all" where there are none */
  readonly name: string
  readonly evaluation: string
  readonly role: CellRow["role"]
  readonly against: "matched" | "reference"
  /** by rising ratio */
  readonly points: ReadonlyArray<CurvePoint>
  readonly final: boolean
}

/** Curves of the rows of `tidy`; cells left out, and cells without a ratio, are on none. */
export const curves = (plan: RecordedPlan, cells: ReadonlyArray<CellRow>): ReadonlyArray<Curve> => {
  const groups = new Map<string, Array<CellRow>>()
  for (const row of cells) {
    if (row.ratio === null || row.status === "left-out") continue
    const key = [row.evaluation, row.role, row.curve].join(" | ")
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  const against = plan.cells.some(({ baselines }) => baselines.matched !== null) ? "matched" : "reference"
  return [...groups].map(([key, rows]) => {
    const points = [...rows].sort((a, b) => a.ratio! - b.ratio!).map((row) => point(plan, cells, row, against))
    const { curve, evaluation, role } = rows[0]!
    return { key, name: curve === "" ? "all" : curve, evaluation, role, against, points, final: points.every((p) => p.final) }
  })
}

const isScored = (row: CellRow): boolean =>
  row.seedsPlanned.length > 0 && row.seedsScored.length === row.seedsPlanned.length

const point = (
  plan: RecordedPlan,
  cells: ReadonlyArray<CellRow>,
  row: CellRow,
  against: Curve["against"]
): CurvePoint => {
  const retention = row.retention[against]
  const score = row.scores[plan.primaryRule]
  const measured = retention.kind === "measured" ? retention.interval : null
  const baseline = plan.cells.find(({ index }) => index === row.cell)?.baselines[against]
  const baselineRow = cells.find((other) => other.cell === baseline && other.evaluation === row.evaluation)
  const one = retention.kind === "baseline" ? 1 : null
  return {
    cell: row.cell,
    ratio: row.ratio!,
    // 0.29 * 100 is 28.999...: the decimal as written is meant
    ratioPercent: Number((row.ratio! * 100).toPrecision(12)),
    aliasOf: row.aliasOf,
    final: isScored(row) && (baselineRow === undefined || isScored(baselineRow)),
    score: score?.estimate ?? null,
    scoreLow: score?.low ?? null,
    scoreHigh: score?.high ?? null,
    retention: measured?.estimate ?? one,
    low: measured?.low ?? one,
    high: measured?.high ?? one
  }
}
