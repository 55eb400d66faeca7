/** One evaluation of a report as Markdown: every number of the page's sections. */
import { forcedColumns } from "../axis-values.ts"
import { dominated } from "../front.ts"
import { compact, mebibytes, nats, pText, percent, ratioText, secondsText } from "../format.ts"
import { rules } from "../item-tables.ts"
import { generalisation, ruleNames } from "../notes.ts"
import { testNames } from "../paired-words.ts"
import { points } from "../retention.ts"
import { retentionText } from "../table.ts"
import type { CellRow, ModelRow } from "../tidy.ts"
import { type EvaluationView, percentOf, shortName } from "./EvaluationView.ts"
import { escape, grid } from "./markdown-text.ts"
import { costPanels, pricedRows } from "./sections/priced-rows.ts"
import { samplesNote, samplesTable } from "./sections/samples-section.ts"

export const evaluationBlocks = (view: EvaluationView): ReadonlyArray<string> => [
  `## ${escape(view.evaluation.name)}`,
  `Score: ${ruleNames[view.plan.primaryRule]}. Retention against the ${view.against} baseline; ${generalisation(view.plan)}. "=" marks the trials of another cell.`,
  cellsTable(view),
  ...bandBlocks(view),
  ...tierBlocks(view),
  ...differenceBlocks(view),
  ...costBlocks(view),
  ...ruleBlocks(view),
  ...sampleBlocks(view),
  ...heldoutBlocks(view)
]

const shown = ({ cells }: EvaluationView): ReadonlyArray<CellRow> => cells.filter(({ status }) => status !== "left-out")

const scoreOf = ({ plan }: EvaluationView, row: CellRow | ModelRow): ReadonlyArray<string> => {
  const score = row.scores[plan.primaryRule]
  return score === null ? ["failed" in row && row.failed ? "failed" : "", ""] : [percent(score.estimate), `${percent(score.low)} to ${percent(score.high)}`]
}

const gainOf = ({ retention: { matched } }: CellRow): string =>
  matched.kind === "baseline" ? "baseline" : matched.kind !== "measured" ? "" : matched.gain === null ? "not defined"
    : `${ratioText(matched.gain.estimate)}, ${ratioText(matched.gain.low)} to ${ratioText(matched.gain.high)}`

const spaced = (text: string): string => text.replace(/ {2,}/gu, ", ")

const cellsTable = (view: EvaluationView): string => grid(
  ["cell", "seeds", "score", "95 %", "retention, matched", "retention, reference", "gain retention, matched", "tokens", "targets", "seconds", "peak", "activations", "FLOPs", "FLOPs, store shared"],
  [
    ...shown(view).map((row) => [
      shortName(row), `${row.seedsScored.length} of ${row.seedsPlanned.length}`, ...scoreOf(view, row),
      spaced(retentionText(row.retention.matched)), spaced(retentionText(row.retention.reference)), gainOf(row),
      ...(row.cost === null ? ["", "", "", "", "", "", ""] : [
        compact(row.cost.tokens), compact(row.cost.targets), secondsText(row.cost.seconds), mebibytes(row.cost.peakBytes), mebibytes(row.cost.activationBytes),
        compact(row.cost.flopsStandalone), compact(row.cost.flopsMarginal)
      ])
    ]),
    ...view.models.map((row) => [row.model, "", ...scoreOf(view, row), "", "", "", "", "", "", "", "", "", ""])
  ]
)

const bandBlocks = ({ bands, curves }: EvaluationView): ReadonlyArray<string> => {
  const rows = curves.flatMap((curve) => (bands.find(({ key }) => key === curve.key)?.points ?? []).map(({ estimate, high, low, ratio }) =>
    [curve.name, `${percentOf(ratio)} %`, ratioText(estimate), `${ratioText(low)} to ${ratioText(high)}`]))
  return rows.length === 0 ? [] : ["### Retention curves with bands that hold for a whole curve at once", grid(["curve", "kept", "retention", "95 % band, simultaneous"], rows)]
}

const tierBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const rows = shown(view).flatMap((row) => row.tiers.map(({ items, matched, score, tier }) =>
    [shortName(row), tier, String(items), score === null ? "" : percent(score.estimate), score === null ? "" : `${percent(score.low)} to ${percent(score.high)}`, spaced(retentionText(matched))]))
  return rows.length === 0 ? [] : ["### Score by difficulty", grid(["cell", "tier", "items", "score", "95 %", "retention, matched"], rows)]
}

