/** The report: one HTML file that needs nothing else, the same bytes for the same results. */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { type Judgements, judgements } from "../Judgements.ts"
import { type TidyTables, tidy } from "../tidy.ts"
import { exploredItems } from "../explorer/explorer-data.ts"
import { scriptSource } from "../explorer/explorer-script.ts"
import { type EvaluationView, evaluationViews, shortName } from "./EvaluationView.ts"
import type { Figure, Section } from "./figures/Figure.ts"
import { Html, html } from "./html.ts"
import { acrossSection } from "./sections/across-section.ts"
import { cellsSection } from "./sections/cells-section.ts"
import { costSection } from "./sections/cost-section.ts"
import { curvesSection } from "./sections/curves-section.ts"
import { dataSection } from "./sections/data-section.ts"
import { differencesSection } from "./sections/differences-section.ts"
import { explorerSection } from "./sections/explorer-section.ts"
import { gridSection } from "./sections/grid-section.ts"
import { head, inWords } from "./sections/head.ts"
import { heatSection } from "./sections/heat-section.ts"
import { heldoutSection } from "./sections/heldout-section.ts"
import { reproduceSection } from "./sections/reproduce-section.ts"
import { rulesSection } from "./sections/rules-section.ts"
import { samplesSection } from "./sections/samples-section.ts"
import { tiersSection, tierVerdictsSection } from "./sections/tiers-section.ts"
import { style } from "./style.ts"

export interface Report {
  /** the whole page */
  readonly page: string
  /** what is drawn on it, in the page's order */
  readonly figures: ReadonlyArray<Figure>
}

/** The page alone. */
export const reportHtml = async (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables?: TidyTables): Promise<string> =>
  (await report(plan, outcomes, tables)).page

const withoutFigures = (body: Html | null): Section | null => (body === null ? null : { body, figures: [] })

/**
 * The page, and its figures. It may load nothing and run nothing but its own one script, which its policy says as well: scripts are
 * allowed by digest, so that nothing that stands in results could ever run.
 */
export const report = async (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables = tidy(plan, outcomes),
  all: Judgements = judgements(plan, outcomes, tables)
): Promise<Report> => {
  const views = evaluationViews(plan, outcomes, tables, all)
  const sections: Array<Html> = []
  const figures: Array<Figure> = []
  for (const view of views) {
    if (views.length > 1) sections.push(html`<h2 class="evaluation">${view.evaluation.name}</h2>`)
    const drawn = [
      await curvesSection(view), await heatSection(view), await tiersSection(view), withoutFigures(differencesSection(view)), await costSection(view),
      withoutFigures(rulesSection(view)), withoutFigures(samplesSection(view)), await heldoutSection(view), withoutFigures(cellsSection(view))
    ].filter((section) => section !== null)
    sections.push(...drawn.map(({ body }) => body))
    figures.push(...drawn.flatMap((section) => section.figures))
  }
  const items = explorerSection(exploredItems(plan, outcomes, (cell) => nameOfCell(views, cell)))
  const words = views.flatMap(inWords)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src ${new Html(scriptSource)}; base-uri 'none'; form-action 'none'">
<title>${plan.experiment}: Leadspan report</title>
<style>${new Html(style)}</style>
</head>
<body>
${head(plan, outcomes, tables, views, all.claims)}
${words.length === 0 ? null : html`<ul class="plain words">${words}</ul>`}
<nav aria-label="Sections">${links(views[0]?.id ?? "", sections, { hasTiers: all.tiers.verdicts.length > 0, hasItems: items !== null })}</nav>
<main>
${tierVerdictsSection(all)}
${acrossSection(all)}
${sections}
${items}
${dataSection(plan, outcomes)}
${gridSection(plan, outcomes, tables)}
${reproduceSection(plan, outcomes, tables)}
</main>
<footer>Made by Leadspan ${outcomes.versions["leadspan"] ?? ""} from the journal of “${plan.experiment}”. The same results give the same file.</footer>
</body>
</html>
`.text
  return { page, figures }
}

const nameOfCell = (views: ReadonlyArray<EvaluationView>, cell: number): string => {
  const row = views[0]?.cells.find((one) => one.cell === cell)
  return row === undefined ? `cell ${cell}` : shortName(row)
}

const titles = [
  ["curves", "Curves"], ["parts", "Parts"], ["tiers", "By difficulty"], ["differences", "Differences"], ["cost", "Cost"], ["rules", "Scoring rules"], ["samples", "Samples"], ["heldout", "Held-out loss"], ["cells", "All cells"]
] as const

/** Links to the first evaluation's sections that are there, and to those that always are. */
const links = (id: string, sections: ReadonlyArray<Html>, { hasItems, hasTiers }: { readonly hasItems: boolean; readonly hasTiers: boolean }): ReadonlyArray<Html> => [
  html`<a href="#verdicts">Verdicts</a>`,
  ...(hasTiers ? [html`<a href="#tier-verdicts">Hard items</a>`] : []),
  ...titles
    .filter(([name]) => sections.some(({ text }) => text.startsWith(`<section id="${id}-${name}"`)))
    .map(([name, title]) => html`<a href="#${id}-${name}">${title}</a>`),
  ...(hasItems ? [html`<a href="#items">Items that flip</a>`] : []),
  html`<a href="#data">The data</a>`,
  html`<a href="#grid">Merged and left out</a>`,
  html`<a href="#reproduce">Reproduce</a>`
]
