import type { ScoreLine } from "../journal/RecordedPlan.ts"
import { type Rule, verdictOf } from "./item-tables.ts"

/** How a student answers, beside whether it is right: means over items, samples and seeds. */
export interface Answering {
  /** ended by itself within the limit */
  readonly finishRate: number
  readonly thoughtClosedRate: number
  readonly tokensGenerated: number
  /** share right among the finished, under the primary rule; null if none finished */
  readonly scoreGivenFinished: number | null
}

export const answeringOf = (lines: ReadonlyArray<ScoreLine>, rule: Rule): Answering | null => {
  if (lines.length === 0) return null
  const share = (of: ReadonlyArray<ScoreLine>, holds: (line: ScoreLine) => boolean) => of.filter(holds).length / of.length
  const finished = lines.filter((line) => line.finished)
  return {
    finishRate: finished.length / lines.length,
    thoughtClosedRate: share(lines, (line) => line.thoughtClosed),
    tokensGenerated: lines.reduce((sum, line) => sum + line.tokens, 0) / lines.length,
    scoreGivenFinished: finished.length === 0 ? null : share(finished, (line) => verdictOf(line, rule))
  }
}
