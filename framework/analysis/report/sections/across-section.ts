import { ratioText } from "../../format.ts"
import type { Judgements } from "../../Judgements.ts"
import { type Html, html } from "../html.ts"

/** One figure a cell over several benchmarks; nothing where there is one. */
export const acrossSection = ({ across }: Judgements): Html | null => across.length === 0 ? null : html`<section id="across">
<h2>Over all benchmarks</h2>
<p class="note">Retention over ${across[0]!.evaluations.join(", ")}: the mean of log ratios counts every benchmark alike; the ratio of mean scores counts those with high scores more. Against the ${across[0]!.against} baseline.</p>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">cell</th><th scope="col">mean of log ratios<small>95 %</small></th><th scope="col">ratio of means</th><th scope="col">seeds</th></tr></thead>
<tbody>${across.map(({ cellName, meanOfLogRatios: { estimate, high, low }, ratioOfMeans, seeds }) =>
  html`<tr><th scope="row">${cellName}</th><td>${ratioText(estimate)}<small>${ratioText(low)} to ${ratioText(high)}</small></td><td>${ratioText(ratioOfMeans)}</td><td>${seeds}</td></tr>`)}</tbody>
</table></div></section>`
