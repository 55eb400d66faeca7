/** Verdicts by tier as rows: `tiers.csv`. */
import { csv } from "../csv.ts"
import type { TierContrast, TierVerdict } from "./tiers.ts"
import { verdictWords } from "./words.ts"

/** One row a hypothesis and tier, then one a hypothesis for the hardest tier against the easiest (its `tier` is "hard - easy"). */
export const tiersCsv = (verdicts: ReadonlyArray<TierVerdict>, contrasts: ReadonlyArray<TierContrast>): string => csv(
  ["claim", "cell", "name", "tier", "declared", "threshold", "verdict", "words", "retention", "retention_low", "retention_high",
    "contrast", "contrast_low", "contrast_high", "alpha", "adjusted_p", "loss_difference", "loss_difference_low", "loss_difference_high", "ordered_by",
    "seeds", "items"],
  [
    ...verdicts.map((one) => {
      const interval = one.retention.kind === "measured" ? one.retention.interval : null
      const contrast = "contrast" in one.verdict ? one.verdict.contrast : null
      return [one.claim, one.cell, one.cellName, one.tier, Number(one.isDeclared), one.threshold, one.verdict.kind,
        verdictWords({ verdict: one.verdict, power: null }), interval?.estimate, interval?.low, interval?.high,
        contrast?.estimate, contrast?.low, contrast?.high, "alpha" in one.verdict ? one.verdict.alpha : null, one.adjustedP,
        null, null, null, null, one.seeds, one.items]
    }),
    ...contrasts.map(({ cell, cellName, claim, difference, easy, hard, orderedBy }) =>
      [claim, cell, cellName, `${hard} - ${easy}`, null, null, null, null, null, null, null, null, null, null, null, null,
        difference?.estimate, difference?.low, difference?.high, orderedBy, null, null])
  ]
)
