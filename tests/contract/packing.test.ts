/** Sequences that stand one after the other in a line must not feel each other: losses and gradients are those of lines of their own. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Objective } from "../../framework/engines/Task.ts"
import { readConfig } from "../../framework/engines/tfjs/config.ts"
import { forward } from "../../framework/engines/tfjs/decoder.ts"
import { makeGraphs } from "../../framework/engines/tfjs/graphs.ts"
import { initialiseValues, toTensors } from "../../framework/engines/tfjs/initialise.ts"
import { crossEntropy } from "../../framework/engines/tfjs/log-probs.ts"
import { assemble, assemblePacked, type MicroBatchArrays, toBatchTensors } from "../../framework/engines/tfjs/micro-batch.ts"
import { batchSpecs } from "../../framework/engines/tfjs/objective.ts"
import { packedTables } from "../../framework/engines/tfjs/rotary.ts"
import { readRows, type Rows } from "../../framework/engines/tfjs/rows.ts"
import { openTeacherStore } from "../../framework/engines/tfjs/store-reader.ts"
import { teach } from "../../framework/engines/tfjs/teach.ts"
import { tensorflow } from "../../framework/engines/tfjs/tensorflow.ts"
import { grouped, ofGroup, weightSpecs } from "../../framework/engines/tfjs/train-graphs.ts"
import { Trainer } from "../../framework/engines/tfjs/Trainer.ts"
import type { Reporter } from "../../framework/engines/tfjs/Reporter.ts"
import { crossEntropyOnly, halfForwardKl, makeSmallWorld, type SmallWorld, tinyConfig } from "./small-world.ts"

const config = readConfig(tinyConfig())
const optimiser = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 }
const silent: Reporter = { progress: () => {}, metrics: () => {}, breathe: () => Promise.resolve(), isStopping: () => false }
const graphs = { plain: makeGraphs(false), recorded: makeGraphs(true) }
let folder: string
let world: SmallWorld
let rows: Rows

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leadspan-packing-"))
  world = await makeSmallWorld(folder)
  rows = await readRows(join(folder, "train.arrow"), await world.view("part", "train", 0.8), config.vocabulary)
  await teach(world.teach("full", "train", { mode: "full", k: null, temperatures: [], dtype: "float32" }), graphs.recorded, silent)
  await teach(world.teach("topk", "train", { mode: "topk", k: 8, temperatures: [1, 2], dtype: "float32" }), graphs.recorded, silent)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Three lines of 96 tokens; rows of 12 to 40 tokens, of which 0.8 are kept. */
const packs = [[0, 5, 2], [1, 7], [3, 4, 6]]
const length = 96
const chosen = packs.flat()

type Store = "full" | "topk" | null
const withStore = <A>(store: Store, use: (teacher: ReturnType<typeof openTeacherStore> | null) => A): A => {
  const teacher = store === null ? null : openTeacherStore(join(folder, store))
  try {
    return use(teacher)
  } finally {
    teacher?.close()
  }
}
const packed = (objective: Objective, store: Store, lines: ReadonlyArray<ReadonlyArray<number>> = packs): MicroBatchArrays =>
  withStore(store, (teacher) => assemblePacked(rows, lines, { batch: lines.length, length }, objective.reduce, teacher, objective.temperature))
const apart = (objective: Objective, store: Store): MicroBatchArrays =>
  withStore(store, (teacher) => assemble(rows, chosen, { batch: chosen.length, length: 40 }, objective.reduce, teacher, objective.temperature))

/** Numbers of one step from fresh weights, and Adam's first moments after it: the clipped gradients, times 1 - beta1. */
const firstStep = async (objective: Objective, store: Store, batches: ReadonlyArray<MicroBatchArrays>, isRecorded = true) => {
  const form = withStore(store, (teacher) => teacher?.form ?? null)
  const trainer = new Trainer({ config, objective, optimiser, teacher: form }, isRecorded ? graphs.recorded : graphs.plain, initialiseValues(config, 3))
  const numbers = await trainer.step(batches, 1e-3, 1, () => Promise.resolve())
  const values = trainer.values()
  trainer.dispose()
  return { numbers: numbers!, values }
}

const expectAlike = (a: Awaited<ReturnType<typeof firstStep>>, b: Awaited<ReturnType<typeof firstStep>>): void => {
  for (const key of ["loss", "crossEntropy", "distil", "gradientNorm"] as const) expect(Math.abs(a.numbers[key] - b.numbers[key])).toBeLessThanOrEqual(1e-5 * Math.abs(b.numbers[key]))
  for (const name of Object.keys(a.values).filter((name) => name.startsWith("first/"))) {
    const [x, y] = [a.values[name]!.values, b.values[name]!.values]
    const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const difference = x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0)
    expect(difference / largest).toBeLessThan(1e-5)
  }
}

