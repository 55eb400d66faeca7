/** What a plan tells of its data: how many, of what, what was left out and why. */
import { adviceLine } from "../advice/plan-line.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { DataContext } from "./DataContext.ts"

export const recordedData = ({ mainRows, source, train, validation }: DataContext): RecordedPlan["data"] => {
  const { contamination, cut, dataFormat, digest, meanTokens, tally, unfinished } = train.summary
  const { derivedAt_N, lengths_N } = train.prepared
  return {
    source, digest, train: mainRows, validation: validation?.summary.rows ?? 0, meanTokens,
    ...(dataFormat === null ? {} : { format: dataFormat }),
    tally: { train: tally, validation: validation?.summary.tally ?? null },
    contamination, unfinished, cut,
    advice: adviceLine({ lengths_N: lengths_N.subarray(0, mainRows), derivedAt_N: derivedAt_N.subarray(0, mainRows), meanTokens })
  }
}
