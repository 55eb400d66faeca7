import { csv } from "../../csv.ts"
import { nats } from "../../format.ts"
import { type EvaluationView, percentOf, shortName } from "../EvaluationView.ts"
import { drawFigure, type Section } from "../figures/Figure.ts"
import { panel } from "../figures/panel.ts"
import { ratioFigure } from "../figures/ratio-figure.ts"
import { legend } from "../figures/series.ts"
import { csvLink, type Html, html } from "../html.ts"

const columns = [
  ["prompt", "heldout/prompt_cross_entropy"], ["cot", "heldout/cot_cross_entropy"],
  ["answer", "heldout/answer_cross_entropy"], ["all", "heldout/cross_entropy"], ["divergence", "heldout/divergence"]
] as const

/** Those that are drawn. */
const segments = [["prompt", "prompt"], ["cot", "thought"], ["answer", "answer"]] as const

const decileKeys = Array.from({ length: 10 }, (_, decile) => `heldout/cross_entropy_decile_${decile}`)

/** The common yardstick: losses on whole validation traces, by segment and by place in the sequence. */
export const heldoutSection = async ({ cells, id, plan, series }: EvaluationView): Promise<Section | null> => {
  const rows = cells.filter((row) => row.status !== "left-out" && columns.some(([, key]) => key in row.heldout))
  if (rows.length === 0) return null
  const present = columns.filter(([, key]) => rows.some((row) => key in row.heldout))
  const deciles = decileKeys.filter((key) => rows.some((row) => key in row.heldout))
  const drawnKeys = columns.slice(0, 3).map(([, key]) => key)
  const positive = rows.flatMap((row) => drawnKeys.flatMap((key) => row.heldout[key] ?? [])).filter((value) => value > 0 && Number.isFinite(value))
  // one scale for all three: the point is how the segments differ
  const domain = [Math.min(...positive), Math.max(...positive)] as const
  const panels = await Promise.all(
    segments.map(async ([name, word]) => {
      const key = `heldout/${name}_cross_entropy`
      const points = rows.flatMap((row) => {
        const value = row.heldout[key]
        return row.ratio === null || row.role !== "cell" || value === undefined || !(value > 0) || !Number.isFinite(value)
          ? []
          : [{ curve: row.curve === "" ? "all" : row.curve, ratioPercent: percentOf(row.ratio), value, low: null, high: null, isAlias: row.status === "alias" }]
      })
      if (points.length === 0) return null
      const spec = ratioFigure({ points, series, yTitle: "Nats a token (log scale)", scale: "log", domain, width: 340, height: 220 })
      const description = `Held-out cross-entropy of the ${word}: ${points.map((p) => `${p.curve} at ${p.ratioPercent} %: ${nats(p.value)}`).join("; ")}`
      return drawFigure(`${id}-heldout-${name}`, `Held-out loss of the ${word}`, description, spec, series)
    })
  )
  const figures = panels.filter((figure) => figure !== null)
  const table = (names: ReadonlyArray<string>, keys: ReadonlyArray<string>): Html => html`<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">cell</th>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr><th scope="row">${shortName(row)}</th>${keys.map((key) => html`<td>${row.heldout[key] === undefined ? "" : nats(row.heldout[key])}</td>`)}</tr>`)}</tbody>
</table></div>`
  const keys = [...columns.map(([, key]) => key), ...deciles]
  return {
    figures,
    body: html`<section id="${id}-heldout">
<h2>What is predicted well, and what is not</h2>
<p class="note">Cross-entropy in nats a token on ${plan.data.validation} whole validation traces, the same for every cell; lower is better. Means over seeds. Far more sensitive than a score: where the loss of the answer is high, the student was never shown one.</p>
${figures.length === 0 ? null : html`<figure>${legend(series)}<div class="panels" style="--panel:280px">${figures.map(panel)}</div></figure>`}
<details><summary>By segment, as a table</summary>${table(present.map(([name]) => name), present.map(([, key]) => key))}</details>
${deciles.length === 0 ? null : html`<details><summary>By tenth of the sequence, as a table</summary>${table(deciles.map((_, place) => `${place * 10}-${(place + 1) * 10} %`), deciles)}</details>`}
<p class="note">${csvLink(`${plan.experiment}-heldout`, csv(["cell", ...keys], rows.map((row) => [row.name, ...keys.map((key) => row.heldout[key])])))}</p>
</section>`
  }
}
