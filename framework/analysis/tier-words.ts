/** Does truncation lose the hard items first? In words. */
import type { TierContrast, TierVerdict } from "./claims/tiers.ts"
import { verdictWords } from "./claims/words.ts"

const points = (share: number): string => `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)}`

/** Retention may lie above 1 on both: then nothing is lost, and one gains more than the other. */
const answer = ({ difference, easy, hard }: TierContrast): string => {
  const { high, low } = difference!
  return low > 0 ? `yes, retention is lower on ${hard} items than on ${easy} ones` : high < 0 ? `no, retention is higher on ${hard} items than on ${easy} ones` : "not seen"
}

/** One sentence a hypothesis. */
export const contrastSentence = (contrast: TierContrast): string => {
  const { cellName, claim, difference, easy, hard, orderedBy } = contrast
  return difference === null
    ? `${claim}: ${cellName}: not defined on ${hard} and ${easy}`
    : `${claim}: ${cellName}: ${answer(contrast)}. Loss on ${hard} less loss on ${easy}: ${points(difference.estimate)} points of retention ` +
      `(95 % ${points(difference.low)} to ${points(difference.high)}; hard and easy by the ${orderedBy})`
}

export const tierVerdictText = ({ isDeclared, verdict }: TierVerdict): string =>
  `${verdictWords({ verdict, power: null })}${isDeclared ? " [declared for this tier: see its own verdict]" : ""}`
