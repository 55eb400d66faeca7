import { Effect, Schema } from "effect"
import { assert, describe, it } from "@effect/vitest"
import { batchesOf, cutTo, metricValue, safeKey } from "../../../framework/tracking/limits.ts"
import { InvalidForMlflow } from "../../../framework/tracking/MlflowError.ts"

const metric = (n: number) => ({ key: "train/loss", step: n, value: n, at: 1_700_000_000_000 + n })
const refused = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    assert.instanceOf(error, InvalidForMlflow)
    return error.message
  }
  throw new Error("was not refused")
}

describe("log-batch", () => {
  it("splits at MLflow's limits and keeps the order", () => {
    const metrics = Array.from({ length: 2300 }, (_, n) => metric(n))
    const params = Array.from({ length: 250 }, (_, n) => ({ key: `p${n}`, value: "x" }))
    const batches = batchesOf({ metrics, params, tags: [{ key: "t", value: "" }] })
    for (const batch of batches) {
      assert.isAtMost(batch.metrics.length, 1000)
      assert.isAtMost(batch.params.length, 100)
      assert.isAtMost(batch.tags.length, 100)
      assert.isAtMost(batch.metrics.length + batch.params.length + batch.tags.length, 1000)
    }
    assert.deepStrictEqual(batches.flatMap((batch) => batch.metrics.map(({ step }) => step)), metrics.map(({ step }) => step))
    assert.strictEqual(batches.flatMap((batch) => batch.params).length, 250)
  })

  it("writes what is not finite as text, and integers as integers", () => {
    assert.deepStrictEqual([NaN, Infinity, -Infinity, 0.5].map(metricValue), ["NaN", "Infinity", "-Infinity", 0.5])
    assert.match(refused(() => batchesOf({ metrics: [{ ...metric(0), step: 1.5 }] })), /step of train\/loss is 1.5, expected an integer/)
    assert.match(refused(() => batchesOf({ metrics: [{ ...metric(0), at: NaN }] })), /time of train\/loss is NaN/)
    assert.match(refused(() => batchesOf({ params: [{ key: "p", value: 5 as never }] })), /param p is a number, expected text/)
  })

  it("stops what the server would refuse or cut without a word", () => {
    assert.match(refused(() => batchesOf({ params: [{ key: "a=b", value: "" }] })), /holds characters that MLflow refuses/)
    assert.match(refused(() => batchesOf({ params: [{ key: "p", value: "x".repeat(6001) }] })), /6001 characters, MLflow keeps 6000/)
    assert.match(refused(() => batchesOf({ tags: [{ key: "t", value: "1" }, { key: "t", value: "1" }] })), /stands twice/)
    assert.doesNotThrow(() => batchesOf({ params: [{ key: "p", value: "😀".repeat(6000) }] }))
  })
})

describe("keys and values", () => {
  it.effect.prop("every safe key passes, and is a fixed point", [Schema.String], ([text]) => Effect.sync(() => {
    const key = safeKey(text)
    assert.strictEqual(safeKey(key), key)
    batchesOf({ params: [{ key, value: "" }] })
  }), { arbitrary: { runs: 200 } })

  it("cuts by characters, not by halves of them", () => {
    assert.strictEqual(cutTo(3, "😀😀😀"), "😀😀😀")
    assert.strictEqual(cutTo(3, "😀😀😀😀"), "😀😀…")
  })
})
