import { normalQuantile, normalUpperTail } from "./distributions.ts"

/**
 * How alpha is spent over looks. `linear`: in proportion to the information, so in equal parts over evenly spaced looks.
 * `obrien-fleming`: almost nothing early, almost all at the last look.
 */
export type SpendingRule = "linear" | "obrien-fleming"

/**
 * Alpha for each declared look at a claim (it is judged again after more seeds or items). Look i gets what the spending
 * function adds, A(t_i) - A(t_{i-1}), where t is the share of the planned information:
 *
 *     linear           A(t) = alpha t
 *     obrien-fleming   A(t) = 2 (1 - Phi(z_{1-alpha/2} / sqrt(t)))
 *
 * The shares sum to alpha and each is used as the level of its own look (a union bound), so false positives over all looks
 * are at most alpha whatever the dependence between looks. Group-sequential boundaries from the joint distribution would leave
 * each later look a little more; they need independent increments, which more seeds over the same items do not give.
 * @param information share of the planned information at each look, rising, the last 1; such as 0.5 and 1
 * @param alpha one-sided, over all looks
 * @throws RangeError if the shares do not rise from above 0 to 1
 * @source K. K. G. Lan, D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983)
 * ```ts
 * alphaSpending([0.5, 1], 0.025, "linear") // => [0.0125, 0.0125]
 * alphaSpending([0.5, 1], 0.025, "obrien-fleming").map((part) => Number(part.toFixed(5))) // => [0.00153, 0.02347]
 * ```
 */
export const alphaSpending = (
  information: ReadonlyArray<number>,
  alpha: number,
  rule: SpendingRule
): ReadonlyArray<number> => {
  const rises = information.every((share, look) => share > (information[look - 1] ?? 0))
  if (!rises || information.at(-1) !== 1) {
    throw new RangeError(`Shares of information must rise from above 0 to 1, found ${JSON.stringify(information)}`)
  }
  const spent = (share: number) =>
    rule === "linear" ? alpha * share : 2 * normalUpperTail(normalQuantile(1 - alpha / 2) / Math.sqrt(share))
  return information.map((share, look) => spent(share) - (look === 0 ? 0 : spent(information[look - 1]!)))
}
