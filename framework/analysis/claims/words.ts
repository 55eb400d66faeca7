/** Verdicts as people read them. Every line carries estimate, interval, threshold and alpha. */
import { familyCaution } from "../../statistics/family-caution.ts"
import { percent, plural, ratioText } from "../format.ts"
import type { ClaimPower, JudgedClaim } from "./JudgedClaim.ts"
import { isBeyondDeclared } from "./looks.ts"

/** 0.0125 -> "0.0125", 0.0083333 -> "0.0083" */
const alphaText = (alpha: number): string => String(Number(alpha.toPrecision(2)))

/** A decimal as it was written: 0.9 -> "0.9", 1 -> "1" */
const written = (value: number): string => String(Number(value.toPrecision(6)))

/** What would settle it, e.g. "900 items, or 9 seeds, or both 500 and 5 would settle it". */
export const settlingWords = ({ settling: { both, items, seeds } }: ClaimPower): string => {
  const ways = [
    ...(items === "not reachable" ? [] : [plural(items, "item")]),
    ...(seeds === "not reachable" ? [] : [plural(seeds, "seed")]),
    ...(both === "not reachable" ? [] : [`both ${both.items} and ${both.seeds}`])
  ]
  if (ways.length === 0) return "not reachable by any number of items and seeds"
  const alone = items === "not reachable" ? "; items alone never would: seeds differ too much" : ""
  return `${ways.join(", or ")} would settle it${alone}`
}

/** Power 80 % and more, and still undecided: more of the same is not what it lacks. */
const isPowerful = ({ power }: ClaimPower): boolean => power >= 0.8

/** The verdict alone: "supported", "inconclusive: power 43 % at a true retention of 1; ..." */
export const verdictWords = ({ power, verdict }: Pick<JudgedClaim, "power" | "verdict">): string => {
  switch (verdict.kind) {
    case "supported":
    case "refuted":
      return verdict.kind
    case "no-verdict":
      return `no verdict: ${verdict.label}`
    case "not-defined":
      return `not defined: ${verdict.reason}`
    case "inconclusive": {
      if (power === null) return "inconclusive"
      const chance = `power ${percent(power.power, 0)} at a true retention of ${written(power.assumed)}`
      return isPowerful(power)
        ? `inconclusive: though ${chance}, so that the truth lies nearer to the threshold than was assumed, or luck was bad`
        : `inconclusive: ${chance}; ${settlingWords(power)}`
    }
  }
}

/** What else must stand beside the verdict. */
export const labels = ({ bootstrap, declaredAfterResults, looks, sameAs, seeds, verdict }: JudgedClaim): ReadonlyArray<string> => [
  ...(declaredAfterResults ? ["declared after results: exploratory"] : []),
  ...(isBeyondDeclared(looks) ? [`after ${looks.taken} looks`] : looks.declared !== null && looks.taken > 0 ? [`look ${looks.taken} of ${looks.declared} declared`] : []),
  ...(sameAs === null ? [] : [`same comparison as ${sameAs}`]),
  ...(bootstrap === null || bootstrap.agrees ? [] : [`a crossed bootstrap, too narrow with ${plural(seeds, "seed")}, would say ${bootstrap.says}`]),
  ...("pSupported" in verdict && verdict.hasNoSpread ? ["every item shows the same difference; the bounds allow for what so many items can miss"] : [])
]

/** Retention with its 95 % interval: "0.97 (0.94 to 1.00)"; what stands in its place otherwise. */
export const retentionWords = ({ retention }: Pick<JudgedClaim, "retention">): string => {
  switch (retention.kind) {
    case "measured": {
      const { estimate, high, low } = retention.interval
      return `${ratioText(estimate)} (${ratioText(low)} to ${ratioText(high)})`
    }
    case "baseline": return "1 by definition"
    case "waiting": return "-"
    case "not-defined": return "not defined"
  }
}

/** The contrast that decides, in points, with its one-sided bounds: "cell - 0.9 x baseline +5.2 points (0.3 to 10.1) at alpha 0.0125" */
export const contrastWords = ({ threshold, verdict }: Pick<JudgedClaim, "threshold" | "verdict">): string | null => {
  if (!("contrast" in verdict) || verdict.contrast === null) return null
  const { estimate, high, low } = verdict.contrast
  const points = (share: number) => (100 * share).toFixed(1)
  const alpha = "alpha" in verdict ? ` at alpha ${alphaText(verdict.alpha)}` : ""
  return `cell - ${written(threshold)} x baseline ${estimate < 0 ? "" : "+"}${points(estimate)} points (${points(low)} to ${points(high)})${alpha}`
}

/** Verdict with estimate, interval, threshold and alpha, and what must stand beside it. */
export const verdictText = (judged: JudgedClaim): string => {
  const { threshold } = judged
  const contrast = contrastWords(judged)
  const numbers = judged.retention.kind === "measured"
    ? `. Retention ${retentionWords(judged)}, claimed >= ${written(threshold)}${contrast === null ? "" : `; ${contrast}`}`
    : `. Claimed >= ${written(threshold)}`
  return `${verdictWords(judged)}${numbers}${labels(judged).map((label) => ` [${label}]`).join("")}`
}

/** One hypothesis on one line. */
export const claimLine = (judged: JudgedClaim): string =>
  `${judged.claim}: ${judged.cellName}${judged.tier === null ? "" : `, tier ${judged.tier}`}: ${verdictText(judged)}`

/** All hypotheses in one sentence: "2 supported, 1 inconclusive of 3 hypotheses." */
export const verdictSummary = (all: ReadonlyArray<JudgedClaim>): string => {
  const names = { supported: "supported", refuted: "refuted", inconclusive: "inconclusive", "no-verdict": "without verdict", "not-defined": "not defined" } as const
  const counts = Object.entries(names).flatMap(([kind, name]) => {
    const count = all.filter(({ verdict }) => verdict.kind === kind).length
    return count === 0 ? [] : [`${count} ${name}`]
  })
  const family = all.filter(({ declaredAfterResults, sameAs, verdict }) => !declaredAfterResults && sameAs === null && "pSupported" in verdict)
  const caution = familyCaution(family.length, Math.min(...family.map(({ seeds }) => seeds)))
  return `Of ${plural(all.length, "hypothesis", "hypotheses")}: ${counts.join(", ")}.${caution === null ? "" : ` Mind: ${caution}.`}`
}

/** Whether `--require-claims` is satisfied by it: declared before results, and supported. What is 1 by definition asks nothing. */
export const isMet = ({ declaredAfterResults, retention, verdict }: JudgedClaim): boolean =>
  retention.kind === "baseline" || (verdict.kind === "supported" && !declaredAfterResults)
