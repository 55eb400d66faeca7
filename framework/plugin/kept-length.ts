/**
 * Tokens that a truncation to `ratio` keeps of a sequence: max(1, floor(ratio * T)), exactly.
 *
 * The ratio is the decimal as it was written, so 0.29 of 100 tokens is 29; in doubles it would be 28. T counts every
 * templated token, end of turn included (arXiv 2512.21002).
 * @param length T, tokens
 * @param ratio decimal text of a number in (0, 1], such as "0.29", "1", ".5" or "1e-1"
 * @throws RangeError if the text is no decimal in (0, 1], or if T is no whole number of 1 or more
 *
 * ```ts
 * keptLength(100, "0.29") // => 29
 * keptLength(3, "0.25") // => 1
 * ```
 */
export const keptLength = (length: number, ratio: string): number => {
  if (!Number.isSafeInteger(length) || length < 1) throw new RangeError(`length ${length}, expected a whole number of 1 or more`)
  const parts = /^\+?(\d{0,400})(?:\.(\d{0,400}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(ratio)
  const whole = parts?.[1] ?? ""
  const fraction = parts?.[2] ?? ""
  if (parts === null || whole + fraction === "") throw new RangeError(`ratio "${ratio}", expected a decimal in (0, 1]`)
  const exponent = Number(parts[3] ?? 0) - fraction.length
  const numerator = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, exponent))
  const denominator = 10n ** BigInt(Math.max(0, -exponent))
  if (numerator === 0n || numerator > denominator) throw new RangeError(`ratio "${ratio}", expected a decimal in (0, 1]`)
  return Math.max(1, Number(numerator * BigInt(length) / denominator))
}
