import { csvLink, type Html, html } from "../../analysis/report/html.ts"
import type { Advice, Group, Place } from "../Advice.ts"
import { placesOf } from "../figures.ts"
import { count, denominatorNames, lookedText, matcherNames, percent, withInterval } from "../words.ts"

const keys = ["0.05", "0.25", "0.5", "0.75", "0.95"] as const
const titles: Readonly<Record<Group["by"], string>> = {
  all: "", set: "By data set", tier: "By difficulty", length: "By length", correct: "By the answer: right or wrong"
}

/** Where the answer is first derived, as distributions, then by kinds of samples. */
export const derivationSection = async (advice: Advice): Promise<Html> => {
  const figures = await placesOf(advice)
  const [all, ...groups] = advice.groups as [Group, ...ReadonlyArray<Group>]
  const by = advice.recommendation?.matcher
  return html`<section id="derivation">
<h2>Where is the answer first derived?</h2>
<p class="note">Looked for: ${lookedText(advice)}. The place is where the first match ends. Dashed: the half.</p>
${figures.length === 0 ? null : html`<figure><div class="panels">${figures.map(({ svg, title }) => html`<div><p class="panel-title">${title}</p>${svg}</div>`)}</div>
<figcaption>By the ${by ?? ""} matcher, of the samples whose thought holds the answer.</figcaption></figure>`}
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">matcher</th><th class="words" scope="col">place in the</th><th scope="col">samples</th><th scope="col">found</th>${keys.map((key) => html`<th scope="col">${key === "0.5" ? "median" : percent(Number(key))}</th>`)}<th scope="col">in the first half<small>of those found</small></th><th scope="col">in the first half<small>of all looked at</small></th></tr></thead>
<tbody>${all.places.map((place) => placeRow(advice, place))}</tbody>
</table></div>
<p class="note">In brackets: 95 % intervals; samples of one problem count as one draw. ${csvLink("first-derivation", csvOf(advice))}</p>
${(["set", "tier", "length", "correct"] as const).map((kind) => groupTable(advice, groups.filter((group) => group.by === kind), kind))}
</section>`
}

const placeRow = (advice: Advice, { found, firstHalf, firstHalfOfAll, known, matcher, over, place }: Place): Html =>
  html`<tr><th scope="row">${matcherNames[matcher]}</th><td class="words">${denominatorNames(advice)[over]}</td><td>${count(known)}</td><td>${withInterval(found)}</td>${keys.map((key) => html`<td>${place === null ? "-" : percent(place.quantiles[key]!)}</td>`)}<td>${withInterval(firstHalf)}</td><td>${withInterval(firstHalfOfAll)}</td></tr>`

const groupTable = (advice: Advice, groups: ReadonlyArray<Group>, kind: Group["by"]): Html => {
  const by = advice.recommendation?.matcher
  if (groups.length === 0 || by === undefined) return html``
  return html`<h3>${titles[kind]}</h3>
<div class="scroll stick" tabindex="0"><table>
<thead><tr><th class="words" scope="col">${by} matcher</th><th scope="col">samples</th><th scope="col">problems</th><th scope="col">mean length</th><th scope="col">found</th><th scope="col">median place<small>in the thought</small></th><th scope="col">in its first half</th><th scope="col">median place<small>in the sequence</small></th><th scope="col">in its first half</th></tr></thead>
<tbody>${groups.map((group) => {
    const [thought, sequence] = (["thought", "sequence"] as const).map((over) => group.places.find((place) => place.matcher === by && place.over === over))
    const median = (place: Place | undefined) => place === undefined || place.place === null ? "-" : percent(place.place.quantiles["0.5"]!)
    return html`<tr><th scope="row">${group.name}</th><td>${count(group.samples)}</td><td>${count(group.problems)}</td><td>${count(group.meanLength)}</td><td>${withInterval(thought?.found ?? null)}</td><td>${median(thought)}</td><td>${withInterval(thought?.firstHalf ?? null)}</td><td>${median(sequence)}</td><td>${withInterval(sequence?.firstHalf ?? null)}</td></tr>`
  })}</tbody>
</table></div>`
}

const quoted = (text: string) => /[",\n]/u.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text

const csvOf = (advice: Advice): string => [
  `by,name,matcher,over,known,found,median,first_half,low,high`,
  ...advice.groups.flatMap(({ by, name, places }) => places.map(({ firstHalf, found, known, matcher, over, place }) =>
    [by, quoted(name), matcher, over, known, found?.estimate ?? "", place?.quantiles["0.5"] ?? "", firstHalf?.estimate ?? "", firstHalf?.low ?? "", firstHalf?.high ?? ""].join(",")))
].join("\n")
