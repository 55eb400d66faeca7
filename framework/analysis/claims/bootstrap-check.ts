/** A second opinion on each verdict, by another way: it never decides. */
import { pigeonholeError } from "../../statistics/crossed-bootstrap.ts"
import { normalQuantile } from "../../statistics/distributions.ts"
import { combine, grandMean } from "../../statistics/ItemBySeed.ts"
import type { Verdict } from "../../statistics/verdict.ts"
import type { Paired } from "../paired.ts"
import type { BootstrapCheck } from "./JudgedClaim.ts"

/** The contrast of the verdict at its alpha, with the crossed bootstrap's standard error and the normal quantile. */
export const bootstrapCheck = (
  { baseline, cell }: Extract<Paired, { readonly kind: "paired" }>, threshold: number,
  { alpha, kind }: Extract<Verdict, { readonly alpha: number }>
): BootstrapCheck => {
  const contrast = combine(1, cell, -threshold, baseline)
  const estimate = grandMean(contrast)
  const half = normalQuantile(1 - alpha) * pigeonholeError(contrast)
  const interval = { estimate, low: estimate - half, high: estimate + half }
  const says = interval.low > 0 ? "supported" : interval.high < 0 ? "refuted" : "inconclusive"
  return { interval, says, agrees: says === kind }
}
