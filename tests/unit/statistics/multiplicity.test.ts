import { describe, expect, it } from "vitest"
import { alphaSpending } from "../../../framework/statistics/alpha-spending.ts"
import { type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"
import { benjaminiHochberg, holm } from "../../../framework/statistics/multiplicity.ts"
import { mcNemar, pairedTest, signFlip } from "../../../framework/statistics/paired-tests.ts"
import { passAtK } from "../../../framework/statistics/pass-at-k.ts"

const claim = (name: string, p: number, same = name) => ({ name, same, p })
const table = (rows: ReadonlyArray<ReadonlyArray<number>>, clusters = rows.map((_, row) => `${row}`)): ItemBySeed => ({
  numItems: rows.length, numSeeds: rows[0]!.length, values_nS: Float64Array.from(rows.flat()), ...numberClusters(clusters)
})

describe("Holm", () => {
  it("counts two names of one comparison once", () => {
    const [a, alias, b] = holm([claim("a", 0.01), claim("alias", 0.01, "a"), claim("b", 0.02)], 0.025)
    expect([a!.alpha, alias!.alpha, b!.alpha]).toEqual([0.0125, 0.0125, 0.025])
    expect([a!.adjusted, alias!.adjusted, b!.adjusted]).toEqual([0.02, 0.02, 0.02])
    expect(() => holm([claim("a", 0.01), claim("alias", 0.02, "a")], 0.025)).toThrow(RangeError)
  })
  it("judges all after the first failure at its alpha", () => {
    const found = holm([claim("a", 0.001), claim("b", 0.02), claim("c", 0.021)], 0.025)
    expect(found.map(({ isRejected }) => isRejected)).toEqual([true, false, false])
    expect(found.map(({ alpha }) => alpha)).toEqual([0.025 / 3, 0.0125, 0.0125])
  })
  it("takes no claims, and no p value that is none", () => {
    expect(holm([], 0.025)).toEqual([])
    expect(benjaminiHochberg([])).toEqual([])
    expect(() => holm([claim("a", NaN)], 0.025)).toThrow("expected a number from 0 to 1")
    expect(() => benjaminiHochberg([claim("a", 1.1)])).toThrow(RangeError)
  })
})

describe("alphaSpending", () => {
  it("spends all of alpha and no more", () => {
    for (const rule of ["linear", "obrien-fleming"] as const) {
      const shares = alphaSpending([0.25, 0.5, 0.75, 1], 0.025, rule)
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(0.025, 12)
      expect(shares.every((share) => share > 0)).toBe(true)
      expect(alphaSpending([1], 0.025, rule)[0]).toBeCloseTo(0.025, 12)
    }
  })
  it("refuses looks that do not rise to 1", () => {
    for (const looks of [[], [0.5], [0, 1], [0.6, 0.5, 1], [0.5, NaN, 1]]) expect(() => alphaSpending(looks, 0.025, "linear")).toThrow(RangeError)
  })
})

describe("paired tests", () => {
  it("say nothing where nothing differs", () => {
    expect(mcNemar(0, 0)).toBe(1)
    expect(signFlip([0, 0, 0], { seed: 0 })).toEqual({ p: 1, method: "sign-flip-exact" })
  })
  it("McNemar is the sign-flip test of one seed and one sample", () => {
    expect(signFlip([1, 1, 1, -1, 1, 1], { seed: 0 }).p).toBeCloseTo(mcNemar(5, 1), 12)
  })
  it("McNemar only for one seed, one sample and items of their own", () => {
    const first = table([[1], [1], [1], [0], [1]])
    const second = table([[0], [0], [1], [0], [0]])
    expect(pairedTest(first, second, { samples: 1, seed: 0 })).toEqual({ p: expect.closeTo(0.25, 12), method: "mcnemar-exact" })
    expect(pairedTest(first, second, { samples: 2, seed: 0 }).method).toBe("sign-flip-exact")
    const clusters = ["a", "a", "b", "b", "c"]
    const clustered = pairedTest({ ...first, ...numberClusters(clusters) }, { ...second, ...numberClusters(clusters) }, { samples: 1, seed: 0 })
    expect(clustered).toEqual({ p: 0.5, method: "sign-flip-exact" })
    const seeds = pairedTest(table([[1, 1], [1, 0], [0, 0]]), table([[0, 0], [0, 0], [0, 0]]), { samples: 1, seed: 0 })
    expect(seeds).toEqual({ p: 0.5, method: "sign-flip-exact" })
  })
})

describe("passAtK", () => {
  it("is refused below k samples and for counts that are none", () => {
    expect(passAtK(4, 1, 8)).toEqual({ kind: "refused", reason: "pass@8 needs at least 8 samples an item, found 4: take more samples or a smaller k" })
    for (const [n, c, k] of [[4, 5, 1], [4, -1, 1], [4, 1, 0], [4, 1.5, 1], [NaN, 0, 1]] as const) expect(passAtK(n, c, k).kind).toBe("refused")
  })
  it("is c / n at k = 1, and rough below 2k", () => {
    const one = passAtK(10, 3, 1)
    expect(one.kind === "estimated" && one.value).toBeCloseTo(0.3, 12)
    expect(passAtK(15, 1, 8)).toMatchObject({ kind: "estimated", isRough: true })
    expect(passAtK(16, 1, 8)).toMatchObject({ kind: "estimated", isRough: false })
  })
  it("stays finite for a million samples", () => {
    const found = passAtK(1_000_000, 500_000, 200_000)
    expect(found).toEqual({ kind: "estimated", value: 1, isRough: false })
  })
})
