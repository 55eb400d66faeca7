import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Objective } from "../../../framework/engines/Task.ts"
import { readConfig } from "../../../framework/engines/tfjs/config.ts"
import { makeGraphs } from "../../../framework/engines/tfjs/graphs.ts"
import { initialiseValues } from "../../../framework/engines/tfjs/initialise.ts"
import { assemble } from "../../../framework/engines/tfjs/micro-batch.ts"
import { readRows, type Rows } from "../../../framework/engines/tfjs/rows.ts"
import { openTeacherStore } from "../../../framework/engines/tfjs/store-reader.ts"
import { teach } from "../../../framework/engines/tfjs/teach.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"
import { Trainer } from "../../../framework/engines/tfjs/Trainer.ts"
import type { Reporter } from "../../../framework/engines/tfjs/Reporter.ts"
import { crossEntropyOnly, halfForwardKl, makeSmallWorld, type SmallWorld, tinyConfig } from "../../contract/small-world.ts"

const tf = tensorflow()
const config = readConfig(tinyConfig())
const optimiser = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 }
const silent: Reporter = { progress: () => {}, metrics: () => {}, breathe: () => Promise.resolve(), isStopping: () => false }
const graphs = { plain: makeGraphs(false), recorded: makeGraphs(true) }
let folder: string
let world: SmallWorld
let rows: Rows

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leadspan-step-"))
  world = await makeSmallWorld(folder)
  rows = await readRows(join(folder, "train.arrow"), await world.view("half", "train", 0.6), config.vocabulary)
  await teach(world.teach("full", "train", { mode: "full", k: null, temperatures: [], dtype: "float32" }), graphs.recorded, silent)
  await teach(world.teach("top", "train", { mode: "topk", k: 8, temperatures: [1, 2], dtype: "float32" }), graphs.recorded, silent)
  await teach(world.teach("all", "train", { mode: "topk", k: config.vocabulary, temperatures: [2], dtype: "float32" }), graphs.recorded, silent)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const eight = [0, 1, 2, 3, 4, 5, 6, 7]

/** Numbers of one step from fresh weights, and Adam's first moments after it: the clipped gradients, times 1 - beta1. */
const firstStep = async (objective: Objective, split: number, options: { isRecorded?: boolean; store?: string; length?: number; chosen?: ReadonlyArray<number> } = {}) => {
  const { isRecorded = true, store, length = 32, chosen = eight } = options
  const teacher = store === undefined ? null : openTeacherStore(join(folder, store))
  const trainer = new Trainer({ config, objective, optimiser, teacher: teacher?.form ?? null }, isRecorded ? graphs.recorded : graphs.plain, initialiseValues(config, 3))
  const batches = []
  for (let at = 0; at < chosen.length; at += split) {
    const part = chosen.slice(at, at + split)
    batches.push(assemble(rows, part, { batch: part.length, length }, objective.reduce, teacher, objective.temperature))
  }
  const numbers = await trainer.step(batches, 1e-3, 1, () => Promise.resolve())
  const values = trainer.values()
  trainer.dispose()
  teacher?.close()
  return { numbers: numbers!, values }
}

/** Largest difference over the largest value, over all tensors of a group. */
const distance = (group: string, a: Awaited<ReturnType<typeof firstStep>>, b: Awaited<ReturnType<typeof firstStep>>): number =>
  Math.max(...Object.keys(a.values).filter((name) => name.startsWith(`${group}/`)).map((name) => {
    const [x, y] = [a.values[name]!.values, b.values[name]!.values]
    let [difference, largest] = [0, 0]
    for (let i = 0; i < x.length; i++) {
      difference = Math.max(difference, Math.abs(x[i]! - y[i]!))
      largest = Math.max(largest, Math.abs(x[i]!))
    }
    return difference / largest
  }))

