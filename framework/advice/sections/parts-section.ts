import { csvLink, type Html, html } from "../../analysis/report/html.ts"
import type { Advice } from "../Advice.ts"
import { partColours, partNames } from "../figures/parts-figure.ts"
import { lengthsOf, partsOf } from "../figures.ts"
import { count, percent } from "../words.ts"

const keys = ["0.05", "0.25", "0.5", "0.75", "0.95"] as const

/** How long the parts are. */
export const partsSection = async (advice: Advice): Promise<Html> => {
  const { lengths, unit } = advice
  const [parts, whole] = [await partsOf(advice), await lengthsOf(advice)]
  const { shares } = advice.groups[0]!
  const rows = [
    ["prompt", lengths.prompt, shares.prompt], ["thought", lengths.cot, shares.cot], ["answer", lengths.answer, shares.answer], ["whole", lengths.whole, 1]
  ] as const
  const csv = [`part,share,mean,${keys.map((key) => `q${key}`).join(",")}`,
    ...rows.map(([name, held, share]) => [name, share, held!.mean, ...keys.map((key) => held!.quantiles[key])].join(","))].join("\n")
  return html`<section id="parts">
<h2>Parts and lengths</h2>
<figure>
<ul class="legend key">${partNames.map((name, place) => html`<li><i style="background:${partColours[place]!}"></i>${name}</li>`)}</ul>
<div class="panels"><div><p class="panel-title">${parts.title}</p>${parts.svg}</div><div><p class="panel-title">${whole.title}</p>${whole.svg}</div></div>
<figcaption>Shares are of all ${unit.name}, so long traces count for more. ${csvLink("parts", csv)}</figcaption>
</figure>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">${unit.name}</th><th scope="col">share</th><th scope="col">mean</th>${keys.map((key) => html`<th scope="col">${key === "0.5" ? "median" : percent(Number(key))}</th>`)}</tr></thead>
<tbody>${rows.map(([name, held, share]) => html`<tr><th scope="row">${name}</th><td>${percent(share)}</td><td>${count(held!.mean)}</td>${keys.map((key) => html`<td>${count(held!.quantiles[key]!)}</td>`)}</tr>`)}</tbody>
</table></div>
</section>`
}
