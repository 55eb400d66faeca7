import { assert, describe, it } from "vitest"
import { bestLengths, bucketLengths, bucketOf } from "../../../framework/plan/buckets.ts"

const padding = (lengths: ReadonlyArray<number>, buckets: ReadonlyArray<number>) =>
  lengths.reduce((sum, length) => sum + bucketOf(length, buckets) - length, 0)

/** Every choice of at most `count` lengths that holds the longest. */
const everyChoice = (distinct: ReadonlyArray<number>, count: number): Array<Array<number>> => {
  const longest = distinct.at(-1) as number
  const rest = distinct.slice(0, -1)
  return Array.from({ length: 1 << rest.length }, (_, bits) => rest.filter((_, i) => bits & (1 << i)))
    .filter((some) => some.length < count)
    .map((some) => [...some, longest])
}

describe("bucketLengths", () => {
  it("adds a length only where padding would exceed 5 %", () => {
    assert.deepStrictEqual(bucketLengths([...Array<number>(14).fill(112), 72, 72]), [112])
    assert.deepStrictEqual(bucketLengths([...Array<number>(14).fill(112), 72, 72, 72]), [72, 112])
    assert.deepStrictEqual(bucketLengths([7, 5, 7, 163]), [7, 163])
  })

  it("pads as little as any choice could", () => {
    const lengths = [3, 3, 4, 9, 10, 10, 10, 17, 18, 30, 31, 50, 51, 52]
    const distinct = [...new Set(lengths)]
    for (const count of [1, 2, 3, 4]) {
      const best = Math.min(...everyChoice(distinct, count).map((choice) => padding(lengths, choice)))
      assert.strictEqual(padding(lengths, bestLengths(lengths, count)), best)
      assert.isAtMost(bestLengths(lengths, count).length, count)
    }
  })

  it("covers long-tailed data", () => {
    const lengths = Array.from({ length: 5000 }, (_, i) => 10 + ((i * 7919) % 4000))
    const buckets = bucketLengths(lengths)
    assert.isAtMost(buckets.length, 6)
    assert.strictEqual(buckets.at(-1), Math.max(...lengths))
  })
})
