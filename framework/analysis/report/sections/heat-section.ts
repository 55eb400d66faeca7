import { percent, ratioText } from "../../format.ts"
import type { CellRow } from "../../tidy.ts"
import { type EvaluationView, percentOf } from "../EvaluationView.ts"
import { type Html, html } from "../html.ts"

/** Which part is needed: the other axes down, the ratio across, score and retention in each cell. */
export const heatSection = (view: EvaluationView): Html | null => {
  const cells = view.cells.filter(({ ratio, role }) => ratio !== null && role === "cell")
  const ratios = [...new Set(cells.map(({ ratio }) => ratio!))].sort((a, b) => a - b)
  const curves = [...new Set(cells.map(({ curve }) => curve))]
  if (cells.length === 0) return null
  return html`<section id="${view.id}-parts">
<h2>Which part is needed?</h2>
<p class="note">Score, and below it retention against the ${view.against} baseline with its 95 % interval. Stronger colour is a higher score; “=” marks the trials of another cell.</p>
<div class="scroll stick" tabindex="0"><table class="heat">
<thead><tr><th class="words" scope="col">supervised</th>${ratios.map((ratio) => html`<th scope="col">${percentOf(ratio)} % kept</th>`)}</tr></thead>
<tbody>${curves.map(
    (curve) => html`<tr><th scope="row">${curve === "" ? "all" : curve}</th>${ratios.map((ratio) =>
      heatCell(view, cells.find((row) => row.curve === curve && row.ratio === ratio))
    )}</tr>`
  )}</tbody>
</table></div>
</section>`
}

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
