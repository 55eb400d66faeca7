import type { Curve, CurvePoint } from "../../curves.ts"
import { percent, plural } from "../../format.ts"
import { ceilingNotes, fewSeedsNotes, generalisation, ruleNames, undefinedNotes } from "../../notes.ts"
import { curvesTable } from "../../tables-csv.ts"
import { type EvaluationView, percentOf } from "../EvaluationView.ts"
import { drawFigure, type Figure, type Section } from "../figures/Figure.ts"
import { figureData, panel } from "../figures/panel.ts"
import { type Reference, ratioFigure } from "../figures/ratio-figure.ts"
import { legend } from "../figures/series.ts"
import { html } from "../html.ts"

/** More curves than this in one panel cannot be read; then each has its own. */
const curvesPerPanel = 4

/** An interval without upper bound would leave nothing to see of the rest. */
const tallest = 3

/** Retention and score over the truncation ratio. */
export const curvesSection = async (view: EvaluationView): Promise<Section | null> => {
  const { against, bands, cells, curves, id, plan, series } = view
  if (curves.length === 0 || curves.every(({ points }) => points.every(({ score }) => score === null))) return null
    const isOnePanel = series.length <= curvesPerPanel
  const panels = isOnePanel ? [{ name: "", of: curves }] : curves.map((curve) => ({ name: curve.name, of: [curve] }))
  const isMeasured = ({ points }: Curve) => points.some(({ high, low }) => low !== high)
  const drawn = (quantity: "retention" | "score", title: string) => Promise.all(
    // a curve of its own without a measured retention would show 1 and nothing else
    panels.filter(({ of }) => quantity === "score" || of.some(isMeasured)).map(({ name, of }, place) => drawCurves(`${id}-${quantity}-${place}`, `${title}${name === "" ? "" : `: ${name}`}`, view, of, quantity)))
  const hasRetention = curves.some(isMeasured)
  const figures = [...(hasRetention ? await drawn("retention", "Retention") : []), ...await drawn("score", "Score")]
  const isCut = curves.some(({ points }) => points.some(({ high }) => (high ?? 0) > tallest))
  const remarks = [
    ...ceilingNotes(plan, cells).map((note) => html`<li>${note}</li>`),
    ...undefinedNotes(cells, against).map(({ cells: count, reason }) => html`<li><strong>Retention not defined</strong> (${plural(count, "cell")}): ${reason}.</li>`),
    ...fewSeedsNotes(plan, cells).map((text) => html`<li><strong>Fewer seeds</strong>: ${text}.</li>`)
  ]
  return {
    figures,
    body: html`<section id="${id}-curves">
<h2>How much of the sequence is enough?</h2>
<p class="note">Retention is a cell's score over that of its ${against} baseline. Score: ${ruleNames[plan.primaryRule]}.</p>
<figure>
${isOnePanel ? legend(series) : null}
<div class="panels"${isOnePanel ? null : html` style="--panel:300px"`}>
${figures.map(panel)}
</div>
<figcaption>${hasRetention ? "Shaded: band that holds the whole curve at once with 95 % confidence (simultaneous, by Bonferroni). " : ""}Bars: ${generalisation(plan)}, each for its point alone. A baseline is 1 by definition and has no bar in the retention panel. Hollow: the same trials as another cell.
Points at one ratio are set slightly apart so that their bars can be seen.${isCut ? ` What reaches above ${tallest} is cut there; the numbers are whole.` : ""}</figcaption>
</figure>
${figureData({ name: `${plan.experiment}-curves`, ...curvesTable(curves, bands) })}
${remarks.length === 0 ? null : html`<ul class="plain">${remarks}</ul>`}
</section>`
  }
}

const drawCurves = async (
  id: string,
  title: string,
  { bands, models, plan, series }: EvaluationView,
  curves: ReadonlyArray<Curve>,
  quantity: "retention" | "score"
): Promise<Figure> => {
  const pick = (point: CurvePoint) =>
    quantity === "score"
      ? { value: point.score, low: point.scoreLow, high: point.scoreHigh }
      : { value: point.retention, low: point.low === point.high ? null : point.low, high: point.low === point.high ? null : point.high }
  const points = curves.flatMap((curve) =>
    curve.points.flatMap((point) => {
      const { high, low, value } = pick(point)
      const isAlias = point.aliasOf !== null
      return value === null ? [] : [{ curve: curve.name, ratioPercent: point.ratioPercent, value: Math.min(value, tallest), low, high: high === null ? null : Math.min(high, tallest), isAlias }]
    })
  )
  // a band is wider than the bars: it may leave the panel above them
  const top = Math.max(1.06, ...points.map(({ high, value }) => high ?? value))
  const models_ = models.flatMap(({ model, scores }): ReadonlyArray<Reference> => {
    const value = scores[plan.primaryRule]?.estimate
    return value === undefined ? [] : [{ value, text: model }]
  })
  const shaded = quantity === "score" ? [] : curves.flatMap(({ key, name }) => (bands.find((one) => one.key === key)?.points ?? [])
    .map(({ high, low, ratio }) => ({ curve: name, ratioPercent: percentOf(ratio), low: Math.min(low, top), high: Math.min(high, top) })))
  const spec = ratioFigure({
    points, bands: shaded,
    series: series.filter(({ name }) => curves.some((curve) => curve.name === name)),
    yTitle: quantity === "score" ? "Score" : "Retention",
    format: quantity === "score" ? "%" : ".1f",
    references: quantity === "score" ? models_ : [{ value: 1, text: "baseline" }],
    width: curves.length === 1 && series.length > curvesPerPanel ? 330 : 450
  })
  const described = points.map((point) => `${point.curve} at ${point.ratioPercent} %: ${percent(point.value)}`).join("; ")
  return drawFigure(id, title, `${title} over the kept part. ${described}`, spec, series.filter(({ name }) => curves.some((curve) => curve.name === name)))
}
