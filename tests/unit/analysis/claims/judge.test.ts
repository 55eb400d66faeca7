import { describe, expect, it } from "vitest"
import { judge } from "../../../../framework/analysis/claims/judge.ts"
import { claimLine, isMet, verdictSummary, verdictWords } from "../../../../framework/analysis/claims/words.ts"
import type { ScoreLine } from "../../../../framework/journal/RecordedPlan.ts"
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
    expect(verdictSummary(judged)).toMatchInlineSnapshot(`"Of 5 hypotheses: 3 supported, 1 refuted, 1 inconclusive. Mind: 5 claims on 3 seeds: where students differ by seed, one of them is wrong in 4 to 6 % of experiments each way, not in 2.5 %; 5 seeds hold the level."`)
  })
  it("counts two names of one comparison once", () => {
    const { outcomes, plan } = claimed([claimAt("a", [2]), claimAt("b", [2]), claimAt("c", [10])])
    const judged = judge(plan, outcomes)
    expect(judged.map(({ sameAs }) => sameAs)).toEqual([null, "a: ratio=0.5 supervise=cot", null])
    // two comparisons: the better at a half of alpha, the other at the whole
    expect(judged.map(({ verdict }) => "alpha" in verdict && verdict.alpha)).toEqual([0.0125, 0.0125, 0.025])
    expect(claimLine(judged[1]!)).toContain("[same comparison as a: ratio=0.5 supervise=cot]")
  })
  it("gives no verdict with 2 seeds, and says what would settle it", () => {
    const { outcomes, plan } = claimed([claimAt("half", [10])], { seeds: [1, 2] })
    const [judged] = judge(plan, outcomes)
    expect(verdictWords(judged!)).toBe("no verdict: 2 of the 3 seeds it needs")
    expect([judged!.power!.power, judged!.power!.settling.items]).toEqual([0, "not reachable"])
    expect(isMet(judged!)).toBe(false)
  })
  it("is not defined, never a number, where the baseline failed, scores 0, or answered other items", () => {
    const { outcomes, plan } = claimed([claimAt("half", [2])])
    const wordsOf = (changed: Partial<typeof outcomes>) => {
      const [judged] = judge(plan, { ...outcomes, ...changed })
      expect([judged!.retention.kind, judged!.adjustedP, judged!.power, isMet(judged!)]).toEqual(["not-defined", null, null, false])
      return claimLine(judged!)
    }
    const baseline = plan.cells[3]!
    const trials = new Map(outcomes.trials)
    const scores = new Map(outcomes.scores)
    for (const trial of baseline.trials) {
      trials.set(trial.id, { ...trials.get(trial.id)!, status: "failed" })
      scores.delete(trial.evaluations["chain-arithmetic"]!.score)
    }
    expect(wordsOf({ trials, scores })).toMatchInlineSnapshot(`"half: ratio=0.5 supervise=cot: not defined: baseline ratio=1 supervise=cot failed with seed 1. Claimed >= 0.9"`)
    const changed = (change: (line: ScoreLine, step: string) => ScoreLine) =>
      new Map([...outcomes.scores].map(([step, lines]) => [step, lines.map((line) => change(line, step))]))
    const isBase = (step: string) => step.startsWith("score-3-") || step === "score-base"
    expect(wordsOf({ scores: changed((line, step) => (isBase(step) ? { ...line, first: false } : line)) })).toMatchInlineSnapshot(`"half: ratio=0.5 supervise=cot: not defined: baseline ratio=1 supervise=cot does not beat the base student: +0.0 points (0.0 to 0.0). Claimed >= 0.9"`)
    expect(wordsOf({ scores: changed((line, step) => (step.startsWith("score-3-") ? { ...line, item: `x${line.item}` } : line)) })).toMatchInlineSnapshot(`"half: ratio=0.5 supervise=cot: not defined: ratio=0.5 supervise=cot and ratio=1 supervise=cot were not scored on the same items. Claimed >= 0.9"`)
  })
  it("judges without a seed that failed for good, and waits for one that may still come", () => {
    const { outcomes, plan } = claimed([claimAt("half", [2])], { seeds: [1, 2, 3, 4] })
    const scores = new Map(outcomes.scores)
    scores.delete("score-2-4")
    expect(judge(plan, { ...outcomes, scores })[0]!.verdict.kind).toBe("no-verdict")
    const trials = new Map(outcomes.trials).set("train-2-4", { ...outcomes.trials.get("train-2-4")!, status: "failed" })
    const [judged] = judge(plan, { ...outcomes, scores, trials })
    expect([judged!.verdict.kind, judged!.seeds]).toEqual(["supported", 3])
  })
  it("agrees with a crossed bootstrap on clear cases, whose error is that of many replicates", () => {
    const { outcomes, plan } = claimed([claimAt("half", [2]), claimAt("quarter", [1])], { seeds: [1, 2, 3, 4, 5, 6] })
    expect(judge(plan, outcomes).map(({ bootstrap }) => bootstrap?.agrees)).toEqual([true, true])
  })
})
