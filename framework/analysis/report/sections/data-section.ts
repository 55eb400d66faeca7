import type { RecordedPlan } from "../../../journal/RecordedPlan.ts"
import type { AdviceFigure, KeptAdvice } from "../../DataAdvice.ts"
import {
  advised, caveat, contaminationSentence, dataSentence, dataTable, leftOutRows, missingAdvice, partsTable, placesTable, ratiosTable, type TableText
} from "../../data-notes.ts"
import type { DataOutcome, ExperimentOutcomes } from "../../ExperimentOutcomes.ts"
import { csv } from "../../csv.ts"
import { fileName, percent } from "../../format.ts"
import { legend } from "../figures/series.ts"
import { csvLink, Html, html } from "../html.ts"

/** What was trained on: its parts, where the answer is first derived, what a prefix keeps of that, and what was left out. */
export const dataSection = (plan: RecordedPlan, { data }: ExperimentOutcomes): Html => {
  const contamination = contaminationSentence(plan)
  return html`<section id="data">
<h2>The data</h2>
<p>${dataSentence(plan)}${contamination === null ? "" : ` ${contamination}`}</p>
${data.length < 2 ? null : html`<h3>What cells train on</h3>${table(`${plan.experiment}-data`, dataTable(data))}`}
${data.length === 0 ? withoutAdviser(plan) : data.map((one, place) => outcome(plan, one, place, data.length))}
${leftOut(plan, data.length)}
</section>`
}

/** A plan of an older version: all that it knows itself. */
const withoutAdviser = ({ data }: RecordedPlan): Html => {
  const { answer, cot, prompt } = data.meanTokens
  const total = Math.max(1, prompt + cot + answer)
  return html`<p class="note">Mean tokens: prompt ${prompt.toFixed(1)} (${percent(prompt / total)}), thought ${cot.toFixed(1)} (${percent(cot / total)}), answer ${answer.toFixed(1)} (${percent(answer / total)}). ${(data.advice ?? []).join(" ")}</p>`
}

const outcome = (plan: RecordedPlan, one: DataOutcome, place: number, all: number): Html => {
  const title = all < 2 ? null : html`<h3>${one.name}</h3>`
  const missing = missingAdvice(one)
  if (one.kept === null) return html`${title}<p class="note">${missing}</p>`
  const body = looked(one.kept, place, fileName(`${plan.experiment}${one.name === "" ? "" : `-${one.name}`}`))
  return place === 0 ? html`${title}${body}` : html`<details><summary>${one.name}</summary>${body}</details>`
}

/** Heat maps of words stand apart from what decides about a ratio. */
const isOfWords = ({ id }: AdviceFigure): boolean => id.startsWith("markers")

const looked = ({ advice, figures, text }: KeptAdvice, place: number, name: string): Html => {
  const drawn = (which: ReadonlyArray<AdviceFigure>) => which.map((figure) => html`<div><p class="panel-title">${figure.title}</p>${legend(figure.key)}${svgOf(figure, place)}</div>`)
  const [words, others] = [figures.filter(isOfWords), figures.filter((figure) => !isOfWords(figure))]
  const { recommendation, warnings } = advice
  return html`<p><b>${advised(advice)}</b> ${recommendation === null ? null : `${recommendation.reason}. ${caveat}`}</p>
${warnings.length === 0 ? null : html`<ul class="plain">${warnings.map(({ text }) => html`<li>${text}</li>`)}</ul>`}
${others.length === 0 ? null : html`<figure><div class="panels">${drawn(others)}</div>
<figcaption>In ${advice.unit.describe}, as they are trained on. A place is where the first derivation ends; dashed: the half. Bars: 95 % intervals, samples of one problem as one draw.
<a class="data" download="${name}-advice.json" href="data:application/json;charset=utf-8,${encodeURIComponent(text)}">All numbers of these figures (JSON)</a></figcaption></figure>`}
${tableOf(`${name}-parts-of-data`, "Parts", partsTable(advice))}
${tableOf(`${name}-derivation`, "Where the answer is first derived", placesTable(advice))}
${tableOf(`${name}-prefix`, "What a prefix keeps", ratiosTable(advice))}
${words.length === 0 ? null : html`<details><summary>Markers of thinking, by tenth</summary><figure><div class="panels">${drawn(words)}</div>
<figcaption>Phrases of a list per 1,000 ${advice.unit.name}: patterns of words, not a reading of the text. One scale for both.</figcaption></figure></details>`}`
}

/** Ids within the drawing are unique on the page: another data's figure has the same ones. */
const svgOf = ({ svg }: AdviceFigure, place: number): Html =>
  new Html(svg.replaceAll(/(?<=\bid=")|(?<=url\(#)/gu, `data${place}-`))

const tableOf = (name: string, title: string, text: TableText): Html | null => text.rows.length === 0 ? null : html`<h3>${title}</h3>${table(name, text)}`

const table = (name: string, { head, rows }: TableText): Html => html`<p class="note">${csvLink(name, csv(head, rows))}</p><div class="scroll stick" tabindex="0"><table>
<thead><tr>${head.map((name, place) => place === 0 ? html`<th class="words" scope="col">${name}</th>` : html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...others]) => html`<tr><th scope="row">${first ?? ""}</th>${others.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody>
</table></div>`

const leftOut = (plan: RecordedPlan, all: number): Html | null => {
  const rows = leftOutRows(plan)
  if (plan.data.tally === undefined) return null
  if (rows.length === 0) return html`<h3>What was left out</h3><p class="note">Nothing: every record that was read is used.</p>`
  return html`<h3>What was left out${all < 2 ? null : " of the first cell's data"}</h3>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">reason</th><th scope="col">training</th><th scope="col">validation</th><th class="words" scope="col">for example</th></tr></thead>
<tbody>${rows.map(({ example, reason, train, validation }) => html`<tr><th scope="row">${reason}</th><td>${train}</td><td>${validation ?? "-"}</td><td class="words">${example}</td></tr>`)}</tbody>
</table></div>`
}
