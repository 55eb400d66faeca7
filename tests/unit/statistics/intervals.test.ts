import { describe, expect, it } from "vitest"
import { contrast } from "../../../framework/statistics/contrast.ts"
import { crossedBootstrap } from "../../../framework/statistics/crossed-bootstrap.ts"
import { gainRetention } from "../../../framework/statistics/gain-retention.ts"
import { combine, type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"
import { logRetention } from "../../../framework/statistics/log-retention.ts"
import { crossedMean, itemsOnlyMean } from "../../../framework/statistics/mean-estimate.ts"
import { randomStream } from "../../../framework/statistics/random-stream.ts"
import { scoreInterval } from "../../../framework/statistics/score-interval.ts"
import { wilson } from "../../../framework/statistics/wilson.ts"
import { simulator } from "./simulate.ts"

/** Rows are items, columns seeds. */
const table = (rows: ReadonlyArray<ReadonlyArray<number>>, clusters = rows.map((_, row) => `${row}`)): ItemBySeed => ({
  numItems: rows.length, numSeeds: rows[0]!.length, values_nS: Float64Array.from(rows.flat()), ...numberClusters(clusters)
})

const column = (right: number, n: number) => table(Array.from({ length: n }, (_, item) => [item < right ? 1 : 0]))

describe("scoreInterval", () => {
  it("is Wilson's for one run with one sample", () => {
    expect(scoreInterval(column(15, 30))).toEqual({ ...wilson(0.5, 30), method: "wilson" })
  })
  it("stays within 0 and 1 and is never empty at the ends", () => {
    const none = scoreInterval(table([[0, 0], [0, 0], [0, 0]]))
    expect(none.low).toBe(0)
    expect(none.high).toBeGreaterThan(0.3)
    const all = scoreInterval(table([[1, 1, 1], [1, 1, 1], [1, 1, 1]]))
    expect(all.high).toBe(1)
    expect(all.low).toBeLessThan(0.7)
    expect(all.method).toBe("crossed")
  })
  it("is wider where items come in clusters that agree", () => {
    const rows = Array.from({ length: 60 }, (_, item) => [item % 12 < 6 ? 1 : 0])
    const clustered = scoreInterval(table(rows, rows.map((_, item) => `${Math.floor(item / 6)}`)))
    const plain = scoreInterval(table(rows))
    expect(clustered.high - clustered.low).toBeGreaterThan(1.8 * (plain.high - plain.low))
  })
  it("says something about a single item", () => {
    const one = scoreInterval(table([[0.5, 1]]))
    expect([one.low >= 0, one.high <= 1, Number.isNaN(one.low)]).toEqual([true, true, false])
  })
})

describe("logRetention", () => {
  it("is symmetric on the log scale: swapping the two gives the reciprocal", () => {
    const random = randomStream(4)
    const { baseline, cell } = simulator({ items: 100, seeds: 3, baseline: 0.8, cell: 0.6, itemSd: 1.5, seedSd: 0.2 }, random).draw()
    const there = logRetention(cell, baseline)!
    const back = logRetention(baseline, cell)!
    expect(back.estimate).toBeCloseTo(1 / there.estimate, 12)
    expect(back.low).toBeCloseTo(1 / there.high, 12)
    expect(there.method).toBe("crossed")
  })
  it("is not defined against a score of 0", () => {
    expect(logRetention(column(3, 10), column(0, 10))).toBeNull()
  })
  it("bounds a cell that got nothing right by what 0 of n allows", () => {
    const found = logRetention(column(0, 100), column(80, 100))!
    expect(found.method).toBe("zero-score")
    expect([found.estimate, found.low]).toEqual([0, 0])
    expect(found.high).toBeCloseTo(wilson(0, 100).high / 0.8, 12)
  })
  it("does not claim certainty where no item differs", () => {
    const found = logRetention(column(100, 100), column(100, 100))!
    expect(found.method).toBe("no-difference")
    expect(found.low).toBeLessThan(0.97)
    expect(found.high).toBeGreaterThan(1.03)
  })
  it("refuses tables of different items or seeds", () => {
    expect(() => logRetention(column(3, 10), column(3, 11))).toThrow(RangeError)
    expect(() => combine(1, table([[1, 1]]), 1, table([[1, 1, 1]]))).toThrow(RangeError)
  })
})

describe("gainRetention", () => {
  it("takes off what the base student knew", () => {
    const gain = gainRetention(column(60, 100), column(80, 100), column(20, 100))!
    expect(gain.estimate).toBeCloseTo(40 / 60, 12)
    expect(gain.low).toBeLessThan(gain.estimate)
    expect(gain.high).toBeGreaterThan(gain.estimate)
  })
  it("ends where the contrast stops rejecting", () => {
    const cell = column(60, 100)
    const baseline = column(80, 100)
    const base = column(20, 100)
    const gain = gainRetention(cell, baseline, base)!
    const at = (ratio: number) => contrast(combine(1, cell, -1, base), combine(1, baseline, -1, base), ratio)
    expect(Math.abs(at(gain.low).low)).toBeLessThan(1e-6)
    expect(Math.abs(at(gain.high).high)).toBeLessThan(1e-6)
  })
  it("is not defined where the baseline may be no better than the base student", () => {
    expect(gainRetention(column(60, 100), column(58, 100), column(50, 100))).not.toBeNull()
    const scattered = (right: number, shift: number) => table(Array.from({ length: 100 }, (_, item) => [(item + shift) % 100 < right ? 1 : 0]))
    expect(gainRetention(scattered(60, 0), scattered(52, 0), scattered(50, 40))).toBeNull()
  })
})

describe("mean estimates", () => {
  it("crossed is never narrower than items alone", () => {
    const random = randomStream(8)
    const simulation = simulator({ items: 60, seeds: 4, baseline: 0.7, cell: 0.6, itemSd: 1, seedSd: 0.2 }, random)
    for (let draw = 0; draw < 50; draw++) {
      const difference = (({ baseline, cell }) => combine(1, cell, -1, baseline))(simulation.draw())
      expect(crossedMean(difference).standardError).toBeGreaterThanOrEqual(itemsOnlyMean(difference).standardError - 1e-12)
    }
  })
  it("repeats a single column over the other's seeds", () => {
    const found = combine(1, table([[1, 0, 1], [0, 0, 1]]), -1, column(1, 2))
    expect([...found.values_nS]).toEqual([0, -1, 0, 0, 0, 1])
  })
})

describe("crossedBootstrap", () => {
  const { baseline, cell } = simulator(
    { items: 300, seeds: 5, baseline: 0.8, cell: 0.7, itemSd: 1.5, seedSd: 0.3 }, randomStream(21)
  ).draw()
  it("is the same for the same seed and near the crossed interval", () => {
    const first = crossedBootstrap(cell, baseline, { seed: 1 })!
    expect(crossedBootstrap(cell, baseline, { seed: 1 })).toEqual(first)
    expect(crossedBootstrap(cell, baseline, { seed: 2 })).not.toEqual(first)
    const main = logRetention(cell, baseline)!
    const share = (first.high - first.low) / (main.high - main.low)
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThan(1.1)
  })
})
