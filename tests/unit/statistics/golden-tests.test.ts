/** Verdicts, power, multiplicity and paired tests against SciPy and statsmodels: tests/golden/make-statistics.py made the numbers. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { alphaSpending } from "../../../framework/statistics/alpha-spending.ts"
import { normalUpperTail, tUpperTail } from "../../../framework/statistics/distributions.ts"
import { numberClusters } from "../../../framework/statistics/ItemBySeed.ts"
import { benjaminiHochberg, holm } from "../../../framework/statistics/multiplicity.ts"
import { mcNemar, signFlip } from "../../../framework/statistics/paired-tests.ts"
import { passAtK } from "../../../framework/statistics/pass-at-k.ts"
import { powerAt } from "../../../framework/statistics/power.ts"
import { verdict } from "../../../framework/statistics/verdict.ts"

type Numbers = ReadonlyArray<number>

const golden = JSON.parse(readFileSync(new URL("../../golden/statistics.json", import.meta.url), "utf8")) as {
  readonly cases: ReadonlyArray<{
    readonly name: string
    readonly items: number
    readonly seeds: number
    readonly cell: Numbers
    readonly baseline: Numbers
    readonly clusters: ReadonlyArray<string>
    readonly verdicts?: ReadonlyArray<
      Record<"threshold" | "alpha" | "low" | "high" | "df" | "pSupported" | "pRefuted", number> & { readonly kind: string }
    >
  }>
  readonly tUpperTail: ReadonlyArray<readonly [number, number, number]>
  readonly normalUpperTail: ReadonlyArray<readonly [number, number]>
  readonly power: ReadonlyArray<readonly [number, number, number, number, number, number, number, number]>
  readonly multiple: ReadonlyArray<{
    readonly p: Numbers
    readonly holm: Numbers
    readonly holmRejected: ReadonlyArray<boolean>
    readonly benjaminiHochberg: Numbers
  }>
  readonly obrienFleming: ReadonlyArray<readonly [number, number, number]>
  readonly mcnemar: ReadonlyArray<readonly [number, number, number]>
  readonly signFlip: ReadonlyArray<{ readonly differences: Numbers; readonly p: number }>
  readonly signFlipLong: { readonly differences: Numbers; readonly p: number }
  readonly passAtK: ReadonlyArray<readonly [number, number, number, number]>
}

/** Equal within `relative`, or 1e-9 where the value is about 0. */
const near = (found: number, expected: number, relative = 1e-7) =>
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-9)

describe("golden numbers", () => {
  it("tails of the normal and t distributions", () => {
    for (const [x, df, p] of golden.tUpperTail) near(tUpperTail(x, df), p)
    for (const [x, p] of golden.normalUpperTail) near(normalUpperTail(x), p)
  })

  for (const one of golden.cases.filter(({ verdicts }) => verdicts !== undefined)) {
    it(`verdicts: ${one.name}`, () => {
      const table = (values: Numbers) => ({
        numItems: one.items, numSeeds: one.seeds, values_nS: Float64Array.from(values), ...numberClusters(one.clusters)
      })
      for (const expected of one.verdicts!) {
        const found = verdict(table(one.cell), table(one.baseline), expected.threshold, expected.alpha)
        expect(found.kind).toBe(expected.kind)
        if (found.kind === "no-verdict" || found.kind === "not-defined") throw new Error(found.kind)
        near(found.contrast.low, expected.low)
        near(found.contrast.high, expected.high)
        near(found.df, expected.df)
        near(found.pSupported, expected.pSupported)
        near(found.pRefuted, expected.pRefuted)
      }
    })
  }

  it("power", () => {
    for (const [effect, item, seed, residual, items, seeds, alpha, power] of golden.power) {
      near(powerAt(effect, { item, seed, residual }, { items, seeds }, alpha), power, 1e-6)
    }
  })

  it("Holm and Benjamini-Hochberg", () => {
    for (const one of golden.multiple) {
      const claims = one.p.map((p, index) => ({ name: `claim-${index}`, same: `claim-${index}`, p }))
      const stepDown = holm(claims, 0.025)
      const stepUp = benjaminiHochberg(claims)
      expect(stepDown.map(({ isRejected }) => isRejected)).toEqual(one.holmRejected)
      for (const [index] of claims.entries()) {
        near(stepDown[index]!.adjusted, one.holm[index]!)
        near(stepUp[index]!.adjusted, one.benjaminiHochberg[index]!)
      }
    }
  })

  it("O'Brien-Fleming-like spending", () => {
    for (const [share, alpha, spent] of golden.obrienFleming) {
      if (share === 1) near(spent, alpha)
      else near(alphaSpending([share, 1], alpha, "obrien-fleming")[0]!, spent)
    }
  })

  it("exact McNemar", () => {
    for (const [onlyFirst, onlySecond, p] of golden.mcnemar) near(mcNemar(onlyFirst, onlySecond), p)
  })

  it("sign-flip, exact and by Monte Carlo", () => {
    for (const { differences, p } of golden.signFlip) {
      expect(signFlip(differences, { seed: 0 }).method).toBe("sign-flip-exact")
      near(signFlip(differences, { seed: 0 }).p, p)
    }
    const { differences, p } = golden.signFlipLong
    const found = signFlip(differences, { seed: 0 })
    expect(found.method).toBe("sign-flip-monte-carlo")
    // 4 standard errors of 9,999 draws
    expect(Math.abs(found.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 9999))
    expect(signFlip(differences, { seed: 0 })).toEqual(found)
  })

  it("pass@k", () => {
    for (const [n, c, k, value] of golden.passAtK) {
      const found = passAtK(n, c, k)
      if (found.kind === "refused") throw new Error(found.reason)
      near(found.value, value)
      expect(found.isRough).toBe(n < 2 * k)
    }
  })
})
