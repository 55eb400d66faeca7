/** Components, clusters, scores, gain retention, bootstrap, guards and designs against SciPy and statsmodels: tests/golden/make-crossed.py made the numbers. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { type Compared, meanLogRetention, retentionDifference } from "../../../framework/statistics/combined-retention.ts"
import { crossedBootstrap, pigeonholeError } from "../../../framework/statistics/crossed-bootstrap.ts"
import { contrastVariance, detectableEffect, itemsForEffect } from "../../../framework/statistics/detectable-effect.ts"
import { noncentralTUpperTail } from "../../../framework/statistics/distributions.ts"
import { gainRetention } from "../../../framework/statistics/gain-retention.ts"
import { combine, type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"
import { crossedMean, itemsOnlyMean } from "../../../framework/statistics/mean-estimate.ts"
import { pairedTest } from "../../../framework/statistics/paired-tests.ts"
import { settling } from "../../../framework/statistics/power.ts"
import { scoreInterval } from "../../../framework/statistics/score-interval.ts"
import { skewnessOfMean } from "../../../framework/statistics/skewness.ts"
import { verdict } from "../../../framework/statistics/verdict.ts"
import { wilson } from "../../../framework/statistics/wilson.ts"

type Numbers = ReadonlyArray<number>
type Ends = { readonly estimate: number; readonly low: number; readonly high: number }
type Drawn = { readonly low: number; readonly high: number; readonly sd: number }

const golden = JSON.parse(readFileSync(new URL("../../golden/crossed.json", import.meta.url), "utf8")) as {
  readonly components: ReadonlyArray<
    Record<"items" | "seeds" | "item" | "seed" | "residual" | "standardError", number> & { readonly name: string; readonly values: Numbers }
  >
  readonly layouts: ReadonlyArray<{
    readonly name: string
    readonly items: number
    readonly seeds: number
    readonly clusters: ReadonlyArray<string>
    readonly cell: Numbers
    readonly baseline: Numbers
    readonly base: Numbers
    readonly scores: ReadonlyArray<Ends & { readonly level: number }>
    readonly gain: Ends
    readonly pairedP: number
    readonly bootstrap: { readonly retention: Drawn; readonly contrast: Drawn } | null
  }>
  readonly tiers: ReadonlyArray<{
    readonly seeds: number
    readonly groups: ReadonlyArray<{ readonly items: number; readonly cell: Numbers; readonly baseline: Numbers }>
    readonly difference: readonly [number, number, number, number]
    readonly mean: readonly [number, number, number, number]
  }>
  readonly noncentralTUpperTail: ReadonlyArray<readonly [number, number, number, number]>
  readonly wilson: ReadonlyArray<readonly [number, number, number, number, number]>
  readonly skewness: ReadonlyArray<readonly [number, number, number]>
  readonly equalScores: ReadonlyArray<readonly [number, number, number, number, number]>
  readonly detectableEffect: ReadonlyArray<readonly [number, number, number, number, number]>
  readonly itemsForEffect: ReadonlyArray<readonly [number, number, number, number, number]>
  readonly contrastVariance: ReadonlyArray<readonly [number, number, number, number, number]>
  readonly settling: ReadonlyArray<readonly [number, number, number, number, number, number, number, number, number]>
}

/** Equal within a relative tolerance, 1e-7 unless said, or 1e-12 where the value is about 0. */
const near = (found: number, expected: number, relative = 1e-7) =>
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-12)

const table = (values: Numbers, numSeeds: number, clusters: ReadonlyArray<string>): ItemBySeed => ({
  numItems: clusters.length, numSeeds, values_nS: Float64Array.from(values), ...numberClusters(clusters)
})
const ownClusters = (n: number) => Array.from({ length: n }, (_, item) => `${item}`)
const firstRight = (right: number, n: number, seeds: number) =>
  table(Array.from({ length: n * seeds }, (_, index) => (Math.floor(index / seeds) < right ? 1 : 0)), seeds, ownClusters(n))