describe("an optimiser step", () => {
  it.each(["token-mean", "sequence-mean", "fixed"] as const)("has the same gradients however it is split (%s)", async (reduce) => {
    const objective = { ...halfForwardKl, reduce }
    const whole = await firstStep(objective, 8, { store: "full" })
    for (const split of [4, 3, 1]) {
      const parts = await firstStep(objective, split, { store: "full" })
      expect(Math.abs(parts.numbers.loss / whole.numbers.loss - 1)).toBeLessThan(1e-6)
      expect(distance("first", whole, parts)).toBeLessThan(1e-6)
    }
  })

  it("does not feel padding", async () => {
    const [narrow, wide] = [await firstStep(crossEntropyOnly, 8, { length: 24 }), await firstStep(crossEntropyOnly, 8, { length: 40 })]
    expect(distance("first", narrow, wide)).toBeLessThan(1e-6)
  })

  it("divides as its reduction says", async () => {
    const shape = { batch: 2, length: 40 }
    const reduced = (reduce: Objective["reduce"]) => assemble(rows, [0, 1], shape, reduce, null, 1)
    const batch = reduced("token-mean")
    expect(batch.denominator).toBe(batch.targets)
    expect(reduced("fixed").denominator).toBe(rows.length(0) + rows.length(1) - 2)
    const bySequence = reduced("sequence-mean")
    expect(bySequence.denominator).toBe(2)
    for (const b of [0, 1]) expect(bySequence.coefficients.subarray(b * 40, b * 40 + 40).reduce((a, c) => a + c, 0)).toBeCloseTo(1, 6)
  })

  it("moves nothing without a target", async () => {
    const none = await readRows(join(folder, "train.arrow"), await world.view("none", "train", 0.6, () => false), config.vocabulary)
    const trainer = new Trainer({ config, objective: crossEntropyOnly, optimiser, teacher: null }, graphs.recorded, initialiseValues(config, 3))
    const before = trainer.values()
    expect(await trainer.step([assemble(none, eight, { batch: 8, length: 32 }, "token-mean", null, 1)], 1e-3, 1, () => Promise.resolve())).toBeNull()
    expect(trainer.values()).toEqual(before)
    expect(trainer.numUpdates).toBe(0)
    trainer.dispose()
  })

  it("is the same recorded and op by op: loss and gradients within 1e-5", async () => {
    for (const store of [undefined, "full", "top"]) {
      const objective = store === undefined ? crossEntropyOnly : halfForwardKl
      const given = store === undefined ? {} : { store }
      const [a, b] = [await firstStep(objective, 8, given), await firstStep(objective, 8, { ...given, isRecorded: false })]
      expect(Math.abs(a.numbers.loss / b.numbers.loss - 1)).toBeLessThan(1e-5)
      expect(distance("first", a, b)).toBeLessThan(1e-5)
    }
  })

  it("distils the same from a top-k store of the whole vocabulary as from a full one", async () => {
    const [full, all] = [await firstStep(halfForwardKl, 8, { store: "full" }), await firstStep(halfForwardKl, 8, { store: "all" })]
    expect(Math.abs(full.numbers.distil / all.numbers.distil - 1)).toBeLessThan(1e-4)
    expect(distance("first", full, all)).toBeLessThan(1e-4)
  })

  it("finds no more divergence in a top-k store than in a full one", async () => {
    const [full, top] = [await firstStep(halfForwardKl, 8, { store: "full" }), await firstStep(halfForwardKl, 8, { store: "top" })]
    expect(top.numbers.distil).toBeGreaterThan(0)
    expect(top.numbers.distil).toBeLessThan(full.numbers.distil)
  })

  it("counts the matrix products that the formula counts", async () => {
    const { numbers } = await firstStep(crossEntropyOnly, 8, { length: 32 })
    const positions = 8 * 32
    const { width, innerWidth, heads, keyValueHeads, headWidth, layers, vocabulary } = config
    const linear = layers * (width * headWidth * (2 * heads + 2 * keyValueHeads) + 3 * width * innerWidth) + width * vocabulary
    // forward, and for each product two backward; attention's two products are over all pairs of positions
    const attention = 2 * 2 * 8 * heads * 32 * 32 * headWidth * layers
    const counted = numbers.flops - 3 * (2 * positions * linear + attention)
    // a norm's backward has a product with a column: [N, H] by [H, 1]
    expect(counted).toBe((2 * layers + 1) * 2 * positions * width)
  })

  it("leaves no tensors behind", async () => {
    await firstStep(halfForwardKl, 4, { store: "full" })
    const before = tf.memory().numTensors
    await firstStep(halfForwardKl, 4, { store: "full" })
    await firstStep(halfForwardKl, 8, { store: "full", isRecorded: false })
    expect(tf.memory().numTensors).toBe(before)
  })
})
