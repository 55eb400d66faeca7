import { csv } from "../../csv.ts"
import { sharedCosts, type TrialCost } from "../../cost.ts"
import { compact } from "../../format.ts"
import { type EvaluationView, percentOf } from "../EvaluationView.ts"
import { costFigure } from "../figures/cost-figure.ts"
import { renderFigure } from "../figures/render.ts"
import { legend } from "../figures/series.ts"
import { csvLink, type Html, html } from "../html.ts"

const panels: ReadonlyArray<{ readonly title: string; readonly xTitle: string; readonly of: (cost: TrialCost) => number }> = [
  { title: "Compute", xTitle: "FLOPs a trial, teacher's pass included", of: (cost) => cost.flopsStandalone },
  { title: "Time", xTitle: "Seconds a trial", of: (cost) => cost.seconds },
  { title: "Tokens", xTitle: "Tokens trained on", of: (cost) => cost.tokens }
]

/** Score against what it cost. */
export const costSection = async ({ cells, id, outcomes, plan, series }: EvaluationView): Promise<Html | null> => {
  const rows = cells.flatMap((row) => {
    const score = row.scores[plan.primaryRule]
    return row.role !== "cell" || row.cost === null || score === null ? [] : [{ row, cost: row.cost, score }]
  })
  if (rows.length === 0) return null
  const figures = await Promise.all(
    panels.map(async ({ of, title, xTitle }, place) => {
      const points = rows.map(({ cost, row, score }) => ({
        curve: row.curve === "" ? "all" : row.curve,
        ratioPercent: row.ratio === null ? null : percentOf(row.ratio),
        cost: of(cost), score: score.estimate, low: score.low, high: score.high, isAlias: row.status === "alias"
      }))
      const spec = costFigure({ points, series, xTitle, xFormat: "~s", yTitle: "Score" })
      const description = `Score against ${xTitle.toLowerCase()}: ${points.map((p) => `${p.curve} ${p.ratioPercent ?? ""} %: ${compact(p.cost)}`).join("; ")}`
      return html`<div><p class="panel-title">${title}</p>${await renderFigure(`${id}-cost-${place}`, description, spec)}</div>`
    })
  )
  const data = csv(
    ["cell", "score", "flops_standalone", "flops_marginal", "seconds", "tokens", "targets", "peak_bytes", "activation_bytes"],
    rows.map(({ cost, row, score }) => [
      row.name, score.estimate, cost.flopsStandalone, cost.flopsMarginal, cost.seconds, cost.tokens, cost.targets, cost.peakBytes, cost.activationBytes
    ])
  )
  return html`<section id="${id}-cost">
<h2>What does it cost?</h2>
<figure>
${legend(series)}
<div class="panels" style="--panel:300px">${figures}</div>
<figcaption>Labels: part of the sequence that is kept. Means over a cell's trials; time without start-up. ${sharedCosts(outcomes).map((sentence) => `${sentence} `).join("")}${csvLink(`${plan.experiment}-cost`, data)}</figcaption>
</figure>
</section>`
}