describe("golden numbers of crossed layouts", () => {
  for (const one of golden.components) {
    // REML by an iterative optimiser: equal to the analysis of variance where no component is at 0, to the optimiser's last step
    it(`components are those of MixedLM: ${one.name}`, () => {
      const { components, standardError } = crossedMean(table(one.values, one.seeds, ownClusters(one.items)))
      near(components!.item, one.item, 1e-3)
      near(components!.seed, one.seed, 1e-3)
      near(components!.residual, one.residual, 1e-3)
      near(standardError, one.standardError, 1e-3)
    })
  }

  for (const one of golden.layouts) {
    const [cell, baseline] = [one.cell, one.baseline].map((values) => table(values, one.seeds, one.clusters)) as [ItemBySeed, ItemBySeed]
    it(`scores: ${one.name}`, () => {
      for (const { estimate, high, level, low } of one.scores) {
        const found = scoreInterval(cell, level)
        near(found.estimate, estimate)
        near(found.low, low)
        near(found.high, high)
      }
    })
    it(`gain retention: ${one.name}`, () => {
      const found = gainRetention(cell, baseline, table(one.base, 1, one.clusters))!
      near(found.estimate, one.gain.estimate)
      near(found.low, one.gain.low, 1e-6)
      near(found.high, one.gain.high, 1e-6)
    })
    it(`paired test: ${one.name}`, () => {
      const { p } = pairedTest(cell, baseline, { samples: 2, seed: 0 })
      // 4 standard errors of 9,999 draws, and of SciPy's half a million
      expect(Math.abs(p - one.pairedP)).toBeLessThanOrEqual(1e-9 + 4 * Math.sqrt(one.pairedP * (1 - one.pairedP) * (1 / 9999 + 1 / 500_000)))
    })
    const drawn = one.bootstrap
    if (drawn !== null) {
      it(`crossed bootstrap: ${one.name}`, () => {
        const retention = crossedBootstrap(cell, baseline, { seed: 0, replicates: 20_000 })!
        // an end of 20,000 replicates has a standard error of about 0.019 SD, the SD of 200,000 one of 0.2 %
        expect(Math.abs(retention.low - drawn.retention.low)).toBeLessThan(0.08 * drawn.retention.sd)
        expect(Math.abs(retention.high - drawn.retention.high)).toBeLessThan(0.08 * drawn.retention.sd)
        near(pigeonholeError(combine(1, cell, -0.9, baseline)), drawn.contrast.sd, 0.01)
      })
    }
  }

  for (const { difference, groups, mean, seeds } of golden.tiers) {
    it(`retentions of two tiers: ${seeds} seeds`, () => {
      const [one, two] = groups.map(({ baseline, cell, items }) =>
        ({ cell: table(cell, seeds, ownClusters(items)), baseline: table(baseline, seeds, ownClusters(items)) })) as [Compared, Compared]
      for (const [found, expected] of [[retentionDifference(one, two)!, difference], [meanLogRetention([one, two])!, mean]] as const) {
        for (const [place, value] of [found.estimate, found.low, found.high, found.df].entries()) near(value, expected[place]!)
      }
    })
  }

  it("noncentral t", () => {
    for (const [x, df, shift, tail] of golden.noncentralTUpperTail) expect(Math.abs(noncentralTUpperTail(x, df, shift) - tail), `${x}, ${df}, ${shift}`).toBeLessThan(1e-7)
  })
  it("Wilson at other levels and numbers that are not whole", () => {
    for (const [share, n, level, low, high] of golden.wilson) {
      near(wilson(share, n, level).low, low)
      near(wilson(share, n, level).high, high)
    }
  })
  it("skewness of a mean", () => {
    for (const [right, n, skewness] of golden.skewness) {
      const one = firstRight(right, n, 1)
      // SciPy's divides by n, the standard error by n - 1
      near(skewnessOfMean(one, itemsOnlyMean(one).standardError), skewness * ((n - 1) / n) ** 1.5)
    }
  })
  it("verdicts where no item tells cell and baseline apart", () => {
    for (const [n, right, threshold, alpha, low] of golden.equalScores) {
      const found = verdict(firstRight(right, n, 3), firstRight(right, n, 3), threshold, alpha)
      if (found.kind === "no-verdict" || found.kind === "not-defined") throw new Error(found.kind)
      expect(found.hasNoSpread).toBe(true)
      near(found.contrast.low, low)
    }
  })
  // statsmodels solves for it, to about 1e-6
  it("detectable effect, and the items for one", () => {
    for (const [item, items, alpha, power, effect] of golden.detectableEffect) {
      near(detectableEffect({ item, seed: 0, residual: 0 }, { items, seeds: 1, samples: 1 }, alpha, power), effect, 1e-5)
    }
    for (const [item, effect, alpha, power, items] of golden.itemsForEffect) {
      expect(itemsForEffect({ item, seed: 0, residual: 0 }, effect, { seeds: 1, samples: 1 }, alpha, power)).toBe(items)
    }
  })
  it("variance of a contrast, by its four outcomes", () => {
    for (const [baseline, retention, threshold, correlation, variance] of golden.contrastVariance) {
      near(contrastVariance({ baseline, retention, threshold, correlation }), variance)
    }
  })
  it("what would settle a claim, by trying each number", () => {
    for (const [effect, item, seed, residual, items, seeds, alpha, fewestItems, fewestSeeds] of golden.settling) {
      const found = settling(effect, { item, seed, residual }, { items, seeds }, alpha)
      expect(found.items).toBe(fewestItems)
      expect(found.seeds).toBe(fewestSeeds)
    }
  })
})
