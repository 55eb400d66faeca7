/** Against SciPy and statsmodels: tests/golden/make-statistics.py made the numbers. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { contrast } from "../../../framework/statistics/contrast.ts"
import { normalQuantile, tQuantile } from "../../../framework/statistics/distributions.ts"
import { combine, type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"
import { logRetention } from "../../../framework/statistics/log-retention.ts"
import { meanEstimate } from "../../../framework/statistics/mean-estimate.ts"
import { wilson } from "../../../framework/statistics/wilson.ts"

interface Case {
  readonly name: string
  readonly items: number
  readonly seeds: number
  readonly cell: ReadonlyArray<number>
  readonly baseline: ReadonlyArray<number>
  readonly clusters: ReadonlyArray<string>
  readonly retention: number
  readonly low: number
  readonly high: number
  readonly df: number
  readonly meanSquares?: { readonly item: number; readonly seed: number; readonly residual: number }
  readonly difference: { readonly mean: number; readonly standardError: number; readonly df: number; readonly low: number; readonly high: number }
}

const golden = JSON.parse(readFileSync(new URL("../../golden/statistics.json", import.meta.url), "utf8")) as {
  readonly normalQuantile: ReadonlyArray<readonly [number, number]>
  readonly tQuantile: ReadonlyArray<readonly [number, number, number]>
  readonly wilson: ReadonlyArray<readonly [number, number, number, number]>
  readonly cases: ReadonlyArray<Case>
}

/** Equal within a relative 1e-7, or 1e-12 where the value is about 0. */
const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(1e-7 * Math.abs(expected) + 1e-12)

const table = ({ clusters, items, seeds }: Case, values: ReadonlyArray<number>): ItemBySeed => ({
  numItems: items, numSeeds: seeds, values_nS: Float64Array.from(values), ...numberClusters(clusters)
})

describe("golden numbers", () => {
  it("normal and t quantiles", () => {
    for (const [p, z] of golden.normalQuantile) near(normalQuantile(p), z)
    for (const [p, df, t] of golden.tQuantile) near(tQuantile(p, df), t)
  })

  it("Wilson", () => {
    for (const [right, n, low, high] of golden.wilson) {
      const found = wilson(right / n, n)
      near(found.low, low)
      near(found.high, high)
    }
  })

  for (const one of golden.cases) {
    it(`retention and difference: ${one.name}`, () => {
      const cell = table(one, one.cell)
      const baseline = table(one, one.baseline)
      const retention = logRetention(cell, baseline)!
      near(retention.estimate, one.retention)
      near(retention.low, one.low)
      near(retention.high, one.high)
      near(retention.df!, one.df)
      const difference = contrast(cell, baseline)
      near(difference.estimate, one.difference.mean)
      near(difference.low, one.difference.low)
      near(difference.high, one.difference.high)
      const { components } = meanEstimate(combine(1, cell, -1, baseline))
      if (one.meanSquares !== undefined) {
        const { item, residual, seed } = one.meanSquares
        near(components!.residual, residual)
        near(components!.item, Math.max(0, (item - residual) / one.seeds))
        near(components!.seed, Math.max(0, (seed - residual) / one.items))
      } else expect(components).toBeNull()
    })
  }
})
