/**
 * What teacher and untrained student make of each token of the whole sequences: entropies and their divergence, for selectors.
 * The teacher's word comes from its store; of a top-k store its entropy is that of the kept tokens and one bucket for all others.
 *
 * Shapes: B sequences, T tokens, N = B * T positions, V vocabulary, S support (`teacher-targets.ts`).
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { type MeasuredRow, measuresName, writeMeasures } from "../../sequence/measures-file.ts"
import { readPrepared } from "../../sequence/prepared-file.ts"
import { wholeView } from "../../sequence/view.ts"
import type { Cost } from "../Protocol.ts"
import type { MeasureTask } from "../Task.ts"
import type { DecoderConfig } from "./config.ts"
import { forward } from "./decoder.ts"
import { evenBatches } from "./even-batches.ts"
import { openModel } from "./folder.ts"
import type { GraphFunction, Graphs } from "./graphs.ts"
import { yardstickTemperature } from "./heldout.ts"
import { toTensors } from "./initialise.ts"
import { InvalidTask } from "./InvalidTask.ts"
import { logSoftmax } from "./log-probs.ts"
import { MemoryMeter, weightBytes } from "./memory.ts"
import { assemble, toBatchTensors } from "./micro-batch.ts"
import { batchSpecs, type BatchShape } from "./objective.ts"
import { type Reporter, Stopped } from "./Reporter.ts"
import { passTables } from "./rotary.ts"
import { joinRows, type Rows } from "./rows.ts"
import { nothing, startClock } from "./spent.ts"
import { checkRows, checkStore, openTeacherStore, type TeacherStore } from "./store-reader.ts"
import { pairOnSupport, type TeacherForm } from "./teacher-targets.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"
import { grouped, ofGroup, weightSpecs } from "./train-graphs.ts"

/** Calls whose rows wait for each other to be written in their order: as many as hold so many times `microTokens`. */
const callsInFlight = 16

const entropyOf = (logProbs_NS: Tensor): Tensor => {
  const tf = tensorflow()
  return tf.neg(tf.sum(tf.mul(tf.exp(logProbs_NS), logProbs_NS), 1))
}

/** Weights and a batch -> `student` [N], its entropy; with a teacher also `teacher` [N], its entropy, and `divergence` [N]. */
export const measureFunction = (config: DecoderConfig, shape: BatchShape, teacher: TeacherForm | null, temperature: number): GraphFunction => ({
  specs: { ...weightSpecs(config), ...batchSpecs(shape, config.vocabulary, teacher) },
  fn: (inputs) => {
    const tf = tensorflow()
    const { logits_BTV } = forward(config, ofGroup("weight", inputs), { ids_BT: inputs["ids"]!, tables: passTables(config, shape.length) })
    const logits_NV = tf.reshape(logits_BTV, [shape.batch * shape.length, config.vocabulary])
    const student = entropyOf(logSoftmax(logits_NV))
    if (teacher === null) return { student }
    const { student_TS, teacher_TS } = pairOnSupport(teacher, logits_NV, inputs, temperature)
    return { student, teacher: entropyOf(teacher_TS), divergence: tf.sum(tf.mul(tf.exp(teacher_TS), tf.sub(teacher_TS, student_TS)), 1) }
  }
})

/**
 * Writes `measures.arrow` and `cost.json` into `task.out`.
 * @throws InvalidTask, also where a measure is no finite number, and the errors of readers; Stopped
 */
