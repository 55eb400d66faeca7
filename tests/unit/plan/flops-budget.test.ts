/** Equal compute: what `train.budget` resolves to. */
import { assert, describe, it } from "vitest"
import { idsOf, planOf } from "./plans.ts"

const grid = (by: string) => ({
  data: "{ source: chain-arithmetic, train: 64, validation: 8 }",
  train: "{ steps: 8, learningRate: 1e-3, batch: { sequences: 8 } }",
  sequence: "{ truncate: { ratio: 1.0 } }",
  grid: `[{ product: { sequence.truncate.ratio: [0.25, 0.5, 1.0] } }, { product: { sequence.truncate.ratio: [0.25, 0.5, 1.0], ` +
    `train.budget: [{ flopsOfRatio: 1.0, by: ${by} }] }, role: control }]`
})

describe("train.budget", () => {
  for (const by of ["epochs", "problems"]) {
    it(`spends the FLOPs of the whole sequence, by ${by}`, async () => {
      const { cells } = (await planOf(grid(by))).recorded
      const [plain, equal] = [cells.slice(0, 3), cells.slice(3)]
      const whole = plain[2]?.predicted?.flops ?? 0
      for (const [index, cell] of equal.entries()) {
        const { flops, optimiserSteps } = cell.predicted!
        // to within one optimiser step
        assert.isAtMost(Math.abs(flops - whole), flops / optimiserSteps, cell.name)
        assert.isAtLeast(optimiserSteps, plain[index]!.predicted!.optimiserSteps)
      }
      assert.isAbove(equal[0]!.predicted!.optimiserSteps, equal[1]!.predicted!.optimiserSteps)
    })
  }

  it("at the ratio whose FLOPs are spent is the plain cell", async () => {
    const { cells } = (await planOf(grid("epochs"))).recorded
    assert.strictEqual(cells[5]?.status, "alias")
    assert.strictEqual(cells[5]?.aliasOf, 2)
  })

  it("takes more problems where it says so, each seen as often", async () => {
    const [epochs, problems] = [await planOf(grid("epochs")), await planOf(grid("problems"))]
    assert.isAbove(idsOf(problems, "teach").length, idsOf(epochs, "teach").length)
    const rows = (plan: typeof epochs, cell: number) => {
      const step = plan.steps.find(({ id }) => id === plan.recorded.cells[cell]?.trials[0]?.id)
      if (step?.work.kind !== "train") throw new Error("a trial is a train step")
      const all = step.work.schedule().flatMap(({ microBatches }) => microBatches.flatMap((call) => call.rows))
      return { seen: all.length, distinct: new Set(all).size }
    }
    const [more, again] = [rows(problems, 3), rows(epochs, 3)]
    assert.strictEqual(more.seen, again.seen)
    assert.strictEqual(again.distinct, 64)
    assert.isAbove(more.distinct, 128)
  })
})
