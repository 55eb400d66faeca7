/** A second opinion on each verdict, by another way: it never decides. */
import { crossedBootstrapMean } from "../../statistics/crossed-bootstrap.ts"
import { combine } from "../../statistics/ItemBySeed.ts"
import type { Verdict } from "../../statistics/verdict.ts"
import type { Paired } from "../paired.ts"
import type { BootstrapCheck } from "./JudgedClaim.ts"

/** Fixed: the same results give the same bytes. */
const seed = 20251221

export const bootstrapCheck = (
  { baseline, cell }: Extract<Paired, { readonly kind: "paired" }>, threshold: number,
  { alpha, kind }: Extract<Verdict, { readonly alpha: number }>
): BootstrapCheck => {
  const interval = crossedBootstrapMean(combine(1, cell, -threshold, baseline), { seed, level: 1 - 2 * alpha })
  const says = interval.low > 0 ? "supported" : interval.high < 0 ? "refuted" : "inconclusive"
  return { interval, says, agrees: says === kind }
}
