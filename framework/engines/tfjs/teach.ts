/**
 * The teacher's one pass over the prepared data: what it said at every position of every whole sequence, as a store that all
 * cells of the grid read (`store-reader.ts`).
 *
 * Shapes: B sequences, T tokens, N = B * T positions, V vocabulary, K of the top-k.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { type Prepared, readPrepared } from "../../sequence/prepared-file.ts"
import { wholeView } from "../../sequence/view.ts"
import type { Cost } from "../Protocol.ts"
import type { TeachTask } from "../Task.ts"
import type { DecoderConfig } from "./config.ts"
import { forward } from "./decoder.ts"
import { type EvenBatch, evenBatches } from "./even-batches.ts"
import { openModel } from "./folder.ts"
import type { GraphFunction, Graphs } from "./graphs.ts"
import { numbersToHalves } from "./half.ts"
import { InvalidTask } from "./InvalidTask.ts"
import { toTensors, type Weight } from "./initialise.ts"
import { MemoryMeter, weightBytes } from "./memory.ts"
import type { BatchShape } from "./objective.ts"
import { type Reporter, Stopped } from "./Reporter.ts"
import { passTables } from "./rotary.ts"
import { joinRows, type Rows } from "./rows.ts"
import { nothing, startClock } from "./spent.ts"
import type { StoreDescription } from "./store-reader.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"
import { grouped, ofGroup, weightSpecs } from "./train-graphs.ts"

type StoreForm = TeachTask["store"]

/** Samples on which the pass checks that a prefix alone gets the logits it has in its whole sequence. */
const prefixSamples = 8
const prefixShares = [0.25, 0.5, 0.75]
const prefixTolerance = 1e-3

/** Weights and ids -> `logits` [N, V]; or the K largest, `logits` and `ids` [N, K], with `lse` [N, temperatures]. */
export const teachFunction = (config: DecoderConfig, shape: BatchShape, { mode, k, temperatures }: StoreForm): GraphFunction => ({
  specs: { ...weightSpecs(config), ids: { shape: [shape.batch, shape.length], dtype: "int32" } },
  fn: (inputs) => {
    const tf = tensorflow()
    const { logits_BTV } = forward(config, ofGroup("weight", inputs), { ids_BT: inputs["ids"]!, tables: passTables(config, shape.length) })
    const logits_NV = tf.reshape(logits_BTV, [shape.batch * shape.length, config.vocabulary])
    if (mode === "full") return { logits: logits_NV }
    const { values, indices } = tf.topk(logits_NV, k!, true)
    const lse = tf.stack(temperatures.map((temperature) => tf.logSumExp(tf.mul(logits_NV, 1 / temperature), 1)), 1)
    return { logits: values as Tensor, ids: indices as Tensor, lse: lse as Tensor }
  }
})

/**
 * Writes the store into `task.out`; `store.json` last, so that its presence means complete.
 * @throws InvalidTask if the data do not fit the model, or if the model's logits on a prefix depend on what follows it
 */
export const teach = async (task: TeachTask, graphs: Graphs, reporter: Reporter): Promise<Cost> => {
  const { store } = task
  const { config, weights: values } = openModel(task.model)
  if (store.mode === "topk" && (store.k === null || store.k > config.vocabulary)) {
    throw new InvalidTask({ message: `a top-k store needs k from 1 to the vocabulary's ${config.vocabulary}, found ${store.k}` })
  }
  if (store.mode === "topk" && store.temperatures.length === 0) throw new InvalidTask({ message: "a top-k store needs at least one temperature" })
  const prepared = await Effect.runPromise(readPrepared(task.prepared))
  try {
    return await passOver(task, prepared, config, values, graphs, reporter)
  } finally {
    prepared.close()
  }
}

const passOver = async (
  task: TeachTask, prepared: Prepared, config: DecoderConfig, values: Readonly<Record<string, Weight>>, graphs: Graphs, reporter: Reporter
): Promise<Cost> => {
  const tf = tensorflow()
  const { store } = task
  const rows = joinRows(prepared, wholeView(prepared), config.vocabulary)
  const batches = evenBatches(Array.from({ length: rows.count }, (_, row) => rows.length(row)), task.lengths, task.microTokens)
  const clock = startClock(nothing, graphs.making)
  const memory = new MemoryMeter(weightBytes(config))
  mkdirSync(task.out, { recursive: true })
  const writer = openWriter(task.out, store, config.vocabulary, prepared.firstToken_N1)
  const weights = toTensors(values)
  const graphOf = (shape: BatchShape) => graphs.getSized(["teach", config, shape.length, store], (batch) => teachFunction(config, { ...shape, batch }, store))
  let [tokens, paddedTokens, flops] = [0, 0, 0]
  try {
    const started = performance.now()
    for (const [index, batch] of batches.entries()) {
      const graph = await graphOf(batch.shape)
      const said = say(graph.call, weights, batch.shape, idsOf(rows, batch, 1))
      batch.rows.forEach((row, b) => writer.write(row, said, b * batch.shape.length, rows.length(row)))
      tokens += batch.rows.reduce((sum, row) => sum + rows.length(row), 0)
      paddedTokens += batch.shape.batch * batch.shape.length
      const callCost = graph.costAt(batch.shape.batch)
      flops += callCost.flops
      memory.note(callCost)
      reporter.progress("teach", index + 1, batches.length, tokens / Math.max(1e-3, (performance.now() - started) / 1000))
      await reporter.breathe()
      if (reporter.isStopping()) throw new Stopped()
    }
    const prefixDifference = batches.length === 0 ? 0
      : await checkPrefixes(rows, batches.at(-1)!, weights, (await graphOf(batches.at(-1)!.shape)).call, reporter)
    const description: StoreDescription = {
      format: 1, mode: store.mode, k: store.mode === "topk" ? store.k : null, dtype: store.dtype, vocabulary: config.vocabulary,
      temperatures: store.mode === "topk" ? store.temperatures : [], rows: rows.count, rowOffsets: [...prepared.firstToken_N1], prefixDifference
    }
    writer.finish()
    const cost: Cost = { ...clock(), ...memory.read(), tokens, paddedTokens, targets: 0, flops }
    writeFileSync(join(task.out, "cost.json"), `${JSON.stringify(cost, null, 2)}\n`)
    writeFileSync(join(task.out, "store.json"), `${JSON.stringify(description)}\n`)
    return cost
  } finally {
    tf.dispose(weights)
    writer.close()
  }
}

