/** One or two lines for `leadspan plan`, from what prepared data hold: lengths and where the answer is first derived. */
import { quantile } from "./quantiles.ts"
import { ratioTexts, recommend } from "./recommend.ts"
import { keptLength } from "../plugin/kept-length.ts"
import { wilson } from "../statistics/wilson.ts"

export interface PreparedFacts {
  /** tokens of each sequence, [N] (rows of replay left out) */
  readonly lengths_N: ArrayLike<number>
  /** token index just after the first derivation, or -1 where none is known, [N] */
  readonly derivedAt_N: ArrayLike<number>
  /** mean tokens of each segment */
  readonly meanTokens: { readonly prompt: number; readonly cot: number; readonly answer: number }
}

const percent = (share: number): string => `${Math.round(100 * share)} %`

/**
 * What the data say before any training.
 * ```ts
 * adviceLine({ lengths_N: [100, 100], derivedAt_N: [-1, -1], meanTokens: { prompt: 10, cot: 80, answer: 10 } })[0] // => "data: 10 % prompt, 80 % thought, 10 % answer of 100 tokens a sequence; no first derivation is known in them"
 * ```
 */
export const adviceLine = ({ derivedAt_N, lengths_N, meanTokens }: PreparedFacts): ReadonlyArray<string> => {
  const total = meanTokens.prompt + meanTokens.cot + meanTokens.answer
  if (lengths_N.length === 0 || total === 0) return []
  const parts = `data: ${percent(meanTokens.prompt / total)} prompt, ${percent(meanTokens.cot / total)} thought, ` +
    `${percent(meanTokens.answer / total)} answer of ${Math.round(total)} tokens a sequence`
  const found = Array.from(lengths_N, (_, n) => n).filter((n) => derivedAt_N[n]! >= 0)
  if (found.length === 0) return [`${parts}; no first derivation is known in them`]
  const places = Float64Array.from(found, (n) => derivedAt_N[n]! / lengths_N[n]!).sort()
  const median = quantile(places, 0.5)
  const early = wilson(places.filter((place) => place <= 0.5).length / found.length, found.length)
  const advised = recommend(ratioTexts.map((ratio) => {
    const holds = found.filter((n) => derivedAt_N[n]! <= keptLength(lengths_N[n]!, ratio)).length / found.length
    return { ratio, holds: wilson(holds, found.length) }
  }), 0.9)
  const missing = lengths_N.length - found.length
  const line = `${parts}; the answer is first derived ${percent(median)} in (median)` +
    (missing === 0 ? "" : `, not at all in ${missing} of ${lengths_N.length}`) +
    `: ratio ${advised.ratio} keeps 90 % of the derivations`
  if (median <= 0.5) return [line]
  return [line, `warning: late-reasoning data: the first derivation lies in the first half in only ${percent(early.estimate)} ` +
    `(95 % interval ${percent(early.low)} to ${percent(early.high)}); a ratio of 0.5 cuts most derivations off`]
}
