/** Words for paired comparisons. */
import type { PairedTest } from "../statistics/paired-tests.ts"

export const testNames: Readonly<Record<PairedTest["method"], string>> = {
  "mcnemar-exact": "McNemar, exact", "sign-flip-exact": "sign flips, exact", "sign-flip-monte-carlo": "sign flips, 9,999 draws"
}
