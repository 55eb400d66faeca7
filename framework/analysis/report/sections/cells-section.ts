import { compact, mebibytes, percent, ratioText, secondsText } from "../../format.ts"
import { caution } from "../../notes.ts"
import type { Retention } from "../../retention.ts"
import type { CellRow } from "../../tidy.ts"
import { type EvaluationView, shortName } from "../EvaluationView.ts"
import { type Html, html } from "../html.ts"

/** Every cell with every number. */
export const cellsSection = (view: EvaluationView): Html => {
  const { plan } = view
  const groups = [
    { name: "", rows: view.cells.filter(({ role }) => role === "cell") },
    { name: "Controls", rows: view.cells.filter(({ role }) => role === "control") }
  ].filter(({ rows }) => rows.length > 0)
  const warning = caution(plan)
  return html`<section id="${view.id}-cells">
<h2>All cells</h2>
<p class="note">Gain retention: (score less the base student's) over the same of the baseline, so that nothing is credited that the untrained student knew.
Tokens, targets, seconds and FLOPs are means of a trial, memory is the largest seen. FLOPs: with the teacher's pass over the kept part, and below it training alone, the teacher's answers being stored once for the grid.${warning === null ? "" : ` Label: ${warning}.`}</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">cell</th><th scope="col">seeds</th><th scope="col">score<small>95 %</small></th><th scope="col">retention<small>matched</small></th><th scope="col">retention<small>reference</small></th><th scope="col">gain retention<small>matched</small></th><th scope="col">tokens</th><th scope="col">targets</th><th scope="col">seconds</th><th scope="col">peak<small>activations</small></th><th scope="col">FLOPs<small>store shared</small></th></tr></thead>
<tbody>${groups.flatMap(({ name, rows }) => [
    ...(name === "" ? [] : [html`<tr class="group"><th colspan="11">${name}</th></tr>`]),
    ...rows.map((row) => cellRow(view, row))
  ])}${view.models.map((row) => {
    const score = row.scores[plan.primaryRule]
    return html`<tr class="model"><th scope="row">${row.model}</th><td></td><td>${score === null ? "" : percent(score.estimate)}<small>${score === null ? "" : `${percent(score.low)} to ${percent(score.high)}`}</small></td><td colspan="8"></td></tr>`
  })}</tbody>
</table></div>
</section>`
}

const cellRow = ({ plan }: EvaluationView, row: CellRow): Html => {
  const name = html`<th scope="row">${shortName(row)}</th>`
  if (row.status === "left-out") return html`<tr class="model">${name}<td class="words" colspan="10">left out: ${row.reason ?? ""}</td></tr>`
  const score = row.scores[plan.primaryRule]
  const { cost } = row
  return html`<tr>${name}<td>${row.seedsScored.length} of ${row.seedsPlanned.length}</td><td>${score === null ? (row.failed ? "failed" : "") : percent(score.estimate)}<small>${score === null ? "" : `${percent(score.low)} to ${percent(score.high)}`}</small></td>${retentionCell(row.retention.matched)}${retentionCell(row.retention.reference)}${gainCell(row.retention.matched)}${cost === null
    ? html`<td colspan="5"></td>`
    : html`<td>${compact(cost.tokens)}</td><td>${compact(cost.targets)}</td><td>${secondsText(cost.seconds)}</td><td>${mebibytes(cost.peakBytes)}<small>${mebibytes(cost.activationBytes)}</small></td><td>${compact(cost.flopsStandalone)}<small>${compact(cost.flopsMarginal)}</small></td>`}</tr>`
}

const range = (low: number, high: number): string => `${ratioText(low)} to ${ratioText(high)}`

const retentionCell = (retention: Retention): Html => {
  switch (retention.kind) {
    case "baseline": return html`<td>1<small>baseline</small></td>`
    case "waiting": return html`<td></td>`
    case "not-defined": return html`<td title="${retention.reason}">not defined</td>`
    case "measured": {
      const { estimate, high, low } = retention.interval
      return html`<td title="${retention.label}">${ratioText(estimate)}<small>${range(low, high)}</small></td>`
    }
  }
}

const gainCell = (retention: Retention): Html => {
  if (retention.kind === "baseline") return html`<td>1<small>baseline</small></td>`
  if (retention.kind !== "measured") return html`<td></td>`
  if (retention.gain === null) return html`<td>not defined</td>`
  return html`<td>${ratioText(retention.gain.estimate)}<small>${range(retention.gain.low, retention.gain.high)}</small></td>`
}
