import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it as effectIt } from "@effect/vitest"
import { Schema } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { GenerateTask } from "../../../framework/engines/Task.ts"
import { readConfig } from "../../../framework/engines/tfjs/config.ts"
import { evenBatches } from "../../../framework/engines/tfjs/even-batches.ts"
import { writeModel, openModel } from "../../../framework/engines/tfjs/folder.ts"
import { generateTask } from "../../../framework/engines/tfjs/generate-task.ts"
import { makeGraphs } from "../../../framework/engines/tfjs/graphs.ts"
import { numbersToHalves } from "../../../framework/engines/tfjs/half.ts"
import { heldoutLosses } from "../../../framework/engines/tfjs/heldout.ts"
import { initialiseValues, toTensors } from "../../../framework/engines/tfjs/initialise.ts"
import type { Reporter } from "../../../framework/engines/tfjs/Reporter.ts"
import { joinRows, readRows, type Rows } from "../../../framework/engines/tfjs/rows.ts"
import { halfToNumber } from "../../../framework/engines/tfjs/safetensors.ts"
import { openTeacherStore } from "../../../framework/engines/tfjs/store-reader.ts"
import { teach } from "../../../framework/engines/tfjs/teach.ts"
import { makeSmallWorld, type SmallWorld, tinyConfig, viewBy, vocabulary } from "../../contract/small-world.ts"

const graphs = makeGraphs(true)
const silent: Reporter = { progress: () => {}, metrics: () => {}, breathe: () => Promise.resolve(), isStopping: () => false }
let folder: string
let world: SmallWorld
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leadspan-files-"))
  world = await makeSmallWorld(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("half precision", () => {
  it("comes back as it was, every half there is", () => {
    const halves = Array.from({ length: 65536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00 || (half & 0x3ff) === 0)
    expect([...numbersToHalves(Float32Array.from(halves, halfToNumber))]).toEqual(halves)
    expect(Number.isNaN(halfToNumber(numbersToHalves(Float32Array.of(Number.NaN))[0]!))).toBe(true)
  })
  it("rounds to the nearest, ties to even", () => {
    expect([...numbersToHalves(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 65520, 2 ** -25, 2 ** -25 + 2 ** -30, -1e-9))])
      .toEqual([0x3c00, 0x3c02, 0x3c01, 0x7c00, 0, 1, 0x8000])
  })
})

describe("even batches", () => {
  effectIt.prop("hold every sequence once, in room enough, within their tokens",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 }))), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))],
    ([lengths, microTokens]) => {
      const batches = evenBatches(lengths, [10, 25, 40], microTokens)
      expect(batches.flatMap(({ rows }) => rows).sort((a, b) => a - b)).toEqual(lengths.map((_, row) => row))
      for (const { shape, rows } of batches) {
        expect(rows.length).toBeLessThanOrEqual(shape.batch)
        expect(shape.batch * shape.length).toBeLessThanOrEqual(Math.max(microTokens, shape.length))
        for (const row of rows) expect(lengths[row]).toBeLessThanOrEqual(shape.length)
      }
    })
  it("refuse what fits nowhere", () => expect(() => evenBatches([41], [10, 40], 100)).toThrow(/41 tokens/))
})

