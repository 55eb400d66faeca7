/** When claims were declared, how often they were judged, and what that leaves of alpha: from the journal. */
import { describe, expect, it } from "vitest"
import { claimHistory } from "../../../../framework/analysis/claims/history.ts"
import { newLooks } from "../../../../framework/analysis/claims/journal-looks.ts"
import { judge } from "../../../../framework/analysis/claims/judge.ts"
import { claimLine, isMet } from "../../../../framework/analysis/claims/words.ts"
import type { Body, Judged } from "../../../../framework/journal/Record.ts"
import type { RecordedPlan } from "../../../../framework/journal/RecordedPlan.ts"
import { foldJournal } from "../../../../framework/journal/state.ts"
import { claimAt, claimed } from "./claimed.ts"

const stateOf = (bodies: ReadonlyArray<Body>) =>
  foldJournal(bodies.map((body, sequence) => ({ format: 1 as const, writer: "w", sequence, at: 1, body }))).state()
const done = (step: string): Body => ({ type: "done", step, kind: "score", attempt: 1, output: "o", cost: null })
const reused = (step: string): Body => ({ type: "reused", step, kind: "score", output: "o", from: "another", cost: null })

/** Objects need names that differ between tests: what a name holds is remembered. */
let count = 0
const journal = (entries: ReadonlyArray<RecordedPlan | Body>) => {
  const objects = new Map<string, string>()
  const bodies = entries.map((entry): Body => {
    if ("type" in entry) return entry
    const object = `plan-${count++}`
    objects.set(object, JSON.stringify(entry))
    return { type: "plan", planId: object, object }
  })
  return (plan: RecordedPlan) => claimHistory(plan, stateOf(bodies), (digest) => objects.get(digest) ?? null)
}

const half = claimAt("half-is-enough", [2])
const planOf = (...claims: ReadonlyArray<typeof half>) => claimed(claims).plan

describe("a claim counts as declared", () => {
  it("where its plan stands before the first result of its cell, and not after", () => {
    const early = journal([planOf(half), done("score-2-1")])(planOf(half))
    expect(early.declaredAfter.size).toBe(0)
    const late = journal([planOf(), done("score-2-1"), planOf(half)])(planOf(half))
    expect([...late.declaredAfter]).toEqual(["half-is-enough 2"])
    // before the run that declares it has begun to write
    expect(journal([planOf(), done("score-2-1")])(planOf(half)).declaredAfter.size).toBe(1)
    expect(journal([planOf(), done("score-3-1")])(planOf(half)).declaredAfter.size).toBe(0)
  })
  it("whatever the baseline has shown, but not where another experiment had the results", () => {
    expect(journal([planOf(), done("score-3-1"), planOf(half)])(planOf(half)).declaredAfter.size).toBe(0)
    expect(journal([planOf(half), reused("score-2-1")])(planOf(half)).declaredAfter.size).toBe(1)
  })
  it("under another name still, with another threshold no more; what was dropped still counts", () => {
    const renamed = claimAt("a-half", [2])
    expect(journal([planOf(half), done("score-2-1"), planOf(renamed)])(planOf(renamed))).toMatchObject({ withdrawn: [] })
    const lower = claimAt("half-is-enough", [2], { threshold: 0.8 })
    const changed = journal([planOf(half), done("score-2-1"), planOf(lower)])(planOf(lower))
    expect([...changed.declaredAfter]).toEqual(["half-is-enough 2"])
    expect(changed.withdrawn).toEqual([{ claim: "half-is-enough", cellName: "ratio=0.5 supervise=cot" }])
  })
  it("declared after results it is exploratory, and meets no requirement", () => {
    const { outcomes, plan } = claimed([half, claimAt("other", [10])])
    const claims = journal([planOf(), done("score-2-1"), plan])(plan)
    const [first, second] = judge(plan, { ...outcomes, claims })
    expect([first!.declaredAfterResults, isMet(first!), second!.declaredAfterResults, isMet(second!)]).toEqual([true, false, false, true])
    expect(claimLine(first!)).toContain("supported")
    expect(claimLine(first!)).toContain("[declared after results: exploratory]")
    // Holm counts the other alone
    expect("alpha" in second!.verdict && second!.verdict.alpha).toBe(0.025)
  })
  it("a withdrawn claim takes its share of alpha with it", () => {
    const { outcomes, plan } = claimed([half])
    const [judged] = judge(plan, { ...outcomes, claims: { ...outcomes.claims, withdrawn: [{ claim: "old", cellName: "c" }] } })
    expect("alpha" in judged!.verdict && judged!.verdict.alpha).toBe(0.0125)
  })
})

