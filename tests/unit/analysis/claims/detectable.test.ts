import { describe, expect, it } from "vitest"
import { detectable } from "../../../../framework/analysis/claims/detectable.ts"
import { pilotOf } from "../../../../framework/analysis/claims/pilot.ts"
import { claimWarnings } from "../../../../framework/plan/claim-warnings.ts"
import { detectableLines } from "../../../../framework/cli/detectable-lines.ts"
import { claimAt, claimed } from "./claimed.ts"

const assumptions = { baseline: 0.85, correlation: 0.5, seedSd: 0, pilot: null }

describe("the detectable effect", () => {
  it("is the textbook's: 127 items for 0.90 at 0.85, truth 1.0, correlation 0.5; 574 for truth 0.95", () => {
    for (const [assume, items] of [[1, 127], [0.95, 574]] as const) {
      const { plan } = claimed([claimAt("half", [2], { assume })])
      const [row] = detectable(plan, assumptions, () => null)
      expect([row!.itemsNeeded, row!.from, row!.alpha]).toEqual([items, "assumed", 0.025])
      const exact = detectable({ ...plan, evaluations: [{ ...plan.evaluations[0]!, items }] }, assumptions, () => null)[0]!
      expect(exact.effect).toBeLessThanOrEqual((assume - 0.9) * 0.85)
      expect(exact.effect).toBeGreaterThan((assume - 0.9) * 0.85 * 0.99)
    }
  })
  it("is judged at Holm's first step over all hypotheses, each comparison once", () => {
    const { plan } = claimed([claimAt("a", [2, 10]), claimAt("b", [2])])
    expect(detectable(plan, assumptions, () => null).map(({ alpha }) => alpha)).toEqual([0.0125, 0.0125])
  })
  it("of a claim on one tier is about the items of that tier", () => {
    const { plan } = claimed([claimAt("half", [2], { tier: "hard" })])
    const tiers = { easy: 200, hard: 100 }
    expect(detectable({ ...plan, evaluations: [{ ...plan.evaluations[0]!, tiers }] }, assumptions, () => null)[0]!.items).toBe(100)
    expect(claimWarnings({ ...plan, evaluations: [{ ...plan.evaluations[0]!, tiers: { easy: 250, hard: 50 } }] })[0]).toContain("rests on 50 problems")
  })
  it("says so where seeds alone exceed it, and under 3 seeds", () => {
    const { plan } = claimed([claimAt("half", [2])], { seeds: [1, 2] })
    const detects = { rows: detectable(plan, { ...assumptions, seedSd: 0.8 }, () => null), assumptions: { ...assumptions, seedSd: 0.8 }, pilot: null }
    expect(detects.rows[0]).toMatchObject({ power: null, itemsNeeded: "not reachable" })
    expect(detectableLines(detects).join("\n")).toMatchInlineSnapshot(`
      "detectable with 80 % power at one-sided alpha 0.025, the first of Holm's steps over 1 hypothesis, 300 items x 2 seeds:
        half >= 0.9: no true retention would be found: it would take scores above 100 %, of 0.574 or less refuted; no verdict: 2 of the 3 seeds it needs
        assumed: baseline 85 %, item correlation 0.5, seed SD 0.8 logits, all spread between items their own (docs/claims.md); state yours in \`power\`, or run a pilot"
    `)
  })
  it("without claims is about the baseline", () => {
    const { plan } = claimed([])
    const rows = detectable(plan, assumptions, () => null)
    expect(detectableLines({ rows, assumptions, pilot: null }).join("\n")).toMatchInlineSnapshot(`
      "detectable with 80 % power at one-sided alpha 0.025, 300 items x 3 seeds:
        chain-arithmetic, cell against its matched baseline: a difference of 5.8 points (0.068 of retention) would be found
        assumed: baseline 85 %, item correlation 0.5, seed SD 0 logits, all spread between items their own (docs/claims.md); state yours in \`power\`, or run a pilot"
    `)
  })
  it("updates itself after a pilot", () => {
    const { outcomes, plan } = claimed([claimAt("half", [10])])
    const cells = plan.cells.filter(({ index }) => index === 10)
    const rows = detectable(plan, assumptions, ({ against, question, threshold }) => pilotOf(plan, outcomes, cells, against, question, threshold))
    expect(rows[0]).toMatchObject({ from: "pilot", seeds: 3 })
    expect(rows[0]!.baseline).toBeCloseTo(0.93, 1)
    expect(detectableLines({ rows, assumptions, pilot: "simulated" }).join("\n")).toMatchInlineSnapshot(`
      "detectable with 80 % power at one-sided alpha 0.025, the first of Holm's steps over 1 hypothesis, 300 items x 3 seeds:
        half >= 0.9: a true retention of 0.933 or more would be found, of 0.867 or less refuted; power 97 % at 1, 34 items would do
        measured in simulated: baseline 93.2 %, SD of items 0.006, of seeds 0.00, of the rest 0.332, in score"
    `)
    const one = claimed([claimAt("half", [10])], { seeds: [1] })
    expect(pilotOf(one.plan, one.outcomes, one.plan.cells.filter(({ index }) => index === 10), "matched", { evaluations: ["chain-arithmetic"], rule: "first", tier: null }, 0.9))
      .toMatchObject({ seeds: 1, components: { seed: null, residual: 0 } })
  })
})

describe("claims on small benchmarks", () => {
  const { plan } = claimed([claimAt("both", [2], { evaluation: "aime24" })], { seeds: [1, 2] })
  const evaluation = { ...plan.evaluations[0]!, items: 30 }
  const evaluations = [{ ...evaluation, name: "aime24", benchmark: "aime24" }, { ...evaluation, name: "aime25", benchmark: "aime25" }]
  it("are warned of, and years that are not pooled", () => {
    expect(claimWarnings({ ...plan, evaluations })).toEqual([
      "claim both rests on 30 problems with 1 sample and 2 seeds: benchmarks this small need at least 16 samples and 3 seeds",
      "claim both leaves out aime25: pool the years with `evaluation: [aime24, aime25]`"
    ])
  })
  it("are fine with enough of both", () => {
    const pooled = [claimAt("both", [2], { evaluation: "aime24+aime25", evaluations: ["aime24", "aime25"] })]
    expect(claimWarnings({ ...plan, claims: pooled, seeds: [1, 2, 3], evaluations: evaluations.map((one) => ({ ...one, samples: 16 })) })).toEqual([])
    expect(claimWarnings(claimed([claimAt("half", [2])]).plan)).toEqual([])
  })
})
