import { csv } from "../../csv.ts"
import { percent, ratioText } from "../../format.ts"
import type { CellRow } from "../../tidy.ts"
import { type EvaluationView, percentOf } from "../EvaluationView.ts"
import { cellHeatFigure, type HeatCell } from "../figures/cell-heat-figure.ts"
import { drawFigure, type Section } from "../figures/Figure.ts"
import { panel } from "../figures/panel.ts"
import { csvLink, type Html, html } from "../html.ts"

const lineCharacters = 22

/** A long name on several lines. */
const broken = (name: string): string => name.split(" ").reduce((lines, word) =>
  `${lines}${lines === "" ? "" : lines.length - lines.lastIndexOf("\n") - 1 + word.length >= lineCharacters ? "\n" : " "}${word}`, "")

/** What a cell's two numbers are, as values and as words. */
interface Shown {
  readonly score: number | null
  readonly retention: number | null
  /** "" where there is a number */
  readonly instead: string
}

const shownOf = ({ against, plan }: EvaluationView, row: CellRow | undefined): Shown => {
  if (row === undefined) return { score: null, retention: null, instead: "" }
  if (row.status === "left-out") return { score: null, retention: null, instead: "left out" }
  const score = row.scores[plan.primaryRule]?.estimate ?? null
  const retention = row.retention[against]
  const value = retention.kind === "measured" ? retention.interval.estimate : retention.kind === "baseline" ? 1 : null
  return { score, retention: value, instead: score === null ? (row.failed ? "failed" : "to run") : value === null ? "none" : "" }
}

/** Which part is needed: the other axes down, the ratio across; score and retention as two figures, with intervals as a table. */
export const heatSection = async (view: EvaluationView): Promise<Section | null> => {
  const cells = view.cells.filter(({ ratio, role }) => ratio !== null && role === "cell")
  const ratios = [...new Set(cells.map(({ ratio }) => ratio!))].sort((a, b) => a - b)
  const curves = [...new Set(cells.map(({ curve }) => curve))]
  if (cells.length === 0) return null
  const rows = curves.map((curve) => (curve === "" ? "all" : curve))
  const columns = ratios.map((ratio) => `${percentOf(ratio)} %`)
  const drawnRows = rows.map(broken)
  const grid = curves.flatMap((curve, down) => ratios.map((ratio, across) => {
    const row = cells.find((one) => one.curve === curve && one.ratio === ratio)
    return { row, down: rows[down]!, across: columns[across]!, shown: shownOf(view, row) }
  }))
  const heat = (title: string, key: "score" | "retention", text: (value: number) => string, domain: readonly [number, number]) => {
    const drawn = grid.filter(({ row }) => row !== undefined).map(({ across, down, row, shown }): HeatCell => {
      const value = shown[key]
      return { row: broken(down), column: across, value, text: value === null ? shown.instead : `${row?.status === "alias" ? "= " : ""}${text(value)}` }
    })
    const described = drawn.map(({ column, row, text }) => `${row.replaceAll("\n", " ")} at ${column}: ${text}`).join("; ")
    return drawFigure(`${view.id}-heat-${key}`, title, described,
      cellHeatFigure({ cells: drawn, rows: drawnRows, columns, domain, xTitle: "Part of the sequence that is kept" }))
  }
  const measured = grid.flatMap(({ shown }) => shown.retention ?? [])
  const figures = [
    await heat("Score", "score", (value) => `${(100 * value).toFixed(0)} %`, [0, 1]),
    ...(measured.some((value) => value !== 1)
      ? [await heat(`Retention against the ${view.against} baseline`, "retention", ratioText, [Math.min(0.5, ...measured), Math.max(1, ...measured)])]
      : [])
  ]
  return {
    figures,
    body: html`<section id="${view.id}-parts">
<h2>Which part is needed?</h2>
<p class="note">Supervised segments down, the kept part across. Stronger colour is more; “=” marks the trials of another cell, a dashed frame a cell without a number; an empty place is not in the grid.</p>
<figure><div class="panels">${figures.map(panel)}</div></figure>
<details class="numbers"><summary>The numbers, with 95 % intervals</summary>
<p class="note">Score, and below it retention against the ${view.against} baseline. ${csvLink(`${view.plan.experiment}-parts`, dataCsv(view, grid))}</p>
<div class="scroll stick" tabindex="0"><table class="heat">
<thead><tr><th class="words" scope="col">supervised</th>${columns.map((column) => html`<th scope="col">${column} kept</th>`)}</tr></thead>
<tbody>${rows.map((name) => html`<tr><th scope="row">${name}</th>${grid.filter(({ down }) => down === name).map(({ row }) => heatCell(view, row))}</tr>`)}</tbody>
</table></div></details>
</section>`
  }
}

const dataCsv = ({ against, plan }: EvaluationView, grid: ReadonlyArray<{ readonly down: string; readonly row: CellRow | undefined }>): string => csv(
  ["supervised", "ratio", "cell", "score", "score_low", "score_high", "retention", "retention_low", "retention_high", "state"],
  grid.flatMap(({ down, row }) => {
    if (row === undefined) return []
    const score = row.scores[plan.primaryRule]
    const retention = row.retention[against]
    const interval = retention.kind === "measured" ? retention.interval : null
    return [[down, row.ratio, row.name, score?.estimate, score?.low, score?.high, interval?.estimate, interval?.low, interval?.high,
      row.status === "left-out" ? "left-out" : retention.kind]]
  })
)

const heatCell = ({ against, plan }: EvaluationView, row: CellRow | undefined): Html => {
  if (row === undefined) return html`<td class="empty">not in the grid</td>`
  if (row.status === "left-out") return html`<td class="empty" title="${row.reason ?? ""}">left out</td>`
  const score = row.scores[plan.primaryRule]
  if (score === null) return html`<td class="empty">${row.failed ? "failed" : "to run"}</td>`
  const retention = row.retention[against]
  const below =
    retention.kind === "measured"
      ? `${ratioText(retention.interval.estimate)} (${ratioText(retention.interval.low)} to ${ratioText(retention.interval.high)})`
      : retention.kind === "baseline" ? "baseline" : retention.kind === "not-defined" ? "not defined" : "waiting"
  return html`<td style="--share:${(score.estimate * 100).toFixed(1)}%"><b>${row.status === "alias" ? "= " : ""}${percent(score.estimate)}</b><small>${below}</small></td>`
}
