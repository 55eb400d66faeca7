import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { linesOf, packedBatches, packedSplit, packRows } from "../../../framework/plan/packing.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Lengths = Schema.Array(between(2, 40)).check(Schema.isMaxLength(60))

describe("packing", () => {
  it("lays the longest first, each into the first line with room", () => {
    const lengths = [3, 5, 2, 4]
    assert.deepStrictEqual(packRows([0, 1, 2, 3], (row) => lengths[row]!, 8), [[1, 0], [3, 2]])
    // a row may come twice, and equal lengths keep their order
    assert.deepStrictEqual(packRows([7, 3, 7, 1], () => 4, 8), [[7, 3], [7, 1]])
  })

  it.prop("holds every row once, in room enough, within so many lines a call", [Lengths, between(40, 100), between(1, 5)], ([lengths, length, mostLines]) => {
    const rows = lengths.map((_, row) => row)
    const fed = (row: number) => lengths[row]!
    const calls = packedBatches(rows, fed, length, mostLines)
    assert.deepStrictEqual(calls.flatMap((call) => call.rows).sort((a, b) => a - b), rows)
    for (const call of calls) {
      assert.deepStrictEqual(call.packs!.flat(), call.rows)
      assert.isAtLeast(linesOf(call), 1)
      assert.isAtMost(linesOf(call), mostLines)
      for (const pack of call.packs!) assert.isAtMost(pack.reduce((sum, row) => sum + fed(row), 0), length)
    }
    // no line could take another whole: of any two of them, the rows together are longer than a line
    const sums = calls.flatMap((call) => call.packs!.map((pack) => pack.reduce((sum, row) => sum + fed(row), 0)))
    for (const [i, a] of sums.entries()) for (const b of sums.slice(i + 1)) assert.isAbove(a + b, length)
    assert.deepStrictEqual(packedBatches(rows, fed, length, mostLines), calls)
  })

  it("counts a line a row where nothing is packed", () => assert.strictEqual(linesOf({ length: 9, rows: [1, 2, 3] }), 3))

  it("chooses the length of a line by what all steps cost", () => {
    const lengths = [30, 30, 20, 20, 30, 20]
    const split = (steps: ReadonlyArray<ReadonlyArray<number>>, microTokens: number, attention: number) =>
      packedSplit(steps, (row) => lengths[row]!, microTokens, () => 8, (lines, length) => lines * length * (1 + attention * length))
    const lengthsOf = (made: ReturnType<typeof split>) => new Set(made.flat().map(({ length }) => length))
    const steps = [[0, 2, 3, 1, 5], [4, 5, 2, 0, 3]]
    // two lines of 60 hold what five of 30 do: where attention is dear, the short ones are chosen all the same
    assert.deepStrictEqual(lengthsOf(split(steps, 1000, 0)), new Set([60]))
    assert.deepStrictEqual(lengthsOf(split(steps, 1000, 1)), new Set([30]))
    assert.deepStrictEqual(lengthsOf(split(steps, 50, 0)), new Set([30]))
    assert.deepStrictEqual(split(steps, 1000, 0)[0]!.flatMap(({ rows }) => rows).sort(), [0, 1, 2, 3, 5])
  })
})
