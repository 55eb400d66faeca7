import { percent } from "../../format.ts"
import { ruleNames } from "../../notes.ts"
import type { CellRow, ModelRow } from "../../tidy.ts"
import { type EvaluationView, shortName } from "../EvaluationView.ts"
import { type Html, html } from "../html.ts"

/** Rows with several samples an item, as texts: name, samples, avg@n, then pass@k for each k; null where there is none. */
export const samplesTable = (
  { cells, models, plan }: Pick<EvaluationView, "cells" | "models" | "plan">
): { readonly head: ReadonlyArray<string>; readonly rows: ReadonlyArray<ReadonlyArray<string>> } | null => {
  const sampled = [...cells, ...models].filter(({ passes, samples }) => samples !== null && samples > 1 && passes.length > 0)
  if (sampled.length === 0) return null
  const ks = [...new Set(sampled.flatMap(({ passes }) => passes.map(({ k }) => k)))].filter((k) => k > 1).sort((a, b) => a - b)
  const withInterval = (score: { readonly estimate: number; readonly low: number; readonly high: number } | null | undefined) =>
    score === null || score === undefined ? "" : `${percent(score.estimate)} (${percent(score.low)} to ${percent(score.high)})`
  const name = (row: CellRow | ModelRow) => ("model" in row ? row.model : shortName(row))
  return {
    head: ["cell", "samples", "avg@n", ...ks.map((k) => `pass@${k}`)],
    rows: sampled.map((row) => [
      name(row), String(row.samples), withInterval(row.scores[plan.primaryRule]),
      ...ks.map((k) => withInterval(row.passes.find((pass) => pass.k === k)?.score))
    ])
  }
}

export const samplesNote = (plan: EvaluationView["plan"]): string =>
  `Scored by the ${ruleNames[plan.primaryRule]}. avg@n is the mean of all n samples of an item; pass@k the chance that at least one of k is right, ` +
  "estimated without bias for k up to n/2. In brackets 95 % intervals."

/** avg@n and pass@k, where items have several samples. */
export const samplesSection = (view: EvaluationView): Html | null => {
  const table = samplesTable(view)
  if (table === null) return null
  return html`<section id="${view.id}-samples">
<h2>Several samples an item</h2>
<p class="note">${samplesNote(view.plan)}</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr>${table.head.map((text, place) => html`<th${place === 0 ? html` class="words"` : null} scope="col">${text}</th>`)}</tr></thead>
<tbody>${table.rows.map(([name, ...values]) => html`<tr><th scope="row">${name!}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>`)}</tbody>
</table></div>
</section>`
}
