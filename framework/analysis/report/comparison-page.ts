/** Two experiments beside each other: one HTML file that needs nothing else and runs no script. */
import { against, comparisonCsv, differenceText, meaning, pairName, retentionOf, scoreOf, summary, testNames } from "../comparison/comparison-words.ts"
import type { ComparedCell, Comparison, Side } from "../comparison/Comparison.ts"
import { curves } from "../curves.ts"
import { pText } from "../format.ts"
import { percentOf } from "./EvaluationView.ts"
import { drawFigure, type Figure } from "./figures/Figure.ts"
import { panel } from "./figures/panel.ts"
import { ratioFigure, type RatioPoint } from "./figures/ratio-figure.ts"
import { legend, type Series, seriesOf } from "./figures/series.ts"
import { csvLink, Html, html } from "./html.ts"
import { style } from "./style.ts"

export const comparisonPage = async (comparison: Comparison): Promise<string> => {
  const { a, b, remarks, unpaired } = comparison
  const title = `${a.plan.experiment} and ${b.plan.experiment}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}: Leadspan comparison</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<p class="kicker">Leadspan comparison</p>
<h1>${title}</h1>
<dl class="pairs">${[question("A", a), question("B", b)]}</dl>
<div class="verdict"><p><strong>${summary(comparison)}</strong> ${meaning(comparison)}</p></div>
${remarks.length === 0 ? null : html`<ul class="plain">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
</header>
<main>
${await differencesSection(comparison)}
${fieldsSection(comparison)}
<section id="unpaired"><h2>Without a partner</h2>
${unpaired.length === 0 ? html`<p class="note">Every cell has one.</p>` : html`<ul class="plain">${unpaired.map(({ cell, reason, side }) => html`<li>${side}: ${cell.name}: ${reason}</li>`)}</ul>`}</section>
<section id="reproduce"><h2>How to reproduce</h2><pre>${[...new Set([...a.outcomes.commands, ...b.outcomes.commands, `npx leadspan report ${a.plan.experiment} ${b.plan.experiment}`])].join("\n")}</pre></section>
</main>
<footer>Made by Leadspan ${a.outcomes.versions["leadspan"] ?? ""} from the journals of “${a.plan.experiment}” (A) and “${b.plan.experiment}” (B). The same results give the same file.</footer>
</body>
</html>
`.text
}

const question = (letter: string, { plan }: Side): Html =>
  html`<dt>${letter}</dt><dd><b>${plan.experiment}</b> ${plan.description} <span class="note">${plan.specFile}; seeds ${plan.seeds.join(", ")}</span></dd>`

const differencesSection = async (comparison: Comparison): Promise<Html> => {
  const { a, b, rows, rule } = comparison
  const figures = await drawn(comparison)
  return html`<section id="differences"><h2>Differences</h2>
${figures === null ? null : html`<figure>${legend(figures.key)}<div class="panels">${figures.all.map(panel)}</div></figure>`}
<p class="note">Scores by the ${rule} rule; retention against the ${against(comparison)} baseline of each experiment itself; both on all items of their own. ${csvLink(`${a.plan.experiment}-${b.plan.experiment}`, comparisonCsv(comparison))}</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">cell</th><th scope="col">score A</th><th scope="col">score B</th><th scope="col">B less A<small>95 %</small></th><th scope="col">p<small>test</small></th><th scope="col">adjusted p</th><th scope="col">items, seeds</th><th scope="col">retention A<small>retention B</small></th></tr></thead>
<tbody>${rows.map((row) => tableRow(comparison, row))}</tbody></table></div></section>`
}

const tableRow = (comparison: Comparison, row: ComparedCell): Html => {
  const { a, b, by, difference, sharedTrials } = row
  const shared = difference.kind === "same-trials" || sharedTrials === 0 ? "" : `${sharedTrials} trials in common`
  const name = html`<th scope="row">${pairName(row)}<small>${[a.evaluation === b.evaluation ? a.evaluation : `${a.evaluation} | ${b.evaluation}`, ...(by === "trials" ? ["paired by trials"] : []), ...(shared === "" ? [] : [shared])].join(", ")}</small></th>`
  const ends = html`<td>${retentionOf(comparison, a)}<small>${retentionOf(comparison, b)}</small></td>`
  const scores = html`<td>${scoreOf(comparison, a)}</td><td>${scoreOf(comparison, b)}</td>`
  if (difference.kind !== "measured") return html`<tr class="model">${name}${scores}<td class="words" colspan="4">${differenceText(difference)}</td>${ends}</tr>`
  const { adjustedP, items, seeds, test } = difference
  return html`<tr>${name}${scores}<td>${differenceText(difference)}</td><td>${pText(test.p)}<small>${testNames[test.method]}</small></td><td>${pText(adjustedP)}</td><td>${items}, ${seeds.length}</td>${ends}</tr>`
}

/** Differences over the ratio, and the scores of both where so many curves can be read. */
const drawn = async (comparison: Comparison): Promise<{ readonly key: ReadonlyArray<Series>; readonly all: ReadonlyArray<Figure> } | null> => {
  const points = comparison.rows.flatMap(({ a, difference }): ReadonlyArray<RatioPoint> => {
    const place = { curve: a.curve === "" ? "all" : a.curve, isAlias: a.status === "alias" }
    if (a.ratio === null || a.role !== "cell" || a.evaluation !== comparison.evaluations[0]?.a) return []
    const ratioPercent = percentOf(a.ratio)
    if (difference.kind === "same-trials") return [{ ...place, ratioPercent, value: 0, low: null, high: null }]
    return difference.kind === "measured" ? [{ ...place, ratioPercent, value: difference.interval.estimate, low: difference.interval.low, high: difference.interval.high }] : []
  })
  if (points.length === 0) return null
  const key = seriesOf(curves(comparison.a.plan, comparison.rows.map(({ a }) => a)).filter(({ role }) => role === "cell"))
  const text = points.map(({ curve, ratioPercent, value }) => `${curve} at ${ratioPercent} %: ${(100 * value).toFixed(1)} points`).join("; ")
  const spec = ratioFigure({ points, series: key, yTitle: "Score of B less score of A", format: "+.0%", domain: [-0.05, 0.05], references: [{ value: 0, text: "no difference" }], width: 560, height: 280 })
  return { key, all: [await drawFigure("differences", "Difference in score over the kept part", text, spec, key)] }
}

const fieldsSection = ({ fields }: Comparison): Html => html`<section id="specs"><h2>What differs between the specs</h2>
${fields.length === 0 ? html`<p class="note">Nothing: they say the same.</p>` : html`<div class="scroll" tabindex="0"><table><thead><tr><th class="words" scope="col">field</th><th class="words" scope="col">A</th><th class="words" scope="col">B</th></tr></thead>
<tbody>${fields.map(({ a, b, field }) => html`<tr><th scope="row"><code>${field}</code></th><td class="words">${a ?? "-"}</td><td class="words">${b ?? "-"}</td></tr>`)}</tbody></table></div>`}</section>`
