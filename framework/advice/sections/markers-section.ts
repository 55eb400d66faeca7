import { csvLink, type Html, html } from "../../analysis/report/html.ts"
import type { Advice } from "../Advice.ts"
import { markersOf } from "../figures.ts"
import { markerRates } from "../marker-rates.ts"

/** By which words the thoughts go on, and where. */
export const markersSection = async (advice: Advice): Promise<Html | null> => {
  const figures = await markersOf(advice)
  if (figures.length === 0) return null
  const rates = markerRates(advice.sets.map(({ markers }) => markers.thought))
  const csv = ["set,class,tenth_of_the_thought,markers,units", ...advice.sets.flatMap(({ markers: { thought } }, set) =>
    Object.entries(thought.counts).flatMap(([name, counts]) => counts.map((count, tenth) => [set, name, tenth + 1, count, thought.units[tenth]].join(","))))].join("\n")
  return html`<section id="markers">
<h2>Markers of thinking</h2>
<p class="note">Markers per 1,000 ${advice.unit.name}: phrases of a list (<code>marker-classes.json</code>), whole words, not a reading of the text.</p>
<figure><div class="panels">${figures.map(({ svg, title }) => html`<div><p class="panel-title">${title}</p>${svg}</div>`)}</div>
<figcaption>Stronger colour is more; one scale for all panels. ${csvLink("markers", csv)}</figcaption></figure>
<details><summary>The numbers of the first panel</summary>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">class</th>${Array.from({ length: 10 }, (_, tenth) => html`<th scope="col">${tenth + 1}</th>`)}<th scope="col">mean</th></tr></thead>
<tbody>${rates.map(({ mean, name, tenths }) => html`<tr><th scope="row">${name}</th>${tenths.map((rate) => html`<td>${rate.toFixed(2)}</td>`)}<td>${mean.toFixed(2)}</td></tr>`)}</tbody>
</table></div></details>
</section>`
}
