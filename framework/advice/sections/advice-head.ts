import { type Html, html } from "../../analysis/report/html.ts"
import type { Advice } from "../Advice.ts"
import { notHeldReasons } from "../not-held.ts"
import { caveat } from "../warnings.ts"
import { count, ends, percent } from "../words.ts"

/** Title, the advised ratio, warnings and the facts that a reader looks for first. */
export const adviceHead = (advice: Advice, title: string): Html => {
  const { recommendation, warnings } = advice
  const isLate = warnings.some(({ code }) => code === "late-reasoning" || code === "nothing")
  return html`<header>
<p class="kicker">Leadspan data</p>
<h1>${title}</h1>
<p class="question">Where do prompt, thought and answer lie in these traces, and how much of each does a prefix keep?</p>
<div class="verdict${isLate ? " caution" : ""}">
<p>${recommendation === null
    ? html`<strong>No ratio advised.</strong>`
    : html`<strong>Begin with ratio ${recommendation.ratio}.</strong> ${recommendation.reason}. ${caveat}`}</p>
</div>
${warnings.length === 0 ? null : html`<ul class="warnings">${warnings.map(({ text }) => html`<li>${text}</li>`)}</ul>`}
<dl class="facts" style="margin-top:24px">${facts(advice).map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`)}</dl>
</header>`
}

const facts = ({ groups, lengths, recommendation, samples, sets, unit }: Advice): ReadonlyArray<readonly [string, string, string]> => {
  const left = sets.reduce((sum, { leftOut }) => sum + notHeldReasons(leftOut).reduce((total, [, number]) => total + number, 0), 0)
  const known: ReadonlyArray<readonly [string, string, string]> = [["Traces", count(samples), left === 0 ? "all that were read" : `of ${count(samples + left)} that were read`]]
  const [all] = groups
  if (samples === 0 || all === undefined || lengths.whole === null) return known
  const place = all.places.find(({ matcher, over }) => matcher === recommendation?.matcher && over === "sequence")
  return [
    ...known,
    ["Problems", count(all.problems), all.problems < all.samples ? "samples of one count as one draw" : "each once"],
    ["Length", count(lengths.whole.quantiles["0.5"]!), `${unit.name}, median`],
    ["Thought", percent(all.shares.cot), `prompt ${percent(all.shares.prompt)}, answer ${percent(all.shares.answer)}`],
    ...(place === undefined || place.place === null ? [] : [
      ["First derivation", percent(place.place.quantiles["0.5"]!), "of the sequence, median"] as const,
      ["In the first half", percent(place.firstHalf?.estimate ?? 0), `of the sequence (${ends(place.firstHalf)})`] as const
    ])
  ]
}
