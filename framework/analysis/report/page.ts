/** The report: one HTML file that needs nothing else, the same bytes for the same results. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { type TidyTables, tidy } from "../tidy.ts"
import { evaluationViews } from "./EvaluationView.ts"
import { Html, html } from "./html.ts"
import { cellsSection } from "./sections/cells-section.ts"
import { costSection } from "./sections/cost-section.ts"
import { curvesSection } from "./sections/curves-section.ts"
import { dataSection } from "./sections/data-section.ts"
import { gridSection } from "./sections/grid-section.ts"
import { head, inWords } from "./sections/head.ts"
import { heatSection } from "./sections/heat-section.ts"
import { heldoutSection } from "./sections/heldout-section.ts"
import { reproduceSection } from "./sections/reproduce-section.ts"
import { rulesSection } from "./sections/rules-section.ts"
import { style } from "./style.ts"

/** The whole page. It holds no script and may load nothing, which its own policy says as well. */
export const reportHtml = async (
  plan: RecordedPlan,
  outcomes: ExperimentOutcomes,
  tables: TidyTables = tidy(plan, outcomes)
): Promise<string> => {
  const views = evaluationViews(plan, outcomes, tables)
  const sections: Array<Html> = []
  for (const view of views) {
    if (views.length > 1) sections.push(html`<h2 class="evaluation">${view.evaluation.name}</h2>`)
    const drawn = [await curvesSection(view), heatSection(view), rulesSection(view), await costSection(view), await heldoutSection(view), cellsSection(view)]
    sections.push(...drawn.filter((section) => section !== null))
  }
  const words = views.flatMap(inWords)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${plan.experiment}: Leadspan report</title>
<style>${new Html(style)}</style>
</head>
<body>
${head(plan, tables, views)}
${words.length === 0 ? null : html`<ul class="plain words">${words}</ul>`}
<nav aria-label="Sections">${links(views[0]?.id ?? "", sections)}</nav>
<main>
${sections}
${dataSection(plan, outcomes)}
${gridSection(plan, outcomes, tables)}
${reproduceSection(plan, outcomes, tables)}
</main>
<footer>Made by Leadspan ${outcomes.versions["leadspan"] ?? ""} from the journal of “${plan.experiment}”. The same results give the same file.</footer>
</body>
</html>
`.text
}

const titles = [
  ["curves", "Curves"], ["parts", "Parts"], ["rules", "Scoring rules"], ["cost", "Cost"], ["heldout", "Held-out loss"], ["cells", "All cells"]
] as const

/** Links to the first evaluation's sections that are there, and to those that always are. */
const links = (id: string, sections: ReadonlyArray<Html>): ReadonlyArray<Html> => [
  ...titles
    .filter(([name]) => sections.some(({ text }) => text.startsWith(`<section id="${id}-${name}"`)))
    .map(([name, title]) => html`<a href="#${id}-${name}">${title}</a>`),
  html`<a href="#data">The data</a>`,
  html`<a href="#grid">Merged and left out</a>`,
  html`<a href="#reproduce">Reproduce</a>`
]
