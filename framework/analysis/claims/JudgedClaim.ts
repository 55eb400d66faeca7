/** What became of each declared claim: one value a hypothesis, which is one claim at one cell. */
import type { Interval } from "../../statistics/Interval.ts"
import type { Settling } from "../../statistics/power.ts"
import type { Verdict } from "../../statistics/verdict.ts"
import type { Rule } from "../item-tables.ts"
import type { Against, Retention } from "../retention.ts"

export interface JudgedClaim {
  /** its name in the spec; k matching cells make k hypotheses */
  readonly claim: string
  readonly cell: number
  readonly cellName: string
  readonly baseline: number
  readonly baselineName: string
  readonly against: Against
  /** several pooled ones are joined by "+" */
  readonly evaluation: string
  readonly rule: Rule
  /** null: all items */
  readonly tier: string | null
  /** retention >= threshold */
  readonly threshold: number
  /** true retention at which power is computed, declared before the run */
  readonly assume: number
  /** the hypothesis before it that compares the same trials: judged once, counted once */
  readonly sameAs: string | null
  /** at the alpha that Holm (or Benjamini-Hochberg where it is exploratory) and looks leave */
  readonly verdict: Verdict
  /** p of the direction that the estimate points to, adjusted by Holm, or by Benjamini-Hochberg where it is exploratory */
  readonly adjustedP: number | null
  /** under the claim's rule, on its items; 95 % interval */
  readonly retention: Retention
  /** where undecided, and two seeds or more tell how seeds vary: at `assumed`, never at what was observed */
  readonly power: ClaimPower | null
  /** times it has been judged on new data, this one included; how many were declared, null where none were */
  readonly looks: { readonly taken: number; readonly declared: number | null }
  /** it entered the plan, or was changed, when results of its cells existed: exploratory */
  readonly declaredAfterResults: boolean
  /** a crossed bootstrap of the same contrast at the same alpha; null where undecidable */
  readonly bootstrap: BootstrapCheck | null
  /** seeds and items that the verdict rests on */
  readonly seeds: number
  readonly items: number
  /** names the data that were judged; null before there are any */
  readonly data: string | null
  /** share of the planned seeds that were judged, and what this look spends of alpha */
  readonly look: { readonly share: number; readonly alpha: number } | null
}

export interface ClaimPower {
  readonly assumed: number
  readonly power: number
  /** what would give 80 % */
  readonly settling: Settling
}

export interface BootstrapCheck {
  /** of the contrast, in score points (0 to 1) */
  readonly interval: Interval
  readonly says: "supported" | "refuted" | "inconclusive"
  readonly agrees: boolean
}
