import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { demand } from "../../../framework/runner/demand.ts"
import { schedule } from "../../../framework/runner/scheduler.ts"

const step = (id: string, ...inputs: Array<string>) => ({ id, inputs, kind: id.slice(0, 1) })

describe("demand", () => {
  const steps = [step("a"), step("b", "a"), step("c", "b")]
  const ids = (some: ReadonlyArray<{ id: string }>) => some.map(({ id }) => id).join("")

  it("executes nothing that is done", () => {
    assert.strictEqual(ids(demand(steps, new Set(["c"]), () => true, () => false).execute), "")
  })
  it("redoes a lost output only for a reader that still has to run", () => {
    assert.strictEqual(ids(demand(steps, new Set(["c"]), (id) => id !== "c", (id) => id === "a").execute), "bc")
    assert.strictEqual(ids(demand(steps, new Set(["c"]), (id) => id !== "c", (id) => id === "b").execute), "c")
    assert.strictEqual(ids(demand(steps, new Set(["b", "c"]), () => true, () => false).execute), "")
  })
})

describe("schedule", () => {
  it.effect("starts a step after its inputs and uses all slots", () => Effect.gen(function*() {
    const order: Array<string> = []
    let running = 0
    let most = 0
    const result = yield* schedule([step("a"), step("b"), step("c", "a", "b"), step("d", "c")], 2, (s) => Effect.gen(function*() {
      most = Math.max(most, ++running)
      yield* Effect.yieldNow
      yield* Effect.yieldNow
      running--
      order.push(s.id)
      return { _tag: "done" as const }
    }))
    assert.deepStrictEqual(order, ["a", "b", "c", "d"])
    assert.strictEqual(most, 2)
    assert.strictEqual(result.done.size, 4)
  }))

  it.effect("a failure takes its readers with it and nothing else", () => Effect.gen(function*() {
    const result = yield* schedule([step("a"), step("b"), step("c", "a"), step("d", "c"), step("e", "b")], 1, (s) =>
      Effect.succeed(s.id === "a" ? { _tag: "failed" as const, reason: "internal", message: "no" } : { _tag: "done" as const }))
    assert.deepStrictEqual([...result.done].sort(), ["b", "e"])
    assert.deepStrictEqual([...result.blocked].sort(), ["c", "d"])
  }))

  it.effect("gives up when the first three fail alike", () => Effect.gen(function*() {
    const steps = Array.from({ length: 9 }, (_, i) => step(`t${i}`))
    const result = yield* schedule(steps, 1, () => Effect.succeed({ _tag: "failed" as const, reason: "internal", message: "no GPU" }))
    assert.strictEqual(result.failed.size, 3)
    assert.strictEqual(result.blocked.size, 6)
    assert.include(result.gaveUp ?? "", "no GPU")
  }))
})