/** What the teacher said at N positions. */
interface Said {
  readonly logits: Float32Array
  readonly ids: Int32Array | null
  readonly lse: Float32Array | null
}

const say = (call: (inputs: Record<string, Tensor>) => Record<string, Tensor>, weights: NamedTensors, { batch, length }: BatchShape, ids: Int32Array): Said => {
  const tf = tensorflow()
  const tensor = tf.tensor2d(ids, [batch, length], "int32")
  const out = call({ ...grouped("weight", weights), ids: tensor })
  const said = {
    logits: out["logits"]!.dataSync() as Float32Array,
    ids: (out["ids"]?.dataSync() ?? null) as Int32Array | null,
    lse: (out["lse"]?.dataSync() ?? null) as Float32Array | null
  }
  tf.dispose([tensor, out] as never)
  return said
}

/** A batch's ids, each sequence cut to `share` of its tokens. */
const idsOf = (all: Rows, { shape: { batch, length }, rows }: EvenBatch, share: number): Int32Array => {
  const ids = new Int32Array(batch * length)
  rows.forEach((row, b) => {
    const { tokens_K } = all.read(row)
    ids.set(tokens_K.subarray(0, keptOf(tokens_K.length, share)), b * length)
  })
  return ids
}

const keptOf = (length: number, share: number): number => Math.max(1, Math.floor(length * share))

/** Largest difference between the logits of prefixes and of whole sequences, over some samples. */
const checkPrefixes = async (
  rows: Rows, batch: EvenBatch, weights: NamedTensors, call: (inputs: Record<string, Tensor>) => Record<string, Tensor>, reporter: Reporter
): Promise<number> => {
  const sample: EvenBatch = { ...batch, rows: batch.rows.slice(0, prefixSamples) }
  const whole = say(call, weights, batch.shape, idsOf(rows, sample, 1)).logits
  const width = whole.length / (batch.shape.batch * batch.shape.length)
  let largest = 0
  for (const share of prefixShares) {
    const cut = say(call, weights, batch.shape, idsOf(rows, sample, share)).logits
    sample.rows.forEach((row, b) => {
      const from = b * batch.shape.length * width
      const to = from + keptOf(rows.length(row), share) * width
      for (let at = from; at < to; at++) largest = Math.max(largest, Math.abs(cut[at]! - whole[at]!))
    })
    await reporter.breathe()
  }
  if (!(largest <= prefixTolerance)) {
    throw new InvalidTask({ message: `the teacher's logits on a prefix differ by ${largest} from those within the whole sequence (at most ${prefixTolerance} is rounding): one pass cannot serve all ratios` })
  }
  return largest
}

/** Files of a store, written row by row at each row's own place, in whatever order batches come. */
const openWriter = (folder: string, { mode, k, dtype, temperatures }: StoreForm, vocabulary: number, rowOffsets: Float64Array) => {
  const width = mode === "full" ? vocabulary : k!
  const open = (name: string) => openSync(join(folder, name), "w")
  const files = { logits: open("logits.bin"), ...(mode === "topk" ? { ids: open("ids.bin"), lse: open("lse.bin") } : {}) }
  const put = (descriptor: number, values: NodeJS.ArrayBufferView, position: number) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }
  return {
    write: (row: number, said: Said, at: number, count: number) => {
      const first = rowOffsets[row]!
      const logits = said.logits.subarray(at * width, (at + count) * width)
      if (dtype === "float16") put(files.logits, numbersToHalves(logits), first * width * 2)
      else put(files.logits, logits, first * width * 4)
      if (files.ids !== undefined) put(files.ids, said.ids!.subarray(at * width, (at + count) * width), first * width * 4)
      if (files.lse !== undefined) {
        put(files.lse, said.lse!.subarray(at * temperatures.length, (at + count) * temperatures.length), first * temperatures.length * 4)
      }
    },
    finish: () => { for (const descriptor of Object.values(files)) fsyncSync(descriptor) },
    close: () => { for (const descriptor of Object.values(files)) closeSync(descriptor) }
  }
}
