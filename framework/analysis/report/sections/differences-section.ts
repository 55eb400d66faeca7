import type { DifferenceRow } from "../../differences.ts"
import { csv } from "../../csv.ts"
import { pText } from "../../format.ts"
import { testNames } from "../../paired-words.ts"
import { generalises, points } from "../../retention.ts"
import { type EvaluationView, shortName } from "../EvaluationView.ts"
import { csvLink, type Html, html } from "../html.ts"

/** Paired differences with their tests: what may be looked at, and what was declared. */
export const differencesSection = ({ cells, differences, evaluation, id, plan }: EvaluationView): Html | null => {
  const rows = differences.filter((row) => row.evaluation === evaluation.name)
  if (rows.every(({ measured }) => measured === null)) return null
  const nameOf = (cell: number, otherwise: string) => {
    const row = cells.find((one) => one.cell === cell)
    return row === undefined ? otherwise : shortName(row).replace(/^= /u, "")
  }
  const data = csv(
    ["cell", "baseline", "against", "evaluation", "difference", "low", "high", "p", "test", "adjusted_p", "lost", "gained", "items", "seeds", "state"],
    rows.map(({ against, baselineName, cellName, evaluation: name, instead, measured }) => [
      cellName, baselineName, against, name, measured?.interval.estimate, measured?.interval.low, measured?.interval.high, measured?.p,
      measured === null ? null : testNames[measured.method], measured?.adjustedP, measured?.lost, measured?.gained, measured?.items, measured?.seeds,
      measured === null ? instead : measured.adjustedP === null ? "declared" : "exploratory"
    ])
  )
  const seeds = Math.min(...rows.flatMap(({ measured }) => measured?.seeds ?? []))
  return html`<section id="${id}-differences">
<h2>Paired differences</h2>
<p class="note">Score of a cell less that of its baseline on the same items and seeds. 95 % intervals ${generalises(seeds)}, not adjusted. The test asks of these trained students
whether they differ on new items: from 3 seeds on, the interval also allows for new students and may be wider than its p suggests. Adjusted p: Benjamini and Hochberg over all cells that no claim names; exploratory.
Cells that a claim names are judged above. ${csvLink(`${plan.experiment}-differences`, data)}</p>
<div class="scroll stick" tabindex="0"><table class="wide">
<thead><tr><th class="words" scope="col">cell<small>less its baseline</small></th><th scope="col">difference<small>95 %</small></th><th scope="col">p<small>test</small></th><th scope="col">adjusted p</th><th scope="col">items lost<small>gained</small></th><th scope="col">items, seeds</th></tr></thead>
<tbody>${rows.map((row) => line(row, nameOf))}</tbody></table></div>
</section>`
}

const line = ({ baseline, baselineName, cell, cellName, instead, measured }: DifferenceRow, nameOf: (cell: number, otherwise: string) => string): Html => {
  const names = html`<th scope="row">${nameOf(cell, cellName)}<small>less ${nameOf(baseline, baselineName)}</small></th>`
  if (measured === null) return html`<tr class="model">${names}<td class="words" colspan="5">${instead}</td></tr>`
  const { adjustedP, gained, interval, items, lost, method, p, seeds } = measured
  return html`<tr>${names}<td>${points(interval)}</td><td>${pText(p)}<small>${testNames[method]}</small></td><td>${adjustedP === null ? "declared" : pText(adjustedP)}</td><td>${lost}<small>${gained}</small></td><td>${items}, ${seeds}</td></tr>`
}
