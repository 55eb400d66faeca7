import type { RecordedPlan } from "../../../journal/RecordedPlan.ts"
import { percent, plural, ratioText } from "../../format.ts"
import { generalises } from "../../retention.ts"
import { verdictLine } from "../../notes.ts"
import type { TidyTables } from "../../tidy.ts"
import type { JudgedClaim } from "../../claims/JudgedClaim.ts"
import type { ExperimentOutcomes } from "../../ExperimentOutcomes.ts"
import type { EvaluationView } from "../EvaluationView.ts"
import { type Html, html } from "../html.ts"
import { verdictsSection } from "./verdicts-section.ts"

/** Title, question, verdicts and the facts that a reader looks for first. */
export const head = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables, views: ReadonlyArray<EvaluationView>, judged: ReadonlyArray<JudgedClaim>
): Html => {
  const seeds = plan.seeds.length
  const few = seeds < 3
  return html`<header>
<p class="kicker">Leadspan report</p>
<h1>${plan.experiment}</h1>
${plan.description === "" ? null : html`<p class="question">${plan.description}</p>`}
<div class="verdict${few ? " caution" : ""}">
<p><strong>${verdictLine(plan, tables, judged)}</strong> ${few
    ? `Not for conclusions: intervals are ${generalises(seeds)}; how much another training run would differ is not known from fewer than 3 seeds.`
    : `Intervals are ${generalises(seeds)}.`}</p>
</div>
${verdictsSection(plan, judged, outcomes.claims)}
<dl class="facts">${facts(plan, tables, views).map(
    ({ name, value, more }) => html`<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`
  )}</dl>
</header>`
}

/** One sentence a curve, at half of the sequence or else its shortest part. Facts, no verdicts; twins are told once. */
export const inWords = ({ against, curves, series }: EvaluationView): ReadonlyArray<Html> =>
  curves.flatMap((curve) => {
    const told = curve.points.filter(({ aliasOf, low, ratio }) => ratio < 1 && low !== null && aliasOf === null)
    const shown = told.find(({ ratioPercent }) => ratioPercent === 50) ?? told[0]
    if (shown === undefined || shown.retention === null || shown.low === null || shown.high === null) return []
    const subject = series.length < 2 ? "Kept" : `${curve.name}: kept`
    return [
      html`<li>${subject} to ${shown.ratioPercent} % of each sequence, retention is <b>${ratioText(shown.retention)}</b> (95 % interval ${ratioText(shown.low)} to ${ratioText(shown.high)}) of the ${against} baseline.</li>`
    ]
  })

/** What a reader looks for first. */
export const facts = (plan: RecordedPlan, tables: TidyTables, views: ReadonlyArray<EvaluationView>) => {
  const count = (status: string) => plan.cells.filter((cell) => cell.status === status).length
  const done = tables.trials.filter(({ status }) => status === "done" || status === "reused").length
  const failed = tables.trials.filter(({ status }) => status === "failed").length
  const first = views[0]
  const items = first === undefined ? 0 : Math.max(0, ...[...first.cells, ...first.models].map((row) => row.items))
  const score = (model: string) => first?.models.find((row) => row.model === model)?.scores[plan.primaryRule]?.estimate
  const teacher = score("teacher")
  const base = score("base student")
  return [
    { name: "Cells", value: String(plan.cells.length), more: `${count("distinct")} distinct, ${count("alias")} the same, ${count("left-out")} left out` },
    { name: "Trials", value: `${done} of ${tables.trials.length}`, more: failed === 0 ? "done" : `done, ${failed} failed` },
    { name: "Test items", value: String(items), more: first === undefined ? "" : `${first.evaluation.name}, ${plural(first.evaluation.samples, "sample")} each` },
    { name: "Training seeds", value: String(plan.seeds.length), more: plan.seeds.join(", ") },
    ...(teacher === undefined ? [] : [{ name: "Teacher", value: percent(teacher), more: plan.primaryRule }]),
    ...(base === undefined ? [] : [{ name: "Base student", value: percent(base), more: "before training" }])
  ]
}
