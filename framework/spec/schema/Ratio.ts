/**
 * A truncation ratio, kept as the decimal that was written: 0.29 of 100 tokens is 29, while the double nearest to 0.29
 * gives 28. The text is normalised, so that `1`, `1.0` and `1e0` are one ratio.
 */
import { Schema } from "effect"
import { normaliseDecimal } from "../decimal.ts"

const isRatio = (text: string): boolean =>
  normaliseDecimal(text) === text && Number(text) > 0 && (text === "1" || text.startsWith("0."))

export const RatioText = Schema.String.check(
  Schema.makeFilter((text: string) => (isRatio(text) ? undefined : "expected a decimal number above 0 and at most 1"), {
    expected: "a decimal number above 0 and at most 1"
  })
)
  .pipe(Schema.brand("RatioText"))
  .annotate({ identifier: "Ratio", description: "A decimal number above 0 and at most 1, kept as written." })
/** Normalised decimal text in (0, 1], e.g. "0.29" or "1". */
export type RatioText = typeof RatioText.Type

/** The nearest double, for axes of charts; never for counting tokens. */
export const ratioValue = (ratio: RatioText): number => Number(ratio)
