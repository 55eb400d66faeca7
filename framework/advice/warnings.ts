/** What a reader must know before believing or training anything. */
import { percent } from "./words.ts"
import type { Advice } from "./Advice.ts"


/** Fewer samples than this, and quantiles say little. */
const fewSamples = 30

/**
 * @param missing samples with an answer to look for whose thought does not hold it, by the matcher that is gone by
 * @param isPrepared data that were prepared for a run: whether there was an answer to look for is not known of them, and of large data
 *   only a sample was looked at
 */
export const warningsOf = (advice: Omit<Advice, "warnings">, missing: number, isPrepared: boolean): Advice["warnings"] => {
  const { groups, held, recommendation, samples, sets, unit } = advice
  if (samples === 0) return [{ code: "nothing", text: "No record could be used; the reasons are counted above." }]
  const warnings: Array<Advice["warnings"][number]> = []
  const all = groups[0]!
  const place = recommendation === null ? null : all.places.find(({ matcher, over }) => matcher === recommendation.matcher && over === "sequence")!
  const median = place?.place?.quantiles["0.5"] ?? null
  if (place !== null && place.firstHalf !== null && median !== null && median > 0.5) {
    const { estimate, high, low } = place.firstHalf
    warnings.push({
      code: "late-reasoning",
      text: `Late-reasoning data: half of the first derivations come after ${percent(median)} of the sequence; they lie in the first half in ` +
        `${percent(estimate)} (${percent(low)} to ${percent(high)}). A ratio of 0.5 cuts ${high < 0.5 ? "most of them" : "about half of them or more"} off.`
    })
  }
  const known = place?.known ?? 0
  if (known > 0 && missing / known > 0.1) {
    warnings.push({
      code: "not-in-thought",
      text: isPrepared
        ? `In ${percent(missing / known)} of the samples no derivation was found when the data were prepared, for want of an answer or because the thought does not hold it: they are in no share of derivations, whatever is kept.`
        : `In ${percent(missing / known)} of the samples with a known answer the thought does not hold it by this matcher: they are in no share of derivations, whatever is kept.`
    })
  }
  if (place === null) warnings.push({ code: "no-derivation", text: "No first derivation was found or known, so no ratio can be advised." })
  const own = sets.reduce((sum, { looked }) => sum + looked.answer, 0)
  if (own > 0) {
    warnings.push({
      code: "own-answer",
      text: `${own === samples ? "The data have" : `${own} of ${samples} samples have`} no reference answer: the value that the answer itself gives was looked for, right or wrong.`
    })
  }
  if (samples < fewSamples) warnings.push({ code: "few-samples", text: `Only ${samples} samples: quantiles and shares say little.` })
  if (held < samples) {
    warnings.push({
      code: "sampled",
      text: isPrepared
        ? `Quantiles, shares and markers rest on a random sample of ${held} of ${samples} sequences; counts on all.`
        : `Quantiles and shares rest on a random sample of ${held} of ${samples} traces; counts and markers on all.`
    })
  }
  if (unit.name === "pieces") warnings.push({ code: "pieces", text: `Lengths are in ${unit.describe}. Name one with --tokenizer FOLDER.` })
  return warnings
}

/** Said wherever a ratio is advised. */
export const caveat = "Holding the derivation is no proof that it suffices: that is for the test that cuts just before, just after and at random (docs/adviser.md)."
