import { describe, expect, it } from "vitest"
import { judge } from "../../../../framework/analysis/claims/judge.ts"
import { claimLine, isMet, verdictSummary, verdictWords } from "../../../../framework/analysis/claims/words.ts"
import { claimAt, claimed } from "./claimed.ts"

describe("judge", () => {
  it("supports, refutes, and leaves open, each hypothesis once", () => {
    const { outcomes, plan } = claimed([claimAt("half-is-enough", [2, 6, 10]), claimAt("a-quarter-is-enough", [1]), claimAt("half-is-all", [10], { threshold: 0.97 })])
    const judged = judge(plan, outcomes)
    expect(judged.map(claimLine).join("\n")).toMatchInlineSnapshot(`
      "half-is-enough: ratio=0.5 supervise=cot: supported. Retention 1.00 (0.99 to 1.01), claimed >= 0.9; cell - 0.9 x baseline +9.8 points (7.9 to 11.6) at alpha 0.005
      half-is-enough: ratio=0.5 supervise=cot+answer: supported. Retention 1.00 (0.98 to 1.02), claimed >= 0.9; cell - 0.9 x baseline +9.8 points (7.8 to 11.8) at alpha 0.013
      half-is-enough: ratio=0.5 supervise=prompt+cot+answer: supported. Retention 0.97 (0.95 to 1.00), claimed >= 0.9; cell - 0.9 x baseline +6.9 points (4.0 to 9.6) at alpha 0.0083
      a-quarter-is-enough: ratio=0.25 supervise=cot: refuted. Retention 0.56 (0.52 to 0.61), claimed >= 0.9; cell - 0.9 x baseline -33.3 points (-39.2 to -27.5) at alpha 0.0063
      half-is-all: ratio=0.5 supervise=prompt+cot+answer: inconclusive: power 29 % at a true retention of 1; 1604 items, or 7 seeds, or both 432 and 5 would settle it. Retention 0.97 (0.95 to 1.00), claimed >= 0.97; cell - 0.97 x baseline +0.4 points (-2.0 to 2.6) at alpha 0.025"
    `)
    expect(verdictSummary(judged)).toMatchInlineSnapshot(`"Of 5 hypotheses: 3 supported, 1 refuted, 1 inconclusive."`)
  })
})
