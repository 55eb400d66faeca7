import { claimsCsv } from "../../claims/claims-table.ts"
import type { ClaimHistory } from "../../claims/ClaimHistory.ts"
import type { JudgedClaim } from "../../claims/JudgedClaim.ts"
import { contrastWords, labels, retentionWords, verdictWords } from "../../claims/words.ts"
import { plural, pText } from "../../format.ts"
import { csvLink, type Html, html } from "../html.ts"
import { stripScale, verdictStrip } from "../figures/verdict-strip.ts"
import type { RecordedPlan } from "../../../journal/RecordedPlan.ts"

/** Told by a sign and a word, not by colour alone. */
const badges: Readonly<Record<JudgedClaim["verdict"]["kind"], readonly [sign: string, word: string]>> = {
  supported: ["✓", "supported"], refuted: ["✗", "refuted"], inconclusive: ["?", "inconclusive"], "no-verdict": ["–", "no verdict"], "not-defined": ["–", "not defined"]
}

/** Every declared claim at every cell: the verdict, what it rests on, and what would settle it. */
export const verdictsSection = (plan: RecordedPlan, judged: ReadonlyArray<JudgedClaim>, { withdrawn }: ClaimHistory): Html => {
  if (plan.claims.length === 0) {
    return html`<section id="verdicts" class="verdicts"><h2>Verdicts</h2>
<p class="note">The spec declares no claim, so nothing is judged: all that follows describes, and is exploratory. A claim such as
<code>half: { retention: "&gt;= 0.90", at: { sequence.truncate.ratio: 0.5 } }</code> under <code>claims:</code> would be judged here.</p></section>`
  }
  const scale = stripScale(judged)
  return html`<section id="verdicts" class="verdicts"><h2>Verdicts</h2>
<p class="note">Drawn: retention with its 95 % interval; the shaded part is what is claimed. A verdict is decided by the difference
<i>cell - threshold x baseline</i>, item by item and seed by seed, one-sided at the alpha that Holm's method leaves to each of ${plural(judged.length, "hypothesis", "hypotheses")}; never by whether two intervals overlap.</p>
<ol class="claims">${judged.map((one) => row(one, scale))}</ol>
${withdrawn.length === 0 ? null : html`<p class="note">${withdrawnSentence(withdrawn)}</p>`}
<p class="note">${csvLink(`${plan.experiment}-claims`, claimsCsv(judged))}</p>
</section>`
}

/** What was dropped after its results were seen is told, and still counts. */
export const withdrawnSentence = (withdrawn: ClaimHistory["withdrawn"]): string =>
  `Withdrawn after results, and still counted by Holm: ${withdrawn.map(({ cellName, claim }) => `${claim}: ${cellName}`).join("; ")}.`

const row = (one: JudgedClaim, scale: readonly [number, number]): Html => {
  const { adjustedP, against, baselineName, cellName, claim, evaluation, items, rule, seeds, threshold, tier, verdict } = one
  const [sign, word] = badges[verdict.kind]
  const words = verdictWords(one)
  // "inconclusive: power 43 % ...": the word stands in the badge already
  const more = words.replace(/^[a-z ]+(?:: )?/u, "").replace(/^[a-z]/u, (letter) => letter.toUpperCase())
  const contrast = contrastWords(one)
  return html`<li class="claim ${verdict.kind}">
<p class="badge"><span aria-hidden="true">${sign}</span> ${word}</p>
<div class="what"><p><b>${claim}</b> <span class="of">${cellName}</span></p>
<p class="note">retention at least ${String(threshold)} of ${against === "matched" ? "the matched" : "the reference"} baseline (${baselineName}), ${rule} rule, ${evaluation}${tier === null ? "" : `, tier ${tier}`}</p>
${more === "" ? null : html`<p>${more}.</p>`}
${labels(one).length === 0 ? null : html`<p class="labels">${labels(one).map((label) => html`<span>${label}</span>`)}</p>`}</div>
<div class="numbers">${verdictStrip(one, scale)}<p>${one.retention.kind === "measured" ? html`retention <b>${retentionWords(one)}</b>` : one.retention.kind === "baseline" ? "retention 1 by definition" : null}</p>
<p class="note">${[contrast, adjustedP === null ? null : `adjusted p ${pText(adjustedP)}`, seeds === 0 ? null : `${plural(items, "item")}, ${plural(seeds, "seed")}`].filter((part) => part !== null).join("; ")}</p></div>
</li>`
}

