/** The tidy tables as CSV. Columns are only ever added, at the end of their group. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { axisText } from "./axis-values.ts"
import { csv, type CsvValue } from "./csv.ts"
import type { Band } from "./claims/bands.ts"
import type { Curve } from "./curves.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { rules } from "./item-tables.ts"
import type { Retention } from "./retention.ts"
import type { CellRow, TidyTables } from "./tidy.ts"

const interval = (retention: Retention): ReadonlyArray<CsvValue> =>
  retention.kind === "baseline"
    ? [1, null, null, "baseline"]
    : retention.kind === "measured"
      ? [retention.interval.estimate, retention.interval.low, retention.interval.high, retention.interval.method]
      : [null, null, null, retention.kind]

/** Columns of a tier: score and matched retention, each with its interval. */
const tierColumns = (tier: string): ReadonlyArray<string> =>
  ["", "_low", "_high"].map((end) => `tier_${tier}${end}`).concat(["", "_low", "_high"].map((end) => `tier_${tier}_matched${end}`))

const tierValues = (row: CellRow, tier: string): ReadonlyArray<CsvValue> => {
  const of = row.tiers.find((one) => one.tier === tier)
  const { score } = of ?? { score: null }
  return [score?.estimate, score?.low, score?.high, ...(of === undefined ? [null, null, null] : interval(of.matched).slice(0, 3))]
}

/** pass@k of the primary rule has columns only where items have several samples; pass@1 is avg@n. */
const passColumns = (cells: ReadonlyArray<CellRow>): ReadonlyArray<number> =>
  [...new Set(cells.flatMap(({ passes }) => passes.map(({ k }) => k)))].sort((a, b) => a - b)

const passValues = ({ passes }: CellRow, ks: ReadonlyArray<number>): ReadonlyArray<CsvValue> => ks.flatMap((k) => {
  const score = passes.find((pass) => pass.k === k)?.score
  return [score?.estimate, score?.low, score?.high]
})

export const cellsCsv = (plan: RecordedPlan, { cells }: TidyTables): string => {
  const tiers = [...new Set(cells.flatMap((row) => row.tiers.map(({ tier }) => tier)))].sort()
  const ks = passColumns(cells)
  return csv(
    ["cell", "name", "evaluation", "role", "status", "alias_of", "reason", ...plan.axes.map(({ path }) => path), "items", "seeds_planned", "seeds_scored",
      ...rules.flatMap((rule) => [rule, `${rule}_low`, `${rule}_high`]), "finish_rate", "thought_closed_rate", "tokens_generated",
      ...(ks.length === 0 ? [] : ["samples"]), ...ks.flatMap((k) => [`pass_at_${k}`, `pass_at_${k}_low`, `pass_at_${k}_high`]),
      ...["matched", "reference"].flatMap((against) => ["retention", "retention_low", "retention_high", "retention_method"].map((name) => `${against}_${name}`)),
      "matched_gain", "matched_gain_low", "matched_gain_high",
      "tokens", "targets", "seconds", "peak_bytes", "activation_bytes", "flops_standalone", "flops_marginal",
      "heldout_prompt", "heldout_cot", "heldout_answer", "heldout_all", ...tiers.flatMap(tierColumns)],
    cells.map((row) => [
      row.cell, row.name, row.evaluation, row.role, row.status, row.aliasOf, row.reason, ...plan.axes.map(({ path }) => axisText(row.axes[path])),
      row.items, row.seedsPlanned.length, row.seedsScored.length,
      ...rules.flatMap((rule) => [row.scores[rule]?.estimate, row.scores[rule]?.low, row.scores[rule]?.high]),
      row.answering?.finishRate, row.answering?.thoughtClosedRate, row.answering?.tokensGenerated,
      ...(ks.length === 0 ? [] : [row.samples]), ...passValues(row, ks),
      ...interval(row.retention.matched), ...interval(row.retention.reference), ...gain(row),
      row.cost?.tokens, row.cost?.targets, row.cost?.seconds, row.cost?.peakBytes, row.cost?.activationBytes, row.cost?.flopsStandalone, row.cost?.flopsMarginal,
      ...["prompt_", "cot_", "answer_", ""].map((segment) => row.heldout[`heldout/${segment}cross_entropy`]),
      ...tiers.flatMap((tier) => tierValues(row, tier))
    ])
  )
}

