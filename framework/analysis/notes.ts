/** Sentences that must stand beside the numbers: what they do not allow, what was merged, left out, failed. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { seedsForPopulation } from "../statistics/mean-estimate.ts"
import type { JudgedClaim } from "./claims/JudgedClaim.ts"
import { verdictSummary } from "./claims/words.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { plural } from "./format.ts"
import { baselineMargin, generalises, points } from "./retention.ts"
import type { CellRow, TidyTables } from "./tidy.ts"

export const ruleNames: Readonly<Record<RecordedPlan["primaryRule"], string>> = {
  strict: "delimited answer (strict)",
  lenient: "last derived value (lenient)",
  first: "first complete derivation (first)",
  forced: "thought ended at its budget (forced)"
}

/** What may be concluded: null where nothing forbids a verdict. */
export const caution = (plan: RecordedPlan): string | null =>
  plan.seeds.length >= seedsForPopulation ? null : `not for conclusions: ${plural(plan.seeds.length, "seed")}`

/** The line under the title. A verdict needs a claim, enough seeds and all results; what is judged is told as it stands. */
export const verdictLine = (plan: RecordedPlan, tables: TidyTables, judged: ReadonlyArray<JudgedClaim>): string => {
  if (plan.seeds.length < seedsForPopulation) return `No verdict: ${plural(plan.seeds.length, "seed")}.`
  const open = tables.trials.filter(({ status }) => status === "waiting" || status === "running").length
  const toRun = open === 0 ? "" : `${plural(open, "trial")} of ${tables.trials.length} still to run.`
  if (judged.length === 0) return toRun === "" ? "No verdict: the spec makes no claim." : `No verdict yet: ${toRun}`
  return `${verdictSummary(judged)}${toRun === "" ? "" : ` ${toRun}`}`
}

export interface BaselineNote {
  readonly cell: string
  readonly evaluation: string
  /** margin over the base student, e.g. "+71.3 points (66.0 to 76.7)" */
  readonly margin: string
  /** the lower end of the margin's interval is above 0 */
  readonly beats: boolean
  /** the margin itself is at least 20 points */
  readonly byTwentyPoints: boolean
}

/** Every distinct cell that serves as a baseline, and by how much it beats the base student. */
export const baselineNotes = (plan: RecordedPlan, outcomes: ExperimentOutcomes): ReadonlyArray<BaselineNote> => {
  const used = new Set(plan.cells.flatMap(({ baselines }) => [baselines.matched, baselines.reference]))
  return plan.evaluations.flatMap(({ name }) =>
    plan.cells
      .filter((cell) => used.has(cell.index) && cell.status === "distinct")
      .flatMap((cell) => {
        const margin = baselineMargin(plan, outcomes, cell, name, plan.primaryRule)
        if (margin === null) return []
        const text = points(margin)
        return [{ cell: cell.name, evaluation: name, margin: text, beats: margin.low > 0, byTwentyPoints: margin.estimate >= 0.2 }]
      })
  )
}

/** "ratio=0.5 ... is ratio=0.5 ...": cells that share another's trials. */
export const aliasNotes = (plan: RecordedPlan): ReadonlyArray<{ readonly alias: string; readonly of: string }> =>
  plan.cells.flatMap((cell) => {
    const of = plan.cells.find(({ index }) => index === cell.aliasOf)
    return cell.status === "alias" && of !== undefined ? [{ alias: cell.name, of: of.name }] : []
  })

export const leftOutNotes = (plan: RecordedPlan): ReadonlyArray<{ readonly cell: string; readonly reason: string }> =>
  plan.cells.flatMap(({ name, reason, status }) =>
    status === "left-out" ? [{ cell: name, reason: reason ?? "no reason given" }] : []
  )

export const failureNotes = (tables: TidyTables): ReadonlyArray<{ readonly trial: string; readonly why: string }> =>
  tables.trials.flatMap(({ attempts, failure, name, seed, status }) =>
    status === "failed"
      ? [{ trial: `${name} seed ${seed}`, why: `${failure?.reason ?? "unknown"} after ${plural(attempts, "attempt")}: ${failure?.message ?? ""}` }]
      : []
  )

/** Reasons, each once, why a retention is not defined, with the number of cells it concerns. */
export const undefinedNotes = (
  cells: ReadonlyArray<CellRow>,
  against: "matched" | "reference"
): ReadonlyArray<{ readonly reason: string; readonly cells: number }> => {
  const counts = new Map<string, number>()
  for (const row of cells) {
    const retention = row.retention[against]
    if (retention.kind !== "not-defined" || row.status === "left-out") continue
    counts.set(retention.reason, (counts.get(retention.reason) ?? 0) + 1)
  }
  return [...counts].map(([reason, count]) => ({ reason, cells: count }))
}

/** A baseline that scores more than this leaves no room above it. */
const ceiling = 0.97

/** Said once an evaluation whose baselines stand at the ceiling: differences near it cannot show. */
export const ceilingNotes = (plan: RecordedPlan, cells: ReadonlyArray<CellRow>): ReadonlyArray<string> => {
  const used = new Set(plan.cells.flatMap(({ baselines }) => [baselines.matched, baselines.reference]))
  const atCeiling = cells.filter((row) =>
    used.has(row.cell) && row.status === "distinct" && (row.scores[plan.primaryRule]?.estimate ?? 0) > ceiling)
  return [...new Set(atCeiling.map(({ evaluation }) => evaluation))].map((evaluation) => {
    const count = atCeiling.filter((row) => row.evaluation === evaluation).length
    return `Ceiling: ${plural(count, "baseline")} of ${evaluation} ${count === 1 ? "scores" : "score"} above ${100 * ceiling} %, so that cells ` +
      "near it cannot be told apart; a harder tier would show more."
  })
}

/** Cells whose interval speaks of fewer students than the plan's seeds promise, since some are not scored. */
export const fewSeedsNotes = (plan: RecordedPlan, cells: ReadonlyArray<CellRow>): ReadonlyArray<string> =>
  plan.seeds.length < seedsForPopulation
    ? []
    : cells.flatMap(({ name, retention, status }) => {
        const { matched, reference } = retention
        const seeds = [matched, reference].flatMap((one) => (one.kind === "measured" ? [one.seeds.length] : []))
        return status === "distinct" && seeds.some((count) => count < seedsForPopulation)
          ? [`${name}: ${plural(Math.min(...seeds), "seed")} scored, interval ${generalises(Math.min(...seeds))}`]
          : []
      })

/** What the intervals of this experiment speak of. */
export const generalisation = (plan: RecordedPlan): string => `95 % intervals ${generalises(plan.seeds.length)}`