export const measure = async (task: MeasureTask, graphs: Graphs, reporter: Reporter): Promise<Cost> => {
  const { config, weights: values } = openModel(task.student)
  const prepared = await Effect.runPromise(readPrepared(task.prepared))
  let store: TeacherStore | null = null
  const weights = toTensors(values)
  try {
    const rows = joinRows(prepared, wholeView(prepared), config.vocabulary)
    if (task.teacherStore !== null) {
      store = openTeacherStore(task.teacherStore.folder)
      checkStore(store, config.vocabulary)
      checkRows(store, prepared.count)
    }
    const clock = startClock(nothing, graphs.making)
    const memory = new MemoryMeter(weightBytes(config))
    const spent = { tokens: 0, paddedTokens: 0, flops: 0 }
    mkdirSync(task.out, { recursive: true })
    await writeMeasures(join(task.out, measuresName), measured({ task, config, rows, store, weights, graphs, reporter, memory, spent }))
    const cost: Cost = { ...clock(), ...memory.read(), ...spent, targets: 0 }
    writeFileSync(join(task.out, "cost.json"), `${JSON.stringify(cost, null, 2)}\n`)
    return cost
  } finally {
    tensorflow().dispose(weights)
    store?.close()
    prepared.close()
  }
}

interface Pass {
  readonly task: MeasureTask
  readonly config: DecoderConfig
  readonly rows: Rows
  readonly store: TeacherStore | null
  readonly weights: NamedTensors
  readonly graphs: Graphs
  readonly reporter: Reporter
  readonly memory: MemoryMeter
  /** counted as it goes */
  readonly spent: { tokens: number; paddedTokens: number; flops: number }
}

/** All rows in their order, as they are done: a stretch of them is split into even batches, so that memory does not grow with the data. */
async function* measured(pass: Pass): AsyncIterable<MeasuredRow> {
  const { reporter, rows, spent, task } = pass
  const started = performance.now()
  for (let from = 0; from < rows.count;) {
    let to = from
    for (let tokens = 0; to < rows.count && (to === from || tokens < callsInFlight * task.microTokens); to++) tokens += rows.length(to)
    const lengths = Array.from({ length: to - from }, (_, index) => rows.length(from + index))
    const done: Array<MeasuredRow> = []
    let rowsDone = from
    for (const { rows: indices, shape } of evenBatches(lengths, task.lengths, task.microTokens)) {
      const chosen = indices.map((index) => from + index)
      const made = await call(pass, chosen, shape)
      indices.forEach((index, b) => { done[index] = made[b]! })
      rowsDone += chosen.length
      reporter.progress("measure", rowsDone, rows.count, spent.tokens / Math.max(1e-3, (performance.now() - started) / 1000))
      await reporter.breathe()
      if (reporter.isStopping()) throw new Stopped()
    }
    yield* done
    from = to
  }
}

const call = async ({ config, graphs, memory, rows, spent, store, weights }: Pass, chosen: ReadonlyArray<number>, shape: BatchShape) => {
  const temperature = yardstickTemperature(store)
  const form = store?.form ?? null
  const graph = await graphs.getSized(["measure", config, shape.length, form, temperature], (batch) => measureFunction(config, { ...shape, batch }, form, temperature))
  const batch = assemble(rows, chosen, shape, "token-mean", store, temperature)
  const tensors = toBatchTensors(batch)
  const out = graph.call({ ...grouped("weight", weights), ...tensors })
  const [student, teacher, divergence] = (["student", "teacher", "divergence"] as const).map((name) => (out[name]?.dataSync() ?? null) as Float32Array | null)
  tensorflow().dispose([tensors, out])
  const cost = graph.costAt(shape.batch)
  memory.note(cost)
  spent.tokens += batch.tokens
  spent.paddedTokens += shape.batch * shape.length
  spent.flops += cost.flops
  return chosen.map((row, b): MeasuredRow => {
    // Position t predicts token t + 1, where its measure is written; nothing predicts the first.
    const aligned = (values: Float32Array, what: string): Float32Array => {
      const measures_T = new Float32Array(rows.length(row))
      measures_T.set(values.subarray(b * shape.length, b * shape.length + measures_T.length - 1), 1)
      if (!measures_T.every(Number.isFinite)) throw new InvalidTask({ message: `${what} is no finite number in row ${row}: look at the model's weights` })
      return measures_T
    }
    return {
      studentEntropy_T: aligned(student!, "the student's entropy"),
      teacherEntropy_T: teacher == null ? null : aligned(teacher, "the teacher's entropy"),
      divergence_T: divergence == null ? null : aligned(divergence, "the divergence")
    }
  })
}
