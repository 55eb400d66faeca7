/** Measures against the same numbers made one sequence at a time from the models' logits, in float64. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readConfig } from "../../framework/engines/tfjs/config.ts"
import { forward } from "../../framework/engines/tfjs/decoder.ts"
import { makeGraphs } from "../../framework/engines/tfjs/graphs.ts"
import { initialiseValues, toTensors } from "../../framework/engines/tfjs/initialise.ts"
import { measure } from "../../framework/engines/tfjs/measure.ts"
import { type Reporter, Stopped } from "../../framework/engines/tfjs/Reporter.ts"
import { passTables } from "../../framework/engines/tfjs/rotary.ts"
import { teach } from "../../framework/engines/tfjs/teach.ts"
import { tensorflow } from "../../framework/engines/tfjs/tensorflow.ts"
import { measuresName, readMeasures } from "../../framework/sequence/measures-file.ts"
import { type Prepared, readPrepared } from "../../framework/sequence/prepared-file.ts"
import { makeSmallWorld, type SmallWorld, tinyConfig, vocabulary } from "./small-world.ts"

const graphs = makeGraphs(true)
const silent: Reporter = { progress: () => {}, metrics: () => {}, breathe: () => Promise.resolve(), isStopping: () => false }
const kept = 8
let folder: string
let world: SmallWorld
let prepared: Prepared
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leadspan-measure-"))
  world = await makeSmallWorld(folder)
  prepared = await Effect.runPromise(readPrepared(join(folder, "train.arrow")))
  await teach(world.teach("full", "train", { mode: "full", k: null, temperatures: [], dtype: "float32" }), graphs, silent)
  await teach(world.teach("topk", "train", { mode: "topk", k: kept, temperatures: [1, 2], dtype: "float32" }), graphs, silent)
})
afterAll(() => {
  prepared.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Probabilities after each token of one sequence, [T][V]. */
const probabilities = (width: number, seed: number, tokens_T: Int32Array): ReadonlyArray<ReadonlyArray<number>> => {
  const tf = tensorflow()
  const config = readConfig(tinyConfig(width))
  const weights = toTensors(initialiseValues(config, seed))
  const length = tokens_T.length
  const logits = tf.tidy(() => forward(config, weights, { ids_BT: tf.tensor2d(tokens_T, [1, length], "int32"), tables: passTables(config, length) }).logits_BTV.dataSync())
  return Array.from({ length }, (_, t) => {
    const row = [...logits.subarray(t * vocabulary, (t + 1) * vocabulary)]
    const largest = Math.max(...row)
    const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0)
    return row.map((logit) => Math.exp(logit - largest) / sum)
  })
}
const entropy = (p: ReadonlyArray<number>) => p.reduce((sum, x) => sum - x * Math.log(x), 0)
const divergence = (p: ReadonlyArray<number>, q: ReadonlyArray<number>) => p.reduce((sum, x, i) => sum + x * Math.log(x / q[i]!), 0)
/** What stays of two distributions when all but the teacher's likeliest tokens are one. */
const onSupport = (teacher: ReadonlyArray<number>, student: ReadonlyArray<number>) => {
  const ids = teacher.map((_, id) => id).sort((a, b) => teacher[b]! - teacher[a]!)
  const of = (p: ReadonlyArray<number>) => [...ids.slice(0, kept).map((id) => p[id]!), ids.slice(kept).reduce((sum, id) => sum + p[id]!, 0)]
  return [of(teacher), of(student)] as const
}

describe("a measure task", () => {
  it.each(["full", "topk", null] as const)("says of each token what the models' logits say (store: %s)", async (mode) => {
    const task = world.measure(`measured-${mode}`, mode === null ? null : { folder: join(folder, mode), mode, k: mode === "topk" ? kept : null })
    const cost = await measure(task, graphs, silent)
    const measures = await Effect.runPromise(readMeasures(join(task.out, measuresName)))
    expect(measures.count).toBe(prepared.count)
    expect([...measures.lengths_N]).toEqual([...prepared.lengths_N])
    expect(cost.tokens).toBe(prepared.firstToken_N1[prepared.count])
    expect(cost.flops).toBeGreaterThan(0)
    for (const n of [0, 7, 31, 16]) {
      const { tokens_T } = prepared.row(n)
      const [student, teacher] = [probabilities(32, 1, tokens_T), probabilities(48, 5, tokens_T)]
      const { divergence_T, studentEntropy_T, teacherEntropy_T } = measures.row(n)
      expect(studentEntropy_T[0]).toBe(0)
      expect([teacherEntropy_T?.[0], divergence_T?.[0]]).toEqual(mode === null ? [undefined, undefined] : [0, 0])
      for (let t = 1; t < tokens_T.length; t++) {
        expect(studentEntropy_T[t]).toBeCloseTo(entropy(student[t - 1]!), 5)
        if (mode === null) continue
        const [p, q] = mode === "full" ? [teacher[t - 1]!, student[t - 1]!] : onSupport(teacher[t - 1]!, student[t - 1]!)
        expect(teacherEntropy_T![t]).toBeCloseTo(entropy(p), 5)
        expect(divergence_T![t]).toBeCloseTo(divergence(p, q), 5)
      }
    }
    measures.close()
  })

  it("gives the same bytes again, and in other calls the same numbers", async () => {
    const store = { folder: join(folder, "full"), mode: "full", k: null } as const
    const [once, again] = [world.measure("once", store), world.measure("again", store)]
    for (const task of [once, again]) await measure(task, graphs, silent)
    expect(readFileSync(join(once.out, measuresName)).equals(readFileSync(join(again.out, measuresName)))).toBe(true)
    const wide = { ...world.measure("wide", store), microTokens: 4000 }
    await measure(wide, graphs, silent)
    const [a, b] = await Promise.all([once, wide].map((task) => Effect.runPromise(readMeasures(join(task.out, measuresName)))))
    a!.row(3).divergence_T!.forEach((value, t) => expect(b!.row(3).divergence_T![t]).toBeCloseTo(value, 5))
  })

  it("stops when it is asked to", async () => {
    let calls = 0
    const stopping: Reporter = { ...silent, isStopping: () => ++calls > 2 }
    await expect(measure(world.measure("stopped", null), graphs, stopping)).rejects.toBeInstanceOf(Stopped)
  })
})
