/**
 * The functions of a training step, pure and recordable: weights and moments go in and come out.
 *
 * A step of one micro-batch is one graph (`stepFunction`). A step of several runs `gradientFunction` for each, which adds to the
 * gradients it is given, then `updateFunction`.
 *
 * Named inputs and outputs: `weight/NAME`, `first/NAME`, `second/NAME` (Adam's moments), `gradient/NAME`, the scalars of
 * `adamw.ts`, and a micro-batch's own (`objective.ts`).
 */
import type { Objective, Optimiser } from "../Task.ts"
import { type AdamState, adamw } from "./adamw.ts"
import { type DecoderConfig, weightShapes } from "./config.ts"
import { forward } from "./decoder.ts"
import type { GraphFunction } from "./graphs.ts"
import { type BatchShape, batchSpecs, objectiveSums } from "./objective.ts"
import type { Specs, Tensors } from "./record/trace.ts"
import { packedTables, passTables } from "./rotary.ts"
import type { TeacherForm } from "./teacher-targets.ts"
import { type NamedTensors, type Tensor, tensorflow } from "./tensorflow.ts"

export interface Trained {
  readonly config: DecoderConfig
  readonly objective: Objective
  readonly optimiser: Optimiser
  readonly teacher: TeacherForm | null
}

export type Group = "weight" | "first" | "second" | "gradient"
export const scalarNames = ["scale", "keep", "stepSize", "rootCorrection"] as const

/** `weight/NAME` and so on for a map of tensors. */
export const grouped = (group: Group, tensors: NamedTensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${group}/${name}`, tensor]))

/** The tensors of one group, by weight name. */
export const ofGroup = (group: Group, tensors: Tensors): Record<string, Tensor> => {
  const prefix = `${group}/`
  return Object.fromEntries(Object.entries(tensors).flatMap(([key, tensor]) => key.startsWith(prefix) ? [[key.slice(prefix.length), tensor]] : []))
}

const groupSpecs = (config: DecoderConfig, groups: ReadonlyArray<Group>): Specs =>
  Object.fromEntries(groups.flatMap((group) =>
    weightShapes(config).map(({ name, shape }) => [`${group}/${name}`, { shape, dtype: "float32" as const }])))

/** Specs of all weights, as `weight/NAME`. */
export const weightSpecs = (config: DecoderConfig): Specs => groupSpecs(config, ["weight"])

const scalarSpecs: Specs = Object.fromEntries(scalarNames.map((name) => [name, { shape: [], dtype: "float32" as const }]))

/** Sums [loss, cross-entropy, distillation] over a micro-batch, [3], and the gradient of the first by every weight. */
const lossAndGradients = ({ config, objective, teacher }: Trained, inputs: Tensors) => {
  const tf = tensorflow()
  const weights = ofGroup("weight", inputs)
  const names = Object.keys(weights)
  const [batch, length] = inputs["ids"]!.shape as [number, number]
  const { positions, sequences } = inputs
  const tables = positions === undefined || sequences === undefined ? passTables(config, length) : packedTables(config, positions, sequences)
  let sums: Tensor | undefined
  const loss = (...values: Array<Tensor>) => {
    const named = Object.fromEntries(names.map((name, index) => [name, values[index]!]))
    const { logits_BTV } = forward(config, named, { ids_BT: inputs["ids"]!, tables })
    const parts = objectiveSums(objective, teacher, tf.reshape(logits_BTV, [batch * length, config.vocabulary]), inputs)
    // Kept past the tape's own clean-up, which disposes of all but the loss.
    sums = tf.keep(tf.stack([parts.loss, parts.crossEntropy, parts.distil]))
    return parts.loss
  }
  const { grads } = tf.valueAndGrads(loss as never)(names.map((name) => weights[name]!))
  const copy = sums!.clone()
  sums!.dispose()
  return { sums: copy, gradients: Object.fromEntries(names.map((name, index) => [name, grads[index]!])) }
}

const update = (optimiser: Optimiser, inputs: Tensors, gradients: NamedTensors): Tensors => {
  const state: AdamState = { weights: ofGroup("weight", inputs), first: ofGroup("first", inputs), second: ofGroup("second", inputs) }
  const [scale, keep, stepSize, rootCorrection] = scalarNames.map((name) => inputs[name]!)
  const next = adamw(optimiser, state, gradients, { scale: scale!, keep: keep!, stepSize: stepSize!, rootCorrection: rootCorrection! })
  return {
    ...grouped("weight", next.weights), ...grouped("first", next.first), ...grouped("second", next.second),
    gradientNorm: next.gradientNorm
  }
}

/** A whole optimiser step of one micro-batch: weights, moments, batch -> weights, moments, `sums` [3], `gradientNorm`. */
export const stepFunction = (trained: Trained, shape: BatchShape): GraphFunction => ({
  specs: {
    ...groupSpecs(trained.config, ["weight", "first", "second"]), ...scalarSpecs,
    ...batchSpecs(shape, trained.config.vocabulary, trained.teacher)
  },
  fn: (inputs) => {
    const { sums, gradients } = lossAndGradients(trained, inputs)
    return { ...update(trained.optimiser, inputs, gradients), sums }
  }
})

/** One micro-batch of several: weights, gradients so far, batch -> gradients, `sums` [3]. */
export const gradientFunction = (trained: Trained, shape: BatchShape): GraphFunction => ({
  specs: {
    ...groupSpecs(trained.config, ["weight", "gradient"]),
    ...batchSpecs(shape, trained.config.vocabulary, trained.teacher)
  },
  fn: (inputs) => {
    const tf = tensorflow()
    const { sums, gradients } = lossAndGradients(trained, inputs)
    const before = ofGroup("gradient", inputs)
    const after = Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.add(before[name]!, gradient)]))
    return { ...grouped("gradient", after), sums }
  }
})

/** The end of a step of several micro-batches: weights, moments, gradients -> weights, moments, `gradientNorm`. */
export const updateFunction = ({ config, optimiser }: Pick<Trained, "config" | "optimiser">): GraphFunction => ({
  specs: { ...groupSpecs(config, ["weight", "first", "second", "gradient"]), ...scalarSpecs },
  fn: (inputs) => update(optimiser, inputs, ofGroup("gradient", inputs))
})
