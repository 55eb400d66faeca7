import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { wantedSteps } from "../../../framework/cli/select-cells.ts"
import { planOf } from "../plan/plans.ts"

const planned = () => planOf({
  grid: "\n  - product:\n      sequence.truncate.ratio: [0.25, 0.5, 1.0]\n      sequence.supervise: [[cot], [prompt, cot]]",
  baseline: "{ matched: { sequence.truncate.ratio: 1.0 } }"
})

const names = async (selector: string | null): Promise<ReadonlyArray<string>> => {
  const plan = await planned()
  const wanted = await Effect.runPromise(wantedSteps(plan, selector))
  return plan.recorded.cells.filter((cell) => cell.trials.some(({ id }) => wanted.has(id))).map(({ name }) => name)
}

describe("--only", () => {
  it("takes numbers, with the baselines they are compared with", async () => {
    assert.deepStrictEqual(await names("0"), ["ratio=0.25 supervise=cot", "ratio=1 supervise=cot"])
    assert.deepStrictEqual(await names("4,5"), ["ratio=1 supervise=cot", "ratio=1 supervise=prompt+cot"])
  })
  it("takes values of axes, by short name or path, as they are written or shown", async () => {
    const expected = ["ratio=0.5 supervise=prompt+cot", "ratio=1 supervise=prompt+cot"]
    assert.deepStrictEqual(await names("ratio=0.5,supervise=prompt+cot"), expected)
    assert.deepStrictEqual(await names("sequence.truncate.ratio=0.5,supervise=prompt+cot"), expected)
    assert.lengthOf(await names(null), 6)
  })
  it("refuses what names no axis and what chooses no cell", async () => {
    await planned().then(async (plan) => {
      for (const [selector, says] of [["colour=red", /names no axis/u], ["0.5", /names no axis/u], ["ratio=0.7", /no cell of the plan/u], ["17", /no cell of the plan/u]] as const) {
        const error = await Effect.runPromise(Effect.flip(wantedSteps(plan, selector)))
        assert.match(error.message, says)
      }
    })
  })
})
