/** Weights and Adam's moments in TensorFlow, and the optimiser step that moves them. */
import type { Objective, Optimiser } from "../Task.ts"
import { updateNumbers } from "./adamw.ts"
import type { DecoderConfig } from "./config.ts"
import type { Graphs } from "./graphs.ts"
import { NotFinite } from "./InvalidTask.ts"
import type { Weight } from "./initialise.ts"
import { toTensors } from "./initialise.ts"
import { type MicroBatchArrays, toBatchTensors } from "./micro-batch.ts"
import { shapeKey } from "./objective.ts"
import type { SizedFunction } from "./record/record.ts"
import type { Tensors } from "./record/trace.ts"
import type { TeacherForm } from "./teacher-targets.ts"
import { type NamedTensors, tensorflow } from "./tensorflow.ts"
import { gradientFunction, grouped, ofGroup, stepFunction, updateFunction } from "./train-graphs.ts"

export interface TrainSetting {
  readonly config: DecoderConfig
  readonly objective: Objective
  readonly optimiser: Optimiser
  readonly teacher: TeacherForm | null
}

/** One optimiser step's numbers: losses in nats, per unit of the objective's denominator. */
export interface StepNumbers {
  readonly loss: number
  readonly crossEntropy: number
  readonly distil: number
  /** before clipping */
  readonly gradientNorm: number
  readonly flops: number
  /** of the fullest graph call */
  readonly activationBytes: number
}

export class Trainer {
  /** `weight/NAME`, `first/NAME`, `second/NAME` */
  private state: Tensors
  private updates: number
  private readonly setting: TrainSetting
  private readonly graphs: Graphs

  /** @param moments both of Adam's, where training goes on; zeros otherwise */
  constructor(
    setting: TrainSetting, graphs: Graphs, weights: Readonly<Record<string, Weight>>,
    resumed: { readonly first: Readonly<Record<string, Weight>>; readonly second: Readonly<Record<string, Weight>>; readonly updates: number } | null = null
  ) {
    this.setting = setting
    this.graphs = graphs
    this.updates = resumed?.updates ?? 0
    this.state = {
      ...grouped("weight", toTensors(weights)),
      ...grouped("first", resumed === null ? zerosLike(weights) : toTensors(resumed.first)),
      ...grouped("second", resumed === null ? zerosLike(weights) : toTensors(resumed.second))
    }
  }

  get numUpdates(): number {
    return this.updates
  }

  /** The present weights; disposed of by the next step. */
  get weights(): NamedTensors {
    return ofGroup("weight", this.state)
  }

  /** All of the state as values, by `group/NAME`. */
  values(): Record<string, Weight> {
    return valuesOf(this.state)
  }

  /**
   * One optimiser step over its micro-batches. Without any target nothing moves, no weight and no moment, and the answer is null.
   * @param afterCall awaited after each graph call
   * @throws NotFinite, before the weights are taken over, if loss or gradient is no finite number
   */
  async step(
    batches: ReadonlyArray<MicroBatchArrays>, learningRate: number, stepNumber: number, afterCall: () => Promise<void>
  ): Promise<StepNumbers | null> {
    const live = batches.filter((batch) => batch.targets > 0)
    if (live.length === 0) return null
    const tf = tensorflow()
    const denominator = batches.reduce((sum, batch) => sum + batch.denominator, 0)
    const numbers = updateNumbers(this.setting.optimiser, learningRate, this.updates + 1, denominator)
    const scalars: Tensors = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value, "float32")]))
    const run = live.length === 1 ? await this.whole(live[0]!, scalars, afterCall) : await this.accumulated(live, scalars, afterCall)
    tf.dispose(scalars)
    const result: StepNumbers = {
      loss: run.sums[0]! / denominator, crossEntropy: run.sums[1]! / denominator, distil: run.sums[2]! / denominator,
      gradientNorm: run.gradientNorm, flops: run.flops, activationBytes: run.activationBytes
    }
    for (const [what, value] of [["the loss", result.loss], ["the gradient's norm", result.gradientNorm]] as const) {
      if (!Number.isFinite(value)) {
        tf.dispose(run.state)
        throw new NotFinite({ step: stepNumber, what })
      }
    }
    tf.dispose(this.state)
    this.state = run.state
    this.updates++
    return result
  }

  /** Disposes of weights and moments. */
  dispose(): void {
    tensorflow().dispose(this.state)
    this.state = {}
  }

  private async whole(batch: MicroBatchArrays, scalars: Tensors, afterCall: () => Promise<void>) {
    const graph = await this.graphs.getSized(["step", this.setting, ...shapeKey(batch.shape)], (size) => stepFunction(this.setting, { ...batch.shape, batch: size }))
    const { sums, gradientNorm, state } = take(callWith(graph, batch, { ...this.state, ...scalars }))
    await afterCall()
    return { sums, gradientNorm, state, ...graph.costAt(batch.shape.batch) }
  }

  private async accumulated(batches: ReadonlyArray<MicroBatchArrays>, scalars: Tensors, afterCall: () => Promise<void>) {
    const tf = tensorflow()
    const { config, optimiser, ...rest } = this.setting
    const weights = grouped("weight", this.weights)
    let gradients = grouped("gradient", tf.tidy(() => Object.fromEntries(
      Object.entries(this.weights).map(([name, weight]) => [name, tf.zerosLike(weight)]))))
    const sums = [0, 0, 0]
    let flops = 0
    let activationBytes = 0
    for (const batch of batches) {
      const graph = await this.graphs.getSized(["gradient", config, rest, ...shapeKey(batch.shape)], (size) => gradientFunction(this.setting, { ...batch.shape, batch: size }))
      const { sums: part, state } = take(callWith(graph, batch, { ...weights, ...gradients }))
      tf.dispose(gradients)
      gradients = state
      part.forEach((value, index) => { sums[index]! += value })
      const cost = graph.costAt(batch.shape.batch)
      flops += cost.flops
      activationBytes = Math.max(activationBytes, cost.activationBytes)
      await afterCall()
    }
    const update = await this.graphs.get(["update", config, optimiser], () => updateFunction({ config, optimiser }))
    const { gradientNorm, state } = take(update.call({ ...this.state, ...gradients, ...scalars }))
    tf.dispose(gradients)
    await afterCall()
    return { sums, gradientNorm, state, flops, activationBytes: Math.max(activationBytes, update.activationBytes) }
  }
}

const callWith = (graph: SizedFunction, batch: MicroBatchArrays, rest: Tensors): Tensors => {
  const tensors = toBatchTensors(batch)
  try {
    return graph.call({ ...rest, ...tensors })
  } finally {
    tensorflow().dispose(tensors)
  }
}

/** Reads the numbers of a call and leaves its tensors. */
const take = ({ sums, gradientNorm, ...state }: Tensors) => {
  const read = { sums: sums === undefined ? [] : [...sums.dataSync()], gradientNorm: gradientNorm?.dataSync()[0] ?? 0, state }
  tensorflow().dispose([sums, gradientNorm].filter((tensor) => tensor !== undefined))
  return read
}

const zerosLike = (weights: Readonly<Record<string, Weight>>): NamedTensors =>
  toTensors(Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values.length) }])))

/** Tensors as values that outlive them. */
export const valuesOf = (tensors: NamedTensors): Record<string, Weight> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { shape: [...tensor.shape], values: tensor.dataSync() as Float32Array }]))

/** Values of one group of a saved state, by weight name. */
export const groupValues = (group: string, values: Readonly<Record<string, Weight>>): Record<string, Weight> =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => key.startsWith(`${group}/`) ? [[key.slice(group.length + 1), value]] : []))

