import { retentionWords } from "../../claims/words.ts"
import { pText, percent, plural } from "../../format.ts"
import type { Judgements } from "../../Judgements.ts"
import { contrastSentence, tierVerdictText } from "../../tier-words.ts"
import type { CellRow } from "../../tidy.ts"
import { type EvaluationView, percentOf, shortName } from "../EvaluationView.ts"
import { drawFigure, type Figure, type Section } from "../figures/Figure.ts"
import { figureData, panel } from "../figures/panel.ts"
import { ratioFigure, type RatioPoint } from "../figures/ratio-figure.ts"
import { legend, type Series } from "../figures/series.ts"
import { type Html, html } from "../html.ts"

/** More curves than this have their tiers as numbers alone. */
const mostPanels = 8

const tierNames = (rows: ReadonlyArray<CellRow>): ReadonlyArray<string> => [...new Set(rows.flatMap(({ tiers }) => tiers.map(({ tier }) => tier)))]

/** Score by tier of difficulty over the ratio, a panel a curve; nothing where all items are of one tier. */
export const tiersSection = async (view: EvaluationView): Promise<Section | null> => {
  const { cells, curves, evaluation, id, plan } = view
  const rows = cells.filter(({ role, status, tiers }) => role === "cell" && status !== "left-out" && tiers.length > 1)
  const names = tierNames(rows)
  if (names.length < 2) return null
  const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"] as const
  const series = names.map((name, place): Series => ({ name, colour: `var(--series-${place % 8})`, shape: shapes[place % shapes.length]! }))
  const figures = await Promise.all(curves.slice(0, mostPanels).map(async (curve, place): Promise<Figure | null> => {
    const points = rows.filter((row) => curve.points.some(({ cell }) => cell === row.cell)).flatMap((row) => row.tiers.flatMap(({ score, tier }): ReadonlyArray<RatioPoint> =>
      score === null || row.ratio === null ? [] : [{ curve: tier, ratioPercent: percentOf(row.ratio), value: score.estimate, low: score.low, high: score.high, isAlias: row.status === "alias" }]))
    if (points.length === 0) return null
    const described = points.map((point) => `${point.curve} at ${point.ratioPercent} %: ${percent(point.value)}`).join("; ")
    return drawFigure(`${id}-tiers-${place}`, `Score by tier: ${curve.name}`, described,
      ratioFigure({ points, series, yTitle: "Score", format: "%", domain: [0, 1.02], width: 330, height: 220 }), series)
  }))
  const drawn = figures.filter((figure) => figure !== null)
  return {
    figures: drawn,
    body: html`<section id="${id}-tiers">
<h2>Score by difficulty</h2>
${drawn.length === 0 ? null : html`<figure>${legend(series)}<div class="panels" style="--panel:300px">${drawn.map(panel)}</div>
<figcaption>Score by tier of difficulty over the part of the sequence that is kept. Bars: 95 % intervals.${curves.length > mostPanels ? ` ${plural(curves.length - mostPanels, "more curve")} in the numbers.` : ""}</figcaption></figure>`}
${figureData({
      name: `${plan.experiment}-${evaluation.name}-tiers`,
      columns: ["cell", "tier", "items", "score", "score_low", "score_high", "retention", "retention_low", "retention_high"],
      rows: rows.flatMap((row) => row.tiers.map(({ items, matched, score, tier }) => {
        const interval = matched.kind === "measured" ? matched.interval : null
        return [shortName(row), tier, items, score?.estimate, score?.low, score?.high, interval?.estimate, interval?.low, interval?.high]
      }))
    })}
</section>`
  }
}

/** Claims by tier: what is lost first, and the verdict of each on the items of each tier. */
export const tierVerdictsSection = ({ tiers: { contrasts, verdicts } }: Judgements): Html | null => verdicts.length === 0 ? null : html`<section id="tier-verdicts">
<h2>Are hard items lost first?</h2>
${contrasts.length === 0 ? null : html`<ul class="plain">${contrasts.map((one) => html`<li>${contrastSentence(one)}.</li>`)}</ul>
<p class="note">The hardest tier against the easiest, in retention; intervals are not adjusted. Exploratory.</p>`}
<p class="note">Each claim on the items of each tier alone, ${plural(verdicts.length, "row")} adjusted together by Benjamini and Hochberg: exploratory, unless a claim names the tier.</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">claim</th><th class="words" scope="col">tier</th><th class="words" scope="col">verdict</th><th scope="col">retention<small>95 %</small></th><th scope="col">claimed</th><th scope="col">adjusted p</th><th scope="col">items, seeds</th></tr></thead>
<tbody>${verdicts.map((one) => html`<tr><th scope="row">${one.claim}<small>${one.cellName}</small></th><td class="words" style="min-width:0">${one.tier}</td><td class="words">${tierVerdictText(one)}</td><td>${retentionWords(one)}</td><td>${String(one.threshold)}</td><td>${one.adjustedP === null ? "" : pText(one.adjustedP)}</td><td>${one.items}, ${one.seeds}</td></tr>`)}</tbody>
</table></div></section>`