describe("a teacher store", () => {
  it("is read as the model said it, row by row, in half precision too", async () => {
    for (const dtype of ["float32", "float16"] as const) {
      await teach(world.teach(`store-${dtype}`, "validation", { mode: "full", k: null, temperatures: [], dtype }), graphs, silent)
    }
    await teach(world.teach("store-top", "validation", { mode: "topk", k: 5, temperatures: [1, 3], dtype: "float32" }), graphs, silent)
    const [whole, half, top] = ["store-float32", "store-float16", "store-top"].map((name) => openTeacherStore(join(folder, name)))
    const read = (store: typeof whole, width: number, temperature: number) => {
      const into = { logits: new Float32Array(4 * width), ids: new Int32Array(4 * width), lse: new Float32Array(4) }
      store!.read(3, 2, 4, into, 0, temperature)
      return into
    }
    const logits = read(whole, vocabulary, 1).logits
    read(half, vocabulary, 1).logits.forEach((value, i) => expect(Math.abs(value - logits[i]!)).toBeLessThan(2e-3 * Math.max(1, Math.abs(logits[i]!))))
    for (const temperature of [1, 3]) {
      const { logits: kept, ids, lse } = read(top, 5, temperature)
      for (let position = 0; position < 4; position++) {
        const row = logits.subarray(position * vocabulary, (position + 1) * vocabulary)
        const best = [...row].sort((a, b) => b - a).slice(0, 5)
        expect([...kept.subarray(position * 5, position * 5 + 5)]).toEqual(best)
        for (let k = 0; k < 5; k++) expect(row[ids[position * 5 + k]!]).toBe(best[k])
        expect(lse[position]).toBeCloseTo(Math.log(row.reduce((sum, logit) => sum + Math.exp(logit / temperature), 0)), 5)
      }
    }
    expect(whole!.description.prefixDifference).toBeLessThan(1e-4)
    expect(() => read(top, 5, 2)).toThrow(/temperatures 1, 3 where 2/)
    for (const store of [whole, half, top]) store!.close()
  })

  it("is refused when it is torn", async () => {
    await teach(world.teach("torn", "validation", { mode: "full", k: null, temperatures: [], dtype: "float32" }), graphs, silent)
    truncateSync(join(folder, "torn", "logits.bin"), 1000)
    expect(() => openTeacherStore(join(folder, "torn"))).toThrow(/1000 bytes in logits\.bin/)
    writeFileSync(join(folder, "torn", "store.json"), "{}")
    expect(() => openTeacherStore(join(folder, "torn"))).toThrow(/store\.json/)
    expect(() => openTeacherStore(join(folder, "nowhere"))).toThrow(/store\.json/)
  })
})

describe("held-out losses", () => {
  const config = readConfig(tinyConfig())
  it("pass what is kept on its own where it is no prefix", async () => {
    const whole = await readRows(join(folder, "validation.arrow"), join(folder, "validation-whole.arrow"), config.vocabulary)
    // the last half, all of it targets
    const last = joinRows(whole.prepared, viewBy([...whole.prepared.lengths_N], (_, length) => [length >> 1, length], () => 1), config.vocabulary)
    const tensors = toTensors(initialiseValues(config, 2))
    const losses = (own: Rows, microTokens: number) => heldoutLosses({ config, own, teacher: null, microTokens, lengths: world.lengths }, tensors, graphs, () => Promise.resolve())
    const [a, b, c] = [await losses(whole, 200), await losses(last, 200), await losses(whole, 1)]
    expect(b["heldout/cross_entropy"]).toBe(a["heldout/cross_entropy"])
    // a start of its own: other positions, other context, another number
    expect(b["heldout/own_cross_entropy"]).not.toBe(a["heldout/own_cross_entropy"])
    expect(b["heldout/own_cross_entropy"]).toBeGreaterThan(1)
    expect(c["heldout/cross_entropy"]).toBeCloseTo(a["heldout/cross_entropy"]!, 5)
  })
})

describe("a generate task", () => {
  it("goes on after whole batches and drops a torn one", async () => {
    const model = join(folder, "model")
    writeModel(model, openModel({ init: tinyConfig(), seed: 4, tokenizer: folder }))
    const items = Array.from({ length: 5 }, (_, index) => ({ item: `i${index}`, ids: [index, index + 1] }))
    writeFileSync(join(folder, "items.jsonl"), items.map((item) => `${JSON.stringify(item)}\n`).join(""))
    const task = (name: string): GenerateTask => ({
      kind: "generate", stepId: name, model: { folder: model }, items: join(folder, "items.jsonl"), samples: 2, temperature: 1, topP: 1, seed: 1,
      maxTokens: 6, stopIds: [], endOfThoughtId: null, forced: null, batchSequences: 4, recordGraphs: true,
      resumeFolder: join(folder, `${name}.resume`), out: join(folder, name)
    })
    await generateTask(task("once"), graphs, silent)
    const expected = readFileSync(join(folder, "once", "outputs.jsonl"), "utf8")
    const lines = expected.split("\n")
    const interrupted = { ...task("twice") }
    // one batch of two items and two samples, a line of the next, and a torn one
    mkdirSync(interrupted.resumeFolder!, { recursive: true })
    writeFileSync(join(interrupted.resumeFolder!, "outputs.partial.jsonl"), `${lines.slice(0, 5).join("\n")}\n${lines[5]!.slice(0, 10)}`)
    const cost = await generateTask(interrupted, graphs, silent)
    expect(readFileSync(join(folder, "twice", "outputs.jsonl"), "utf8")).toBe(expected)
    expect(cost.tokens).toBeGreaterThan(0)
  })
})