describe("packed lines", () => {
  it.each([[null, crossEntropyOnly], ["full", halfForwardKl], ["topk", halfForwardKl]] as const)("give the losses and gradients of lines of their own (store: %s)", async (store, objective) => {
    for (const reduce of ["token-mean", "sequence-mean", "fixed"] as const) {
      const reduced = { ...objective, reduce }
      const own = await firstStep(reduced, store, [apart(reduced, store)])
      expectAlike(await firstStep(reduced, store, [packed(reduced, store)]), own)
      // in other company, in another order, and in two calls
      expectAlike(await firstStep(reduced, store, [packed(reduced, store, [[6, 0], [2, 3, 1]]), packed(reduced, store, [[7, 4, 5]])]), own)
    }
  })

  it.each([null, "full", "topk"] as const)("are the same recorded and op by op (store: %s)", async (store) => {
    const objective = store === null ? crossEntropyOnly : halfForwardKl
    const batch = packed(objective, store)
    expectAlike(await firstStep(objective, store, [batch]), await firstStep(objective, store, [batch], false))
  })

  it("count what they hold as lines of their own do, and padding less", () => {
    const [together, alone] = [packed(crossEntropyOnly, null), apart(crossEntropyOnly, null)]
    expect([together.targets, together.denominator]).toEqual([alone.targets, alone.denominator])
    expect(together.ids.length).toBeLessThan(alone.ids.length)
    expect(together.tokens).toBeLessThanOrEqual(alone.tokens)
  })

  it("begin each sequence at position 0, and end it with no target", () => {
    const { coefficients, ids, labels, packing } = packed(crossEntropyOnly, null)
    const { positions, sequences } = packing!
    for (const [b, pack] of packs.entries()) {
      let at = b * length
      for (const [number, row] of pack.entries()) {
        const { tokens_K, weights_K } = rows.read(row)
        const fed = weights_K.findLastIndex((weight) => weight > 0) + 1
        for (let t = 0; t < fed; t++, at++) {
          expect([ids[at], positions[at], sequences[at]]).toEqual([tokens_K[t], t, number])
          expect([coefficients[at], labels[at]]).toEqual(t + 1 < fed ? [weights_K[t + 1], tokens_K[t + 1]] : [0, 0])
        }
      }
      for (; at < (b + 1) * length; at++) expect([sequences[at], coefficients[at]]).toEqual([-1, 0])
    }
  })

  it("are refused when their rows are more than their tokens", () => {
    expect(() => packed(crossEntropyOnly, null, [[0, 1, 2, 3, 4, 5, 6, 7]])).toThrow(/no room/)
  })
})

describe("the neighbours of a sequence in its line", () => {
  it.each(["recorded", "plain"] as const)("feel no token of it: their losses differ by exactly 0 (%s)", async (how) => {
    const tf = tensorflow()
    const shape = { batch: packs.length, length, isPacked: true }
    const perToken = await graphs[how].getSized(["packed losses", config, length], (batch) => ({
      specs: { ...weightSpecs(config), ...batchSpecs({ ...shape, batch }, config.vocabulary, null) },
      fn: (inputs) => {
        const tables = packedTables(config, inputs["positions"]!, inputs["sequences"]!)
        const { logits_BTV } = forward(config, ofGroup("weight", inputs), { ids_BT: inputs["ids"]!, tables })
        const losses = crossEntropy(tf.reshape(logits_BTV, [batch * length, config.vocabulary]), inputs["labels"]!)
        return { losses: tf.mul(losses, inputs["coefficients"]!) }
      }
    }))
    const weights = grouped("weight", toTensors(initialiseValues(config, 3)))
    const lossesOf = (batch: MicroBatchArrays): Float32Array =>
      perToken.call({ ...weights, ...toBatchTensors(batch) })["losses"]!.dataSync() as Float32Array
    const batch = packed(crossEntropyOnly, null)
    const before = lossesOf(batch)
    const { sequences } = batch.packing!
    for (const [b, pack] of packs.entries()) {
      for (const number of pack.keys()) {
        const mine = sequences.findIndex((other, at) => at >= b * length && other === number)
        const ids = Int32Array.from(batch.ids)
        ids[mine + 1] = (ids[mine + 1]! + 7) % config.vocabulary
        const after = lossesOf({ ...batch, ids })
        let moved = 0
        for (let at = 0; at < before.length; at++) {
          const isMine = at >= b * length && at < (b + 1) * length && sequences[at] === number
          if (isMine) moved = Math.max(moved, Math.abs(after[at]! - before[at]!))
          else expect(Math.abs(after[at]! - before[at]!)).toBe(0)
        }
        expect(moved).toBeGreaterThan(0)
      }
    }
  })
})
