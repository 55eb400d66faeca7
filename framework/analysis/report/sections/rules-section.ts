import type { ScoreInterval } from "../../../statistics/score-interval.ts"
import { forcedColumns } from "../../axis-values.ts"
import { percent } from "../../format.ts"
import type { CellRow, ModelRow } from "../../tidy.ts"
import { type EvaluationView, shortName } from "../EvaluationView.ts"
import { type Html, html } from "../html.ts"

/** The same outputs under every scoring rule: shows what a student learnt and what it forgot to finish. */
export const rulesSection = (view: EvaluationView): Html | null => {
  const cells = view.cells.filter(({ scores }) => scores.strict !== null)
  if (cells.length === 0) return null
  const { evaluation, plan } = view
  const columns = forcedColumns(evaluation, [...cells, ...view.models])
  const budgets = [...new Set([...cells, ...view.models].flatMap(({ forcedBudgets }) => forcedBudgets.map(({ thoughtTokens }) => thoughtTokens)))]
  const header = (rule: string, text: string) =>
    html`<th scope="col">${text}${rule === plan.primaryRule ? html`<small>primary</small>` : html`<small>&nbsp;</small>`}</th>`
  return html`<section id="${view.id}-rules">
<h2>Four ways to score the same outputs</h2>
<p class="note"><b>Strict</b>: the delimited answer. <b>Lenient</b>: else the last derived value. <b>First</b>: the first complete derivation.
<b>Forced</b>: thought ended at a budget of ${budgets.join(" or ")} tokens and the answer asked for. Where <i>first</i> is high and <i>strict</i> low, the derivation was learnt and its ending forgotten: students trained on cut traces never see an end.
Guessing scores ${percent(evaluation.chance)}; always the most frequent answer, ${percent(evaluation.majority)}.</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">cell</th>${header("strict", "strict")}${header("lenient", "lenient")}${header("first", "first")}${columns.map((column, place) =>
    header(place === 0 ? "forced" : "", column)
  )}<th scope="col">finished<small>&nbsp;</small></th><th scope="col">thought closed<small>&nbsp;</small></th><th scope="col">right if finished<small>&nbsp;</small></th><th scope="col">tokens<small>generated</small></th></tr></thead>
<tbody>${cells.map((row) => ruleRow(shortName(row), row, columns.length))}${view.models.map((row) => ruleRow(row.model, row, columns.length))}</tbody>
</table></div>
</section>`
}

const ruleRow = (name: string, row: CellRow | ModelRow, columns: number): Html => {
  const { answering, forcedBudgets, scores } = row
  return html`<tr${"model" in row ? html` class="model"` : null}><th scope="row">${name}</th>${bar(scores.strict)}${bar(scores.lenient)}${bar(scores.first)}${forcedBudgets.map(({ score }) => bar(score))}${Array.from({ length: Math.max(0, columns - forcedBudgets.length) }, () => html`<td></td>`)}${answering === null
    ? html`<td></td><td></td><td></td><td></td>`
    : html`<td>${percent(answering.finishRate)}</td><td>${percent(answering.thoughtClosedRate)}</td><td>${answering.scoreGivenFinished === null ? "none" : percent(answering.scoreGivenFinished)}</td><td>${answering.tokensGenerated.toFixed(0)}</td>`}</tr>`
}

const bar = (score: ScoreInterval | null): Html =>
  score === null
    ? html`<td></td>`
    : html`<td class="bar" style="--share:${(score.estimate * 100).toFixed(1)}%" title="95 % interval ${percent(score.low)} to ${percent(score.high)}">${percent(score.estimate)}</td>`
