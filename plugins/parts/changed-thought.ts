/** A trace with another thought; prompt and answer stay as they are. */
import type { TraceRecord } from "leadspan"

/**
 * The first derivation is where it was only if the thought is the same up to there. Else it is null: the text before it
 * became another, and nobody has looked where the answer is first derived now.
 */
export const withThought = (trace: TraceRecord, cot: string): TraceRecord => {
  const { derivedAt } = trace
  const isSame = derivedAt !== null && trace.cot.slice(0, derivedAt) === cot.slice(0, derivedAt)
  return { ...trace, cot, derivedAt: isSame ? derivedAt : null }
}
