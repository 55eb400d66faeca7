export type PassAtK =
  | { readonly kind: "estimated"; readonly value: number; /** fewer than 2k samples: the estimate is rough */ readonly isRough: boolean }
  | { readonly kind: "refused"; readonly reason: string }

/**
 * Unbiased estimate, from n samples of which c are right, of the chance that at least one of k samples is right:
 *
 *     1 - C(n - c, k) / C(n, k) = 1 - prod_{i = n-c+1}^{n} (1 - k/i)
 *
 * The product has no factorial in it, so it neither overflows nor cancels; it has k factors where k < c.
 * @param numSamples samples of an item, n
 * @param numRight right ones among them, c, 0 to n
 * @param k whole, at least 1; refused above n
 * @source M. Chen et al., "Evaluating large language models trained on code", arXiv 2107.03374 (2021), section 2.1
 * ```ts
 * Number((passAtK(10, 3, 1) as { value: number }).value.toFixed(6)) // => 0.3
 * passAtK(4, 1, 8).kind // => "refused"
 * ```
 */
export const passAtK = (numSamples: number, numRight: number, k: number): PassAtK => {
  const isCount = Number.isInteger(numSamples) && Number.isInteger(numRight) && numRight >= 0 && numRight <= numSamples
  if (!isCount || !Number.isInteger(k) || k < 1) {
    return {
      kind: "refused",
      reason: `expected whole numbers, 0 <= right <= samples and k >= 1; found ${numRight} right of ${numSamples}, k = ${k}`
    }
  }
  if (numSamples < k) {
    return { kind: "refused", reason: `pass@${k} needs at least ${k} samples an item, found ${numSamples}: take more samples or a smaller k` }
  }
  const isRough = numSamples < 2 * k
  if (numSamples - numRight < k) return { kind: "estimated", value: 1, isRough }
  // log1p and expm1: right to the last digits where the chance is tiny; the product is symmetric in c and k
  const [factors, taken] = k < numRight ? [k, numRight] : [numRight, k]
  let logMiss = 0
  for (let i = numSamples - factors + 1; i <= numSamples; i++) logMiss += Math.log1p(-taken / i)
  return { kind: "estimated", value: logMiss === 0 ? 0 : -Math.expm1(logMiss), isRough }
}