const differenceBlocks = ({ cells, differences, evaluation }: EvaluationView): ReadonlyArray<string> => {
  const nameOf = (cell: number, otherwise: string) => {
    const row = cells.find((one) => one.cell === cell)
    return row === undefined ? otherwise : shortName(row).replace(/^= /u, "")
  }
  const rows = differences.filter((row) => row.evaluation === evaluation.name).map(({ baseline, baselineName, cell, cellName, instead, measured }) => [
    nameOf(cell, cellName), nameOf(baseline, baselineName),
    ...(measured === null ? [instead, "", "", "", "", "", ""] : [
      points(measured.interval), pText(measured.p), testNames[measured.method], measured.adjustedP === null ? "declared" : pText(measured.adjustedP),
      String(measured.lost), String(measured.gained), `${measured.items}, ${measured.seeds}`
    ])
  ])
  return rows.length === 0 ? [] : [
    "### Paired differences",
    "Score less the baseline's on the same items and seeds; adjusted p by Benjamini and Hochberg over all cells that no claim names: exploratory.",
    grid(["cell", "less baseline", "difference, 95 %", "p", "test", "adjusted p", "items lost", "gained", "items, seeds"], rows)
  ]
}

const costBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const rows = pricedRows(view)
  if (rows.length === 0) return []
  const columns = costPanels.map(({ of, title }) => ({ title, isDominated: dominated(rows.map(({ cost, score }) => ({ cost: of(cost), score: score.estimate }))) }))
  return [
    "### Cost and quality",
    "A cell is dominated where another costs no more and scores no less, by the estimates; the others are the front.",
    grid(["cell", "score", ...columns.map(({ title }) => title.toLowerCase())],
      rows.map(({ row, score }, place) => [shortName(row), percent(score.estimate), ...columns.map(({ isDominated }) => (isDominated[place]! ? "dominated" : "front"))]))
  ]
}

const share = (value: number | null | undefined): string => (value === null || value === undefined ? "" : percent(value))

const ruleBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const { evaluation, models } = view
  const forced = forcedColumns(evaluation, [...shown(view), ...models])
  return [
    "### The same outputs under every rule",
    `Guessing scores ${percent(evaluation.chance)}; always the most frequent answer, ${percent(evaluation.majority)}.`,
    grid(
      ["cell", "strict", "lenient", "first", ...forced, "finished", "thought closed", "right if finished", "tokens generated"],
      [...shown(view), ...models].map((row) => [
        "model" in row ? row.model : shortName(row),
        ...rules.filter((rule) => rule !== "forced").map((rule) => share(row.scores[rule]?.estimate)),
        ...forced.map((_, place) => share(row.forcedBudgets[place]?.score?.estimate)),
        share(row.answering?.finishRate), share(row.answering?.thoughtClosedRate), share(row.answering?.scoreGivenFinished), row.answering?.tokensGenerated.toFixed(0) ?? ""
      ])
    )
  ]
}

const sampleBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const table = samplesTable(view)
  return table === null ? [] : ["### Several samples an item", escape(samplesNote(view.plan)), grid(table.head, table.rows)]
}

const heldoutBlocks = (view: EvaluationView): ReadonlyArray<string> => {
  const names = ["prompt", "cot", "answer"]
  const keys = [...names.map((segment) => `heldout/${segment}_cross_entropy`), "heldout/cross_entropy", "heldout/divergence"]
  const deciles = Array.from({ length: 10 }, (_, decile) => `heldout/cross_entropy_decile_${decile}`)
  const table = (head: ReadonlyArray<string>, columns: ReadonlyArray<string>): ReadonlyArray<string> => {
    const rows = shown(view).filter((row) => columns.some((key) => key in row.heldout))
    return rows.length === 0 ? [] : [grid(["cell", ...head], rows.map((row) => [shortName(row), ...columns.map((key) => (row.heldout[key] === undefined ? "" : nats(row.heldout[key])))]))]
  }
  const [segments, tenths] = [table([...names, "all", "divergence"], keys), table(deciles.map((_, place) => `${place * 10}-${(place + 1) * 10} %`), deciles)]
  return segments.length === 0 ? [] : ["### Cross-entropy on whole validation traces, nats a token", ...segments, ...(tenths.length === 0 ? [] : ["By tenth of the sequence:", ...tenths])]
}
