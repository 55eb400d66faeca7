import { legend } from "../../analysis/report/figures/series.ts"
import { csvLink, type Html, html } from "../../analysis/report/html.ts"
import type { Advice } from "../Advice.ts"
import { ratiosOf } from "../figures.ts"
import { caveat } from "../warnings.ts"
import { matcherNames, percent, withInterval } from "../words.ts"

/** For each ratio, what is left of derivation, thought and answer. */
export const ratiosSection = async (advice: Advice): Promise<Html> => {
  const { ratios, recommendation } = advice
  const figure = await ratiosOf(advice)
  const matchers = [...new Set(advice.groups[0]!.places.map(({ matcher }) => matcher))].filter((matcher) => ratios[0]!.holds[matcher] !== null)
  const csv = [`ratio,kept,${matchers.join(",")},thought,thought_whole,answer_begins,answer_whole`,
    ...ratios.map((row) => [row.ratio, row.kept, ...matchers.map((matcher) => row.holds[matcher]?.estimate ?? ""), row.thought,
      row.thoughtWhole?.estimate ?? "", row.answerBegins?.estimate ?? "", row.answerWhole?.estimate ?? ""].join(","))].join("\n")
  return html`<section id="ratios">
<h2>What a prefix keeps</h2>
<p class="note">A prefix of ratio r is the first floor(r T) of T ${advice.unit.name}. Derivations are of those samples that hold one. ${caveat}</p>
<figure>${legend(figure.series)}<div class="panels" style="--panel:640px"><div>${figure.svg}</div></div>
<figcaption>Bars: 95 % intervals. Points at one ratio are set slightly apart. ${csvLink("ratios", csv)}</figcaption></figure>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">ratio</th>${matchers.map((matcher) => html`<th scope="col">derivation kept<small>${matcherNames[matcher]}</small></th>`)}<th scope="col">thought kept<small>mean</small></th><th scope="col">thought's end<small>kept</small></th><th scope="col">answer<small>begins</small></th><th scope="col">answer<small>whole</small></th><th scope="col">${advice.unit.name}<small>kept</small></th></tr></thead>
<tbody>${ratios.map((row) => html`<tr${row.ratio === recommendation?.ratio ? html` class="chosen"` : null}><th scope="row">${row.ratio}${row.ratio === recommendation?.ratio ? " (advised)" : ""}</th>${matchers.map((matcher) => html`<td>${withInterval(row.holds[matcher] ?? null)}</td>`)}<td>${percent(row.thought)}</td><td>${withInterval(row.thoughtWhole)}</td><td>${withInterval(row.answerBegins)}</td><td>${withInterval(row.answerWhole)}</td><td>${percent(row.kept)}</td></tr>`)}</tbody>
</table></div>
</section>`
}
