import { describe, expect, it } from "vitest"
import { retentionDifference, meanLogRetention } from "../../../framework/statistics/combined-retention.ts"
import { crossedBootstrap, pigeonholeError } from "../../../framework/statistics/crossed-bootstrap.ts"
import { gainRetention } from "../../../framework/statistics/gain-retention.ts"
import { combine, grandMean } from "../../../framework/statistics/ItemBySeed.ts"
import { logRetention } from "../../../framework/statistics/log-retention.ts"
import { contrastEstimates, meanEstimate } from "../../../framework/statistics/mean-estimate.ts"
import { randomStream } from "../../../framework/statistics/random-stream.ts"
import { stackStrata } from "../../../framework/statistics/stack-strata.ts"
import { simulator } from "./simulate.ts"

const world = { items: 300, seeds: 5, baseline: 0.8, cell: 0.7, itemSd: 1.5, seedSd: 0.2 }
const draws = (changes: Partial<typeof world> = {}, seed = 1) => simulator({ ...world, ...changes }, randomStream(seed))

describe("the crossed bootstrap's standard error", () => {
  it("in closed form is that of many replicates", () => {
    const { baseline, cell } = draws().draw()
    const table = combine(1 / grandMean(baseline), cell, -grandMean(cell) / grandMean(baseline) ** 2, baseline)
    // percentile interval of the ratio, which its linearised mean follows
    const { high, low } = crossedBootstrap(cell, baseline, { seed: 3, replicates: 4000 })!
    expect((high - low) / (2 * 1.96) / pigeonholeError(table)).toBeCloseTo(1, 1)
  })
})

describe("estimates for any factor", () => {
  it("are those of the contrast at that factor", () => {
    for (const seeds of [1, 2, 3, 5]) {
      const { baseline, cell } = draws({ seeds }).draw()
      const at = contrastEstimates(cell, baseline)
      for (const factor of [-0.7, 0, 0.5, 0.9, 1.3]) {
        const direct = meanEstimate(combine(1, cell, -factor, baseline))
        const { df, kind, mean, standardError } = at(factor)
        expect(kind).toBe(direct.kind)
        expect(mean).toBeCloseTo(direct.mean, 12)
        expect(standardError).toBeCloseTo(direct.standardError, 10)
        expect(df / direct.df).toBeCloseTo(1, 8)
      }
    }
  })
  it("hold nothing where cell and baseline are one", () => {
    const { baseline } = draws().draw()
    expect(contrastEstimates(baseline, baseline)(1).standardError).toBeLessThan(1e-8)
    const base = draws({ baseline: 0.2, cell: 0.2 }, 5).draw().cell
    const { estimate, high, low } = gainRetention(baseline, baseline, base)!
    for (const end of [estimate, low, high]) expect(end).toBeCloseTo(1, 8)
  })
})

describe("retentions of several groups", () => {
  it("of one group is the retention itself", () => {
    const { baseline, cell } = draws().draw()
    const mean = meanLogRetention([{ baseline, cell }])!
    const single = logRetention(cell, baseline)!
    for (const end of ["estimate", "low", "high"] as const) expect(mean[end]).toBeCloseTo(single[end], 12)
  })
  it("refuses groups of other students", () => {
    const tables = [draws().draw().cell, draws({ seeds: 3 }).draw().cell]
    expect(() => stackStrata(tables.map((table) => ({ weight: 1, table })))).toThrow("expected the same students")
  })
  it("says nothing where a baseline scores 0", () => {
    const { baseline, cell } = draws().draw()
    const zero = { ...baseline, values_nS: new Float64Array(baseline.values_nS.length) }
    expect(retentionDifference({ cell, baseline }, { cell, baseline: zero })).toBeNull()
    expect(meanLogRetention([{ cell: zero, baseline }])).toBeNull()
  })
  it("the difference of two tiers covers 0 in at least 93 % of experiments where nothing is lost first", () => {
    let covered = 0
    const numDraws = 400
    const easy = draws({ items: 200, seedSd: 0.1, baseline: 0.9, cell: 0.9 * 0.85 }, 11)
    const hard = draws({ items: 200, seedSd: 0.1, baseline: 0.5, cell: 0.5 * 0.85 }, 12)
    for (let draw = 0; draw < numDraws; draw++) {
      const { high, low } = retentionDifference(easy.draw(), hard.draw())!
      if (low <= 0 && high >= 0) covered += 1
    }
    expect(covered / numDraws).toBeGreaterThanOrEqual(0.93)
    expect(covered / numDraws).toBeLessThanOrEqual(0.995)
  })
})
