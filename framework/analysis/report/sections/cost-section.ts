import { sharedCosts } from "../../cost.ts"
import { compact } from "../../format.ts"
import { dominated } from "../../front.ts"
import { type EvaluationView, percentOf } from "../EvaluationView.ts"
import { costFigure } from "../figures/cost-figure.ts"
import { drawFigure, type Section } from "../figures/Figure.ts"
import { figureData, panel } from "../figures/panel.ts"
import { legend } from "../figures/series.ts"
import { html } from "../html.ts"
import { costPanels, pricedRows } from "./priced-rows.ts"

/** Score against what it cost. */
export const costSection = async (view: EvaluationView): Promise<Section | null> => {
  const { id, outcomes, plan, series } = view
  const rows = pricedRows(view)
  if (rows.length === 0) return null
  const panels = costPanels.map((one) => ({ ...one, isDominated: dominated(rows.map(({ cost, score }) => ({ cost: one.of(cost), score: score.estimate }))) }))
  const figures = await Promise.all(
    panels.map(({ id: name, isDominated, of, title, xTitle }) => {
      const points = rows.map(({ cost, row, score }, place) => ({
        curve: row.curve === "" ? "all" : row.curve,
        ratioPercent: row.ratio === null ? null : percentOf(row.ratio),
        cost: of(cost), score: score.estimate, low: score.low, high: score.high,
        isAlias: row.status === "alias", isDominated: isDominated[place]!
      }))
      const spec = costFigure({ points, series, xTitle, xFormat: "~s", yTitle: "Score" })
      const described = points.map((p) => `${p.curve}${p.ratioPercent === null ? "" : ` ${p.ratioPercent} %`}: ${compact(p.cost)}${p.isDominated ? ", dominated" : ""}`).join("; ")
      return drawFigure(`${id}-cost-${name}`, title, `Score against ${xTitle.toLowerCase()}. ${described}`, spec, series)
    })
  )
  const data = {
    name: `${plan.experiment}-cost`,
    columns: ["cell", "score", "score_low", "score_high", "flops_standalone", "flops_marginal", "seconds", "tokens", "targets", "peak_bytes", "activation_bytes",
      ...panels.map((one) => `dominated_in_${one.id}`)],
    rows: rows.map(({ cost, row, score }, place) => [
      row.name, score.estimate, score.low, score.high, cost.flopsStandalone, cost.flopsMarginal, cost.seconds, cost.tokens, cost.targets, cost.peakBytes, cost.activationBytes,
      ...panels.map(({ isDominated }) => isDominated[place]!)
    ])
  }
  return {
    figures,
    body: html`<section id="${id}-cost">
<h2>What does it cost?</h2>
<figure>
${legend(series)}
<div class="panels" style="--panel:400px">${figures.map(panel)}</div>
<figcaption>Grey: another cell costs no more and scores no less, by the estimates. Dashed: the front, what is best for its price. Labels: part of the sequence that is kept.
Means over a cell's trials; time without start-up; memory is the largest seen. ${sharedCosts(outcomes).join(" ")}</figcaption>
</figure>
${figureData(data)}
</section>`
  }
}
