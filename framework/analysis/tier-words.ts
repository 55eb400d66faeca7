/** Does truncation lose the hard items first? In words. */
import type { TierContrast, TierVerdict } from "./claims/tiers.ts"
import { verdictWords } from "./claims/words.ts"

const points = (share: number): string => `${share < 0 ? "" : "+"}${(100 * share).toFixed(1)}`

/** "the hard items are lost first", "the easy items are lost first", or that it is not seen. */
const answer = ({ high, low }: { readonly low: number; readonly high: number }): string =>
  low > 0 ? "hard items are lost first" : high < 0 ? "easy items are lost first" : "not seen which are lost first"

/** One sentence a hypothesis. */
export const contrastSentence = ({ cellName, claim, difference, easy, hard, orderedBy }: TierContrast): string => difference === null
  ? `${claim}: ${cellName}: not defined on ${hard} and ${easy}`
  : `${claim}: ${cellName}: ${answer(difference)}. Loss on ${hard} less loss on ${easy}: ${points(difference.estimate)} points of retention ` +
    `(95 % ${points(difference.low)} to ${points(difference.high)}; hard and easy by the ${orderedBy})`

export const tierVerdictText = ({ isDeclared, verdict }: TierVerdict): string =>
  `${verdictWords({ verdict, power: null })}${isDeclared ? " [declared for this tier: see its own verdict]" : ""}`
