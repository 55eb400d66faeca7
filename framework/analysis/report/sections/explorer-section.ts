import { type ExploredItems, explorerData, readings, scriptJson } from "../../explorer/explorer-data.ts"
import { explorerScript } from "../../explorer/explorer-script.ts"
import type { Flip, KeptOutput } from "../../explorer/kept-outputs.ts"
import { rightOf } from "../../explorer/ItemGrid.ts"
import { verdictOf } from "../../item-tables.ts"
import { plural } from "../../format.ts"
import { Html, html } from "../html.ts"

/** Flips that are shown where no script runs. */
const mostStill = 6

/** Single items on which two cells differ, with what each wrote. */
export const explorerSection = (all: ReadonlyArray<ExploredItems>): Html | null => {
  if (all.length === 0 || all.every(({ grid }) => grid.answerers.length < 2)) return null
  const [one] = all
  const apart = all.flatMap(({ grid }) => grid.apart)
  const numKept = all.reduce((sum, { outputs }) => sum + outputs.length, 0)
  return html`<section id="items">
<h2>Which items flip?</h2>
<p class="note">An item flips between two cells if their students get it right unequally often. ${numKept === 0
    ? "Outputs as text are not at hand: they are kept with the scores by version 0.3 and later. Verdicts are."
    : `${plural(numKept, "output")} ${numKept === 1 ? "is" : "are"} kept here as text: of each cell and its baseline, flips first, greatest differences first.`}
Sides show two students of one training seed. <span class="output key"><span class="thought">thought</span> <span class="answer">answer</span></span>${apart.length === 0 ? null : ` Not compared, since they answered other items: ${apart.join(", ")}.`}</p>
<div id="explorer-still">${still(one!)}</div>
<div id="explorer-tool" hidden></div>
<script type="application/json" id="explorer-data">${new Html(scriptJson(explorerData(all)))}</script>
<script>${new Html(explorerScript)}</script>
</section>`
}

const still = ({ flips, grid, opened, outputs, pairs }: ExploredItems): Html => {
  const pair = pairs[opened]
  if (pair === undefined) return html`<p class="note">No cell of ${grid.evaluation.name} has a baseline to be compared with.</p>`
  const [a, b] = [grid.answerers[pair.first]!, grid.answerers[pair.second]!]
  const shown = flips.filter((flip) => flip.pair === pair).slice(0, mostStill)
  const verdict = grid.rules[grid.primary]!.verdict
  const [left, right] = [rightOf(grid, a, verdict), rightOf(grid, b, verdict)]
  const less = left.filter((value, item) => value < right[item]!).length
  const more = left.filter((value, item) => value > right[item]!).length
  return html`<p>Of ${plural(grid.items.length, "item")}, A (${a.name}) is right less often than B (${b.name}) on ${less}, more often on ${more}, as often on ${grid.items.length - less - more}.${shown.length === 0 ? "" : ` Shown: ${shown.length}. Where scripts may run, any two cells can be chosen.`}</p>
<div class="flips">${shown.map((flip) => item(grid, flip, outputs, [left[flip.item]!, right[flip.item]!]))}</div>`
}

const item = (grid: ExploredItems["grid"], flip: Flip, outputs: ReadonlyArray<KeptOutput>, shares: readonly [number, number]): Html => {
  const { item: name, tier } = grid.items[flip.item]!
  const sides = flip.outputs.map((place) => outputs.find((one) => one.answerer === place.answerer && one.student === place.student && one.line === place.line)!)
  const times = (answerer: number, share: number) => {
    const all = grid.answerers[answerer]!.students.length * grid.samples
    return `${Math.round(share * all)} of ${all}`
  }
  const { gold, prompt } = sides[0]!.text
  return html`<details><summary><b>${name}</b> ${tier}: A right in ${times(flip.pair.first, shares[0])}, B in ${times(flip.pair.second, shares[1])}</summary>
<p class="prompt">${prompt}</p><p class="note">Right answer: <b>${gold}</b></p>
<div class="sides">${sides.map((side, place) => written(grid, side, place === 0 ? "A" : "B"))}</div></details>`
}

const written = (grid: ExploredItems["grid"], output: KeptOutput, letter: string): Html => {
  const answerer = grid.answerers[output.answerer]!
  const student = answerer.students[output.student]!
  const line = student.lines[output.line]!
  const values = readings(grid, output)
  const { answer, thought } = output.text
  return html`<div class="side"><p class="panel-title">${letter}: ${answerer.name}${student.seed === null ? "" : `, seed ${student.seed}`}${grid.samples > 1 ? `, sample ${line.sample + 1}` : ""}</p>
<ul class="read">${grid.rules.map(({ name, verdict }, rule) => {
    const isRight = verdictOf(line, verdict)
    return html`<li class="${isRight ? "right" : "wrong"}"><b>${name}</b> ${isRight ? "✓" : "✗"} ${values[rule] ?? "nothing read"}</li>`
  })}</ul>
<pre class="output" tabindex="0"><span class="thought">${thought}</span><i>${answer === null ? "the thought never ended" : "end of thought"}</i>${answer === null ? null : html`<span class="answer">${answer}</span>`}</pre>${output.cut === 0 ? null : html`<p class="note">${output.cut} characters are left out.</p>`}</div>`
}
