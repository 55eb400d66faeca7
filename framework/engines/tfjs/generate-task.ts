/**
 * A generate task from files to files: a model and items in, `outputs.jsonl` out. Items are taken a batch at a time and each batch's
 * lines are written down before the next is begun; batches and shapes are fixed by the task, so a resumed one writes what an
 * uninterrupted one would.
 */
import { appendFileSync, closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { Cost } from "../Protocol.ts"
import { GenerateItem, GenerateOutput, type GenerateTask } from "../Task.ts"
import { openModel } from "./folder.ts"
import { generate } from "./generate.ts"
import type { Graphs } from "./graphs.ts"
import { InvalidTask } from "./InvalidTask.ts"
import { toTensors } from "./initialise.ts"
import { MemoryMeter, weightBytes } from "./memory.ts"
import { type Reporter, Stopped } from "./Reporter.ts"
import { nothing, startClock } from "./spent.ts"
import { tensorflow } from "./tensorflow.ts"

const decodeItem = Schema.decodeUnknownSync(Schema.fromJsonString(GenerateItem))
const decodeOutput = Schema.decodeUnknownOption(Schema.fromJsonString(GenerateOutput))

/** @throws InvalidTask and the errors of model folders; Stopped when asked to stop, at the end of a batch */
export const generateTask = async (task: GenerateTask, graphs: Graphs, reporter: Reporter): Promise<Cost> => {
  const model = openModel(task.model)
  const items = readItems(task.items)
  const clock = startClock(nothing, graphs.making)
  const memory = new MemoryMeter(weightBytes(model.config))
  const weights = toTensors(model.weights)
  const watched: Graphs = {
    ...graphs,
    get: async (key, make) => {
      const graph = await graphs.get(key, make)
      memory.note(graph)
      return graph
    }
  }
  const progressFolder = task.resumeFolder ?? task.out
  mkdirSync(progressFolder, { recursive: true })
  const partial = join(progressFolder, "outputs.partial.jsonl")
  const distinct = task.temperature === 0 ? 1 : task.samples
  const itemsPerBatch = Math.max(1, Math.floor(task.batchSequences / distinct))
  const kept = keptLines(partial, items, task.samples, itemsPerBatch)
  writeFileSync(partial, kept.map((line) => `${line}\n`).join(""))
  const promptTokens = items.reduce((longest, { ids }) => Math.max(longest, ids.length), 1)
  const cost = { tokens: 0, paddedTokens: 0, flops: 0 }
  const started = performance.now()
  const perSecond = () => cost.tokens / Math.max(1e-3, (performance.now() - started) / 1000)
  try {
    for (let at = kept.length / task.samples; at < items.length; at += itemsPerBatch) {
      const batch = items.slice(at, at + itemsPerBatch)
      const { outputs, cost: spent } = await generate({ config: model.config, weights, graphs: watched }, batch, { ...task, promptTokens }, async () => {
        reporter.progress("generate", at, items.length, perSecond())
        await reporter.breathe()
      })
      cost.tokens += spent.tokens
      cost.paddedTokens += spent.paddedTokens
      cost.flops += spent.flops
      appendDurably(partial, outputs.map((output) => `${JSON.stringify(output)}\n`).join(""))
      reporter.progress("generate", Math.min(items.length, at + itemsPerBatch), items.length, perSecond())
      await reporter.breathe()
      if (reporter.isStopping() && at + itemsPerBatch < items.length) throw new Stopped()
    }
  } finally {
    tensorflow().dispose(weights as never)
  }
  const total: Cost = { ...clock(), ...memory.read(), ...cost, targets: 0 }
  mkdirSync(task.out, { recursive: true })
  copyFileSync(partial, join(task.out, "outputs.jsonl"))
  writeFileSync(join(task.out, "cost.json"), `${JSON.stringify(total, null, 2)}\n`)
  rmSync(partial)
  return total
}

/** A batch is minutes of work: it outlives a power cut, too. */
const appendDurably = (path: string, text: string): void => {
  const file = openSync(path, "a")
  try {
    appendFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const readItems = (path: string): ReadonlyArray<GenerateItem> => {
  try {
    return readFileSync(path, "utf8").split("\n").filter((line) => line !== "").map((line) => decodeItem(line))
  } catch (thrown) {
    throw new InvalidTask({ message: `${path}: expected one item a line (${thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown)})` })
  }
}

/** Lines of an earlier attempt that are whole batches of these items, in their order; a torn last line ends them. */
const keptLines = (path: string, items: ReadonlyArray<GenerateItem>, samples: number, itemsPerBatch: number): ReadonlyArray<string> => {
  let text: string
  try {
    text = readFileSync(path, "utf8")
  } catch {
    return []
  }
  const lines = text.split("\n").slice(0, -1)
  const firstUnfit = lines.findIndex((line, index) => {
    const output = decodeOutput(line)
    return output._tag === "None" || output.value.item !== items[Math.floor(index / samples)]?.item || output.value.sample !== index % samples
  })
  const fit = firstUnfit === -1 ? lines.length : firstUnfit
  return lines.slice(0, fit === items.length * samples ? fit : fit - fit % (itemsPerBatch * samples))
}
