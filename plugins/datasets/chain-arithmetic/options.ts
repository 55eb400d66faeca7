/** What a spec may say about chain arithmetic, for the data set and the benchmark alike. */
import { Schema, withDefault } from "leadspan"
import type { Tier } from "./problem.ts"
import { stream } from "./stream.ts"
import type { Style } from "./trace.ts"

const TierName = Schema.Literals(["mini", "easy", "standard", "hard"])
const StyleName = Schema.Literals(["early", "late", "short", "free"])
const Share = Schema.Finite.check(Schema.isGreaterThan(0))

export const ChainOptions = Schema.Struct({
  tier: Schema.optionalKey(TierName.annotate({ description: "Steps of a problem: mini 1, easy 2, standard 3 (if left out), hard 4." })),
  style: Schema.optionalKey(StyleName.annotate({
    description: "Where the thought derives the answer: early (if left out), late, short (nothing else in it), free (anywhere)."
  })),
  mixture: Schema.optionalKey(Schema.NonEmptyArray(Schema.Struct({ tier: TierName, style: StyleName, share: withDefault(Share, 1) })).annotate({
    description: "Several tiers and styles instead of one, each with its share of the records."
  })),
  signs: withDefault(Schema.Literals(["+", "-", "+-"]).annotate({ description: "Signs of the steps." }), "+"),
  highest: withDefault(Schema.Int.annotate({ description: "Operand digits are 1 to this." })
    .check(Schema.isBetween({ minimum: 1, maximum: 9 })), 4),
  checks: withDefault(Schema.Int.annotate({ description: "Re-checks after an early derivation; 0 puts a dropped attempt in their place." })
    .check(Schema.isBetween({ minimum: 0, maximum: 1 })), 1)
}).check(Schema.makeFilter(({ mixture, tier, style }) => mixture === undefined || (tier === undefined && style === undefined)
  ? undefined
  : { path: ["mixture"], issue: "gives tiers and styles itself: leave out `tier` and `style`" }))
export type ChainOptions = typeof ChainOptions.Type

export interface Kind {
  readonly tier: Tier
  readonly style: Style
}

/** Kinds with the share up to and with each of them, in (0, 1]. */
export type Mixture = ReadonlyArray<{ readonly kind: Kind; readonly upTo: number }>

export const mixtureOf = ({ mixture, style = "early", tier = "standard" }: ChainOptions): Mixture => {
  if (mixture === undefined) return [{ kind: { tier, style }, upTo: 1 }]
  const whole = mixture.reduce((sum, { share }) => sum + share, 0)
  let sum = 0
  return mixture.map(({ share, style, tier }) => ({ kind: { tier, style }, upTo: (sum += share) / whole }))
}

/** Tier and style of record `index`, from a stream of its own: the first records do not depend on how many are asked for. */
export const kindAt = (mixture: Mixture, seed: number, split: string, index: number): Kind => {
  const at = stream(seed, `mixture-${split}`, index)(1 << 20) / (1 << 20)
  return (mixture.find(({ upTo }) => at < upTo) ?? mixture.at(-1)!).kind
}
