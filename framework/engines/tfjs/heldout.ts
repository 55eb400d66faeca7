/**
 * The common yardstick: cross-entropy and divergence on untruncated validation sequences, per segment and per decile of position,
 * measured alike for every cell. Beside it the cell's own cross-entropy: its kept tokens, its targets.
 *
 * Shapes: B sequences, T tokens, N = B * T positions, V vocabulary.
 */
import { segments } from "../../sequence/Segment.ts"
import { wholeView } from "../../sequence/view.ts"
import type { Objective } from "../Task.ts"
import type { DecoderConfig } from "./config.ts"
import { forward } from "./decoder.ts"
import { evenBatches } from "./even-batches.ts"
import type { GraphFunction, Graphs } from "./graphs.ts"
import { crossEntropy } from "./log-probs.ts"
import { assemble, toBatchTensors } from "./micro-batch.ts"
import { batchSpecs, type BatchShape } from "./objective.ts"
import { passTables } from "./rotary.ts"
import { joinRows, type Row, type Rows } from "./rows.ts"
import type { TeacherStore } from "./store-reader.ts"
import { pairOnSupport, type TeacherForm } from "./teacher-targets.ts"
import { type NamedTensors, tensorflow } from "./tensorflow.ts"
import { grouped, ofGroup, weightSpecs } from "./train-graphs.ts"

export interface HeldoutSetting {
  readonly config: DecoderConfig
  /** rows with the cell's own view */
  readonly own: Rows
  readonly teacher: TeacherStore | null
  readonly microTokens: number
  readonly lengths: ReadonlyArray<number>
}

/** Losses by metric key, in nats per token. */
export type HeldoutLosses = Readonly<Record<string, number>>

const deciles = 10

/** Weights and a batch -> `entropy` [N] and, with a teacher, `divergence` [N]: forward KL from the teacher on its support. */
export const heldoutFunction = (config: DecoderConfig, shape: BatchShape, teacher: TeacherForm | null, temperature: number): GraphFunction => ({
  specs: { ...weightSpecs(config), ...batchSpecs(shape, config.vocabulary, teacher) },
  fn: (inputs) => {
    const tf = tensorflow()
    const { logits_BTV } = forward(config, ofGroup("weight", inputs), { ids_BT: inputs["ids"]!, tables: passTables(config, shape.length) })
    const logits_NV = tf.reshape(logits_BTV, [shape.batch * shape.length, config.vocabulary])
    const entropy = crossEntropy(logits_NV, inputs["labels"]!)
    if (teacher === null) return { entropy }
    const { student_TS, teacher_TS } = pairOnSupport(teacher, logits_NV, inputs, temperature)
    return { entropy, divergence: tf.sum(tf.mul(tf.exp(teacher_TS), tf.sub(teacher_TS, student_TS)), 1) }
  }
})

/** The yardstick's temperature: 1, unless a top-k store holds other ones only. */
export const yardstickTemperature = (teacher: TeacherStore | null): number =>
  teacher === null || teacher.form.mode === "full" || teacher.description.temperatures.includes(1) ? 1 : teacher.description.temperatures[0]!

/** Means that grow target by target. */
class Means {
  private readonly sums = new Map<string, { sum: number; weight: number }>()
  add(key: string, value: number, weight = 1): void {
    const entry = this.sums.get(key) ?? { sum: 0, weight: 0 }
    entry.sum += value * weight
    entry.weight += weight
    this.sums.set(key, entry)
  }
  take(): Record<string, number> {
    return Object.fromEntries([...this.sums].filter(([, { weight }]) => weight > 0).map(([key, { sum, weight }]) => [key, sum / weight]))
  }
}

/** Runs validation. `afterCall` is awaited between graph calls, with the tokens done so far. */
export const heldoutLosses = async (
  setting: HeldoutSetting, weights: NamedTensors, graphs: Graphs, afterCall: (tokens: number) => Promise<void>
): Promise<HeldoutLosses> => {
  const { own, config } = setting
  const means = new Means()
  const whole = joinRows(own.prepared, wholeView(own.prepared), config.vocabulary)
  const isPrefix = keepsPrefixes(own)
  await pass(setting, whole, weights, graphs, afterCall, (row, { sequence }) => {
    const length = sequence.tokens_T.length
    // A kept prefix sees what the whole sequence sees, so one pass serves both; anything else is passed on its own.
    const ownWeights = isPrefix ? own.view.row(row).weights : null
    return (target, entropy, divergence) => {
      const segment = segments[sequence.segments_T[target]!]!
      const decile = Math.min(deciles - 1, Math.floor(deciles * target / length))
      for (const key of ["", `${segment}_`]) {
        means.add(`heldout/${key}cross_entropy`, entropy)
        if (divergence !== null) means.add(`heldout/${key}divergence`, divergence)
      }
      means.add(`heldout/cross_entropy_decile_${decile}`, entropy)
      if (divergence !== null) means.add(`heldout/divergence_decile_${decile}`, divergence)
      if (ownWeights !== null) means.add("heldout/own_cross_entropy", entropy, ownWeights[target] ?? 0)
    }
  })
  if (!isPrefix) {
    await pass({ ...setting, teacher: null }, own, weights, graphs, afterCall, (_, { weights_K }) => (target, entropy) =>
      means.add("heldout/own_cross_entropy", entropy, weights_K[target]!))
  }
  return means.take()
}

/** Whether row n of a view keeps a prefix of row n of the prepared data, for every n. */
const keepsPrefixes = ({ count, prepared, view }: Rows): boolean => {
  if (count !== prepared.count) return false
  for (let n = 0; n < count; n++) {
    const { prepared: of, spans } = view.row(n)
    if (of !== n || spans.length !== 2 || spans[0] !== 0) return false
  }
  return true
}

/** What is done with the losses of one row: `entropy` and `divergence` of each kept token but the first, by its index among them. */
type VisitRow = (row: number, read: Row) => (target: number, entropy: number, divergence: number | null) => void

const pass = async (
  { config, teacher, microTokens, lengths }: HeldoutSetting, rows: Rows, weights: NamedTensors, graphs: Graphs,
  afterCall: (tokens: number) => Promise<void>,
  visitRow: VisitRow
): Promise<void> => {
  const tf = tensorflow()
  const temperature = yardstickTemperature(teacher)
  const form = teacher?.form ?? null
  const anyReduce: Objective["reduce"] = "token-mean"
  let tokens = 0
  for (const { shape, rows: chosen } of evenBatches(Array.from({ length: rows.count }, (_, row) => rows.length(row)), lengths, microTokens)) {
    const graph = await graphs.getSized(["heldout", config, shape.length, form, temperature], (batch) => heldoutFunction(config, { ...shape, batch }, form, temperature))
    const batch = assemble(rows, chosen, shape, anyReduce, teacher, temperature)
    const tensors = toBatchTensors(batch)
    const out = graph.call({ ...grouped("weight", weights), ...tensors })
    const entropy = out["entropy"]!.dataSync()
    const divergence = out["divergence"]?.dataSync() ?? null
    tf.dispose([tensors, out])
    chosen.forEach((row, b) => {
      const visit = visitRow(row, rows.read(row))
      for (let position = 0; position + 1 < rows.length(row); position++) {
        const at = b * shape.length + position
        visit(position + 1, entropy[at]!, divergence === null ? null : divergence[at]!)
      }
    })
    tokens += batch.tokens
    await afterCall(tokens)
  }
}
