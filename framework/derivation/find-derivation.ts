/** Where in a thought the reference answer first stands, by its text. */
import { extractAnswer } from "../equivalence/extract.ts"
import { goldForms } from "./gold-forms.ts"
import { occurrences } from "./occurrence.ts"
import { isStatedAsResult } from "./stated-as-result.ts"
import { tokensOf } from "./value-tokens.ts"

/** Enters the identity of data whose derivations are looked for: raise it when one of the matchers can find another place. */
export const matcherVersion = 1

/** `loose`: as a value of its own anywhere. `strict`: stated as a result, which is the default everywhere. */
export type TextMatcher = "loose" | "strict"

/**
 * Character offset in `cot` just after the first place where `gold` stands, or null. Numbers are compared without
 * thousands separators and leading zeros, LaTeX without its dress. A gold of one character, such as `2` or `A`, stands
 * almost anywhere loosely: that is why strict is the default.
 * ```ts
 * firstDerivation("x12 is 112, and 3 * 4 = 12. So 12.", "12", "strict") // => 26
 * firstDerivation("Let n = 12. Is it 12 + x?", "12", "strict") // => null
 * firstDerivation("Let n = 12. Is it 12 + x?", "12", "loose") // => 10
 * ```
 */
export const firstDerivation = (cot: string, gold: string, matcher: TextMatcher): number | null => {
  const forms = goldForms(gold)
  if (forms.length === 0) return null
  const tokens = tokensOf(cot)
  for (const found of occurrences(tokens, forms)) {
    if (matcher === "loose" || isStatedAsResult(tokens, found)) return tokens[found.to - 1]!.end
  }
  return null
}

/**
 * The answer that an answer segment gives, for data sets without a reference: the last boxed value, else what stands behind
 * `the answer is` or `####`, else the last value. Null where there is none.
 * ```ts
 * answerValue("3 + 4 = 7, so the answer is $7$.") // => "7"
 * ```
 */
export const answerValue = (answerText: string): string | null => extractAnswer(answerText)
