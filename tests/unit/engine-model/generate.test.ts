/** Generation against `transformers`' greedy continuations, and what must not bear on it: the batch, the graph, the order. */
import { readdirSync, readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { complete, type CompletionCost } from "../../../framework/engines/tfjs/completions.ts"
import { readModel } from "../../../framework/engines/tfjs/folder.ts"
import { generate, type GenerateSettings } from "../../../framework/engines/tfjs/generate.ts"
import { makeGraphs } from "../../../framework/engines/tfjs/graphs.ts"
import { toTensors } from "../../../framework/engines/tfjs/initialise.ts"
import { tensorflow } from "../../../framework/engines/tfjs/tensorflow.ts"

const root = new URL("../../fixtures/models/", import.meta.url).pathname
const recorded = makeGraphs(true)
const opByOp = makeGraphs(false)
afterAll(() => { recorded.dispose(); opByOp.dispose() })

const noCost = (): CompletionCost => ({ tokens: 0, paddedTokens: 0, flops: 0 })
const noPause = () => Promise.resolve()
const decoderOf = (name: string, graphs = recorded) => {
  const model = readModel(`${root}${name}`)
  return { config: model.config, weights: toTensors(model.weights), graphs }
}

describe.each(readdirSync(root))("%s", (name) => {
  const { prompts, greedy } = JSON.parse(readFileSync(`${root}${name}/expected.json`, "utf8")) as { prompts: Array<Array<number>>; greedy: Array<Array<number>> }
  it.each([["recorded", recorded, 4], ["op by op", opByOp, 2]] as const)("writes what transformers writes, %s", async (_, graphs, batchSequences) => {
    const written = await complete(decoderOf(name, graphs), prompts.map((ids) => ({ ids, uniform: () => 0 })),
      { temperature: 0, topP: 1, maxTokens: 12, stopIds: [], batchSequences, promptTokens: 8 }, noCost(), noPause)
    expect(written).toEqual(greedy.map((ids) => ({ ids, finish: "length" })))
  })
})

const items = Array.from({ length: 7 }, (_, index) => ({ item: `item-${index}`, ids: Array.from({ length: 1 + index % 4 }, (_, at) => (5 * index + at) % 23) }))
const settings: GenerateSettings = {
  samples: 2, temperature: 1, topP: 0.9, seed: 3, maxTokens: 20, stopIds: [7], endOfThoughtId: 9, batchSequences: 4,
  forced: { thoughtTokens: [4, 10], cue: [1, 2], answerTokens: 3 }
}

describe("generate", () => {
  const decoder = decoderOf("llama-grouped-tied")
  it("writes the same for an item whatever it is batched with", async () => {
    const whole = await generate(decoder, items, settings, noPause)
    const reversed = await generate(decoder, [...items].reverse(), { ...settings, batchSequences: 3 }, noPause)
    const alone = await generate(decoder, items.slice(2, 3), { ...settings, batchSequences: 1 }, noPause)
    expect(new Map(reversed.outputs.map((output) => [`${output.item} ${output.sample}`, output])))
      .toEqual(new Map(whole.outputs.map((output) => [`${output.item} ${output.sample}`, output])))
    expect(alone.outputs).toEqual(whole.outputs.slice(4, 6))
    expect(new Set(whole.outputs.map(({ ids }) => ids.join())).size).toBeGreaterThan(7)
    expect(whole.outputs.every(({ ids, finish }) => !ids.includes(7) && (finish === "stop" || ids.length === 20))).toBe(true)
    expect(whole.outputs.some(({ finish }) => finish === "stop")).toBe(true)
  })

  it("depends on the seed, and not on it when greedy", async () => {
    const write = async (change: Partial<GenerateSettings>) => (await generate(decoder, items, { ...settings, ...change }, noPause)).outputs
    expect(await write({ seed: 4 })).not.toEqual(await write({ seed: 3 }))
    expect(await write({ temperature: 0, seed: 4 })).toEqual(await write({ temperature: 0, seed: 3 }))
  })

  it("forces an answer after the thought, ended at the budget at the latest", async () => {
    const greedy = { ...settings, temperature: 0, samples: 1 }
    const { outputs } = await generate(decoder, items, greedy, noPause)
    for (const [index, { ids, forced }] of outputs.entries()) {
      const end = ids.indexOf(9)
      const thought = end < 0 ? ids : ids.slice(0, end)
      for (const { thoughtTokens, ids: answer } of forced) {
        const prompt = [...items[index]!.ids, ...thought.slice(0, thoughtTokens), 9, 1, 2]
        const [direct] = await complete(decoder, [{ ids: prompt, uniform: () => 0 }],
          { temperature: 0, topP: 1, maxTokens: 3, stopIds: [7], batchSequences: 1, promptTokens: 32 }, noCost(), noPause)
        expect(answer).toEqual(direct!.ids)
      }
    }
  })

  it("crosses a growth of the memory without a seam", async () => {
    const long = { ...settings, samples: 1, temperature: 0, maxTokens: 55, stopIds: [], forced: null }
    const first = await generate(decoder, items.slice(0, 2), long, noPause)
    const second = await complete(decoder, first.outputs.map(({ ids }, index) => ({ ids: [...items[index]!.ids, ...ids.slice(0, 50)], uniform: () => 0 })),
      { temperature: 0, topP: 1, maxTokens: 5, stopIds: [], batchSequences: 4, promptTokens: 64 }, noCost(), noPause)
    expect(second.map(({ ids }) => ids)).toEqual(first.outputs.map(({ ids }) => ids.slice(50)))
  })

  it("leaves no tensor behind", async () => {
    await generate(decoder, items, settings, noPause)
    const before = tensorflow().memory().numTensors
    await generate(decoder, items, settings, noPause)
    expect(tensorflow().memory().numTensors).toBe(before)
  })

  it("refuses prompts that do not fit the model", async () => {
    await expect(generate(decoder, [{ item: "a", ids: [23] }], settings, noPause)).rejects.toThrow("token id 23 stands in a prompt")
    await expect(generate(decoder, [{ item: "a", ids: [] }], settings, noPause)).rejects.toThrow("a prompt is empty")
    await expect(generate(decoder, [{ item: "a", ids: [1] }], { ...settings, maxTokens: 64 }, noPause)).rejects.toThrow("exceed the model's 64 positions")
  })
})
