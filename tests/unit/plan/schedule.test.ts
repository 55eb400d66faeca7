import { assert, describe, it } from "vitest"
import { learningRates } from "../../../framework/plan/learning-rate.ts"
import { randomStream, shuffled } from "../../../framework/sequence/random.ts"
import { microBatches, replayPerBatch, rowsOfSteps, stepsOfEpochs } from "../../../framework/plan/schedule.ts"

const order = { seed: 1, main: 10, replay: 4, batchSequences: 4, replayShare: 0.25 }

describe("rowsOfSteps", () => {
  it("takes every row once an epoch and the declared share of replayed ones", () => {
    const steps = rowsOfSteps(10, order)
    assert.strictEqual(replayPerBatch(order), 1)
    for (const rows of steps) assert.strictEqual(rows.filter((row) => row >= 10).length, 1)
    const main = steps.flat().filter((row) => row < 10)
    assert.deepStrictEqual(main.slice(0, 10).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert.deepStrictEqual(main.slice(10, 20).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    assert.notDeepEqual(main.slice(0, 10), main.slice(10, 20))
  })

  it("depends on the seed alone", () => {
    assert.deepStrictEqual(rowsOfSteps(3, order), rowsOfSteps(3, order))
    assert.notDeepEqual(rowsOfSteps(3, order), rowsOfSteps(3, { ...order, seed: 2 }))
  })

  it("counts an epoch over the training data proper", () => {
    assert.strictEqual(stepsOfEpochs(3, order), 10)
    assert.strictEqual(stepsOfEpochs(2, { main: 4000, replay: 0, batchSequences: 16, replayShare: 0 }), 500)
  })
})

describe("microBatches", () => {
  it("groups by padded length and splits evenly", () => {
    const calls = microBatches([0, 1, 2, 3, 4], (row) => (row === 2 ? 3 : 8), [4, 8], (length) => Math.floor(16 / length))
    assert.deepStrictEqual(calls, [
      { length: 8, rows: [0, 1] },
      { length: 8, rows: [3, 4] },
      { length: 4, rows: [2] }
    ])
  })
})

describe("learningRates", () => {
  it("rises, then falls to the final share", () => {
    const rates = learningRates(1, 10, { kind: "cosine", warmupFraction: 0.2, finalFraction: 0.1 })
    assert.deepStrictEqual(rates.slice(0, 3), [0.5, 1, 1])
    assert.closeTo(rates.at(-1) as number, 0.1, 1e-12)
  })

  it("follows PyTorch's one-cycle", () => {
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10): the rate of each step
    const expected = [
      0.04, 0.52, 1, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893, 0.38874197806371075,
      0.18825834605023697, 0.049519367986526286, 4e-6
    ]
    const rates = learningRates(1, 10, { kind: "one-cycle", warmupFraction: 0, finalFraction: 0 })
    assert.strictEqual(rates.length, expected.length)
    for (const [step, rate] of expected.entries()) assert.closeTo(rates[step] as number, rate, 1e-12)
  })
})

describe("randomStream", () => {
  it("is golden", () => {
    const random = randomStream(7, "order", 3)
    assert.deepStrictEqual([random(), random(), random()].map((x) => Math.floor(x * 2 ** 32)), [471830219, 96872724, 3392535465])
  })
  it("shuffles to a permutation", () => {
    assert.deepStrictEqual([...shuffled(50, randomStream(1, "x"))].sort((a, b) => a - b), Array.from({ length: 50 }, (_, i) => i))
  })
})
