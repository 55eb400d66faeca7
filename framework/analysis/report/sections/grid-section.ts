import type { RecordedPlan } from "../../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../../ExperimentOutcomes.ts"
import { aliasNotes, baselineNotes, failureNotes, leftOutNotes } from "../../notes.ts"
import type { TidyTables } from "../../tidy.ts"
import { type Html, html } from "../html.ts"

/** What was merged, left out, reused or failed, and what the baselines are worth. */
export const gridSection = (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables): Html => {
  const aliases = aliasNotes(plan)
  const leftOut = leftOutNotes(plan)
  const failures = failureNotes(tables)
  const reused = tables.trials.filter(({ reusedFrom }) => reusedFrom !== null)
  const baselines = baselineNotes(plan, outcomes)
  return html`<section id="grid">
<h2>Merged, left out, failed</h2>
${list("The same trials under two names", aliases.map(({ alias, of }) => html`<li>${alias} <b>is</b> ${of}</li>`), "No two cells came to the same training data and settings.")}
${list("Left out before anything ran", leftOut.map(({ cell, reason }) => html`<li>${cell}: ${reason}</li>`), "Nothing was left out.")}
${list("Failed", failures.map(({ trial, why }) => html`<li>${trial}: ${why}</li>`), "No trial failed.")}
${reused.length === 0 ? null : list("Reused from other experiments", reused.map(({ name, reusedFrom, seed }) => html`<li>${name}, seed ${seed}: from ${reusedFrom}</li>`), "")}
${baselines.length === 0 ? null : html`<h3>Are the baselines worth comparing with?</h3>
<p class="note">Retention means something only where the full-length student learnt something. Margin over the base student, same items, 95 % interval.</p>
<div class="scroll" tabindex="0"><table><thead><tr><th class="words" scope="col">baseline</th><th class="words" scope="col">evaluation</th><th scope="col">margin over the base student</th><th scope="col">20 points or more</th></tr></thead>
<tbody>${baselines.map(({ beats, byTwentyPoints, cell, evaluation, margin }) => html`<tr><th scope="row">${cell}</th><td class="words">${evaluation}</td><td>${margin}</td><td>${byTwentyPoints ? "yes" : beats ? "no" : "no: retention not defined"}</td></tr>`)}</tbody></table></div>`}
</section>`
}

const list = (title: string, items: ReadonlyArray<Html>, none: string): Html =>
  html`<h3>${title}</h3>${items.length === 0 ? html`<p class="note">${none}</p>` : html`<ul class="plain">${items}</ul>`}`
