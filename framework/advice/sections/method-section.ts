import { type Html, html } from "../../analysis/report/html.ts"
import type { Advice } from "../Advice.ts"
import { notHeldReasons } from "../not-held.ts"
import { count, percent, reasonsText } from "../words.ts"

/** What was read, what was left out and why, and in what lengths are counted. */
export const methodSection = (advice: Advice): Html => html`<section id="method">
<h2>How it was measured</h2>
<dl class="pairs">
<dt>Lengths</dt><dd>${advice.unit.describe}; ${advice.sequence === "template" ? "of the whole templated sequence" : "prompt, thought and answer as texts, without a chat template"}.</dd>
<dt>told</dt><dd>The data set itself tells where the answer is first derived.</dd>
<dt>strict</dt><dd>The answer stands in the thought, stated as a result.</dd>
<dt>loose</dt><dd>The answer stands in the thought as a value of its own, anywhere.</dd>
<dt>equivalent</dt><dd>An expression in the thought equals the answer as mathematics.</dd>
<dt>Intervals</dt><dd>95 %, Wilson's; where problems repeat, at the effective number of samples.</dd>
${advice.held < advice.samples ? html`<dt>Sample</dt><dd>Quantiles and shares rest on ${count(advice.held)} of ${count(advice.samples)} traces, drawn at random.</dd>` : null}
</dl>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">data set</th><th class="words" scope="col">format</th><th scope="col">used</th><th scope="col">thought never ends<small>among these</small></th><th class="words" scope="col">left out</th></tr></thead>
<tbody>${advice.sets.map(({ format, leftOut, leftOutAt, name, open, used }) => html`<tr><th scope="row">${name}</th><td class="words">${format === null ? "-" : `${format.name} (sure to ${percent(format.score)}): ${format.because}`}</td><td>${count(used)}</td><td>${count(open)}</td><td class="words">${notHeldReasons(leftOut).length === 0 ? "none" : reasonsText({ leftOut, ...(leftOutAt === undefined ? {} : { leftOutAt }) })}</td></tr>`)}</tbody>
</table></div>
</section>`