describe("looks", () => {
  const journaled = (plan: RecordedPlan, outcomes: ReturnType<typeof claimed>["outcomes"]) => newLooks(plan, outcomes, judge(plan, outcomes))
  const withLooks = (outcomes: ReturnType<typeof claimed>["outcomes"], looks: ReadonlyArray<Judged>) => ({ ...outcomes, claims: { ...outcomes.claims, looks } })
  /** the same experiment before a seed was scored */
  const without = (outcomes: ReturnType<typeof claimed>["outcomes"], seed: number) => {
    const scores = new Map(outcomes.scores)
    for (const key of scores.keys()) if (key.endsWith(`-${seed}`)) scores.delete(key)
    return { ...outcomes, scores }
  }

  it("judge nothing before the planned seeds are there", () => {
    const { outcomes, plan } = claimed([half])
    const [judged] = judge(plan, without(outcomes, 3))
    expect(claimLine(judged!)).toContain("no verdict: 2 of 3 planned seeds are scored in cell and baseline")
    expect(judged!.looks).toEqual({ taken: 0, declared: null })
    expect(journaled(plan, without(outcomes, 3))).toEqual([])
  })
  it("are journaled once for the same data; more seeds are a further look, and it says so", () => {
    const first = claimed([half])
    const [look, ...rest] = journaled(first.plan, first.outcomes)
    expect(rest).toEqual([])
    expect(look).toMatchObject({ claim: "half-is-enough", seeds: 3, items: 300, share: 1, alpha: 0.025, verdict: "supported" })
    expect(journaled(first.plan, withLooks(first.outcomes, [look!]))).toEqual([])
    // an alias has the same trials, and a baseline of its own: another comparison
    expect(judge(first.plan, withLooks(first.outcomes, [{ ...look!, baselineTrials: ["another"] }]))[0]!.looks).toEqual({ taken: 1, declared: null })
    const grown = claimed([half], { seeds: [1, 2, 3, 4, 5] })
    const outcomes = withLooks(grown.outcomes, [look!])
    const [judged] = judge(grown.plan, outcomes)
    expect(judged!.looks).toEqual({ taken: 2, declared: null })
    expect(claimLine(judged!)).toContain("[after 2 looks]")
    expect(journaled(grown.plan, outcomes)).toHaveLength(1)
    // on the way there, the last look stands
    expect(claimLine(judge(grown.plan, without(outcomes, 5))[0]!)).toContain("4 of 5 planned seeds are scored in cell and baseline; at the last look: supported")
  })
  it("that were declared spend alpha; a look that was not taken leaves it to the next", () => {
    const declared = claimAt("half-is-enough", [2], { looks: { shares: [0.6, 1], spending: "linear" } })
    const { outcomes, plan } = claimed([declared], { seeds: [1, 2, 3, 4, 5] })
    const early = without(without(outcomes, 5), 4)
    expect(claimLine(judge(plan, without(early, 3))[0]!)).toContain("2 of 5 planned seeds are scored in cell and baseline, the next look is at 3")
    const [first] = judge(plan, early)
    expect(first).toMatchObject({ look: { share: 0.6, alpha: 0.015 }, looks: { taken: 1, declared: 2 } })
    expect(claimLine(first!)).toContain("[look 1 of 2 declared]")
    const [look] = journaled(plan, early)
    const [second] = judge(plan, withLooks(outcomes, [look!]))
    expect(second!.looks).toEqual({ taken: 2, declared: 2 })
    expect(second!.look!.alpha).toBeCloseTo(0.01, 12)
    expect("alpha" in second!.verdict && second!.verdict.alpha).toBeCloseTo(0.01, 12)
    expect(judge(plan, outcomes)[0]!.look!.alpha).toBeCloseTo(0.025, 12)
  })
})
