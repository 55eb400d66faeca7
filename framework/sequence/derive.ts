/** Where the reference answer is first derived in a trace's thought, where the source does not tell it. */
import { answerValue, firstDerivation, type TextMatcher } from "../derivation/find-derivation.ts"
import type { TraceRecord } from "../plugin/define.ts"

type Derivable = Pick<TraceRecord, "cot" | "answer" | "derivedAt" | "gold" | "closed">

/** The reference answer: the data's own, or the one that the trace gives itself. */
export const goldOf = (trace: Pick<TraceRecord, "answer" | "gold" | "closed">): string | null =>
  trace.gold ?? (trace.closed === false ? null : answerValue(trace.answer))

/** With `derivedAt` by a textual match, unless the source tells it. */
export const withDerivation = <T extends Derivable>(trace: T, matcher: TextMatcher): T => {
  const gold = trace.derivedAt === null ? goldOf(trace) : null
  return gold === null ? trace : { ...trace, derivedAt: firstDerivation(trace.cot, gold, matcher) }
}