const gain = ({ retention: { matched } }: CellRow): ReadonlyArray<CsvValue> =>
  matched.kind === "measured" && matched.gain !== null ? [matched.gain.estimate, matched.gain.low, matched.gain.high] : [null, null, null]

export const trialsCsv = (plan: RecordedPlan, { trials }: TidyTables): string =>
  csv(
    ["trial", "cell", "name", "seed", "status", "attempts", "reused_from",
      ...plan.evaluations.flatMap(({ name }) => rules.map((rule) => `${name}_${rule}`)),
      "tokens", "targets", "seconds", "peak_bytes", "activation_bytes", "flops_standalone", "flops_marginal"],
    trials.map((row) => [
      row.trial, row.cell, row.name, row.seed, row.status, row.attempts, row.reusedFrom,
      ...plan.evaluations.flatMap(({ name }) => rules.map((rule) => row.scores[name]?.[rule])),
      row.cost?.tokens, row.cost?.targets, row.cost?.seconds, row.cost?.peakBytes, row.cost?.activationBytes, row.cost?.flopsStandalone, row.cost?.flopsMarginal
    ])
  )

/** A row a point of a curve. */
export const curvesTable = (curves: ReadonlyArray<Curve>, bands: ReadonlyArray<Band>) => ({
  columns: ["evaluation", "role", "curve", "against", "cell", "ratio", "score", "score_low", "score_high", "retention", "retention_low", "retention_high", "final", "alias_of",
    "band_low", "band_high"],
  rows: curves.flatMap((curve) => {
    const band = bands.find(({ key }) => key === curve.key)
    return curve.points.map((p): ReadonlyArray<CsvValue> => {
      const ends = band?.points.find(({ cell }) => cell === p.cell)
      return [
        curve.evaluation, curve.role, curve.name, curve.against, p.cell, p.ratio, p.score, p.scoreLow, p.scoreHigh, p.retention, p.low, p.high, p.final, p.aliasOf,
        ends?.low, ends?.high
      ]
    })
  })
})

export const curvesCsv = (curves: ReadonlyArray<Curve>, bands: ReadonlyArray<Band>): string => {
  const { columns, rows } = curvesTable(curves, bands)
  return csv(columns, rows)
}

/** One row an item, sample and student: what every score and interval is made from. Verdicts are 1 or 0. */
export const itemsCsv = (plan: RecordedPlan, outcomes: ExperimentOutcomes): string => {
  const students = [
    ...plan.evaluations.flatMap(({ name }) => [
      { student: "base student", cell: null, seed: null, evaluation: name, step: plan.baseStudent?.[name] },
      { student: "teacher", cell: null, seed: null, evaluation: name, step: plan.teacher?.[name] }
    ]),
    ...plan.cells.filter(({ status }) => status === "distinct").flatMap((cell) =>
      cell.trials.flatMap((trial) =>
        Object.entries(trial.evaluations).map(([evaluation, { score }]) => ({ student: cell.name, cell: cell.index, seed: trial.seed, evaluation, step: score }))
      )
    )
  ]
  const budgets = Math.max(0, ...plan.evaluations.map(({ thoughtTokens }) => thoughtTokens.length))
  return csv(
    ["evaluation", "student", "cell", "seed", "item", "sample", "tier", "strict", "lenient", "first",
      ...Array.from({ length: budgets }, (_, place) => `forced_${place}`), "finished", "thought_closed", "tokens"],
    students.flatMap(({ cell, evaluation, seed, step, student }) =>
      (outcomes.scores.get(step ?? "") ?? []).map((line) => [
        evaluation, student, cell, seed, line.item, line.sample, line.tier, Number(line.strict), Number(line.lenient), Number(line.first),
        ...Array.from({ length: budgets }, (_, place) => (line.forced[place] === undefined ? null : Number(line.forced[place]))),
        Number(line.finished), Number(line.thoughtClosed), line.tokens
      ])
    )
  )
}
