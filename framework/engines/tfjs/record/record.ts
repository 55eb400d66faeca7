/**
 * A function recorded once and then run as one TensorFlow graph. What differs from call to call is an input: weights, moments,
 * learning rate, token ids. A graph holds no state, so any number of them, of any shapes, work on the same weights.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { activationBytesOf, flopsOf } from "../cost.ts"
import { tensorflow } from "../tensorflow.ts"
import { deduplicate } from "./deduplicate.ts"
import type { Graph } from "./Graph.ts"
import { sizeInput, takesSize, toSavedModel } from "./saved-model.ts"
import { atSize, joinSizes, sizeSource, tracedSizes } from "./size.ts"
import { type Recordable, type Specs, type Tensors, trace } from "./trace.ts"

/** A function and what it takes. */
export interface GraphFunction {
  readonly fn: Recordable
  readonly specs: Specs
}

/** What one call costs. */
export interface CallCost {
  /** floating-point operations of its matrix products */
  readonly flops: number
  /** most bytes that it holds at once besides its inputs, as `cost.ts` counts them */
  readonly activationBytes: number
}

interface Callable {
  /** Runs it on inputs of the recorded names, shapes and types; the caller disposes of what comes back. */
  readonly call: (inputs: Tensors) => Tensors
  readonly dispose: () => void
}

export interface RecordedFunction extends Callable, CallCost {}

/** A function of batches of any number of sequences. */
export interface SizedFunction extends Callable {
  readonly costAt: (size: number) => CallCost
}

const costOf = (graph: Graph): CallCost => ({ flops: flopsOf(graph), activationBytes: activationBytesOf(graph) })

/** Runs `fn` as it stands, op by op: the reference to which recorded graphs are held. */
export const plain = (fn: Recordable, specs: Specs): RecordedFunction => ({
  call: (inputs) => tensorflow().tidy(() => fn(inputs)),
  ...costOf(trace(fn, specs)),
  dispose: () => {}
})

/** Records `fn` and loads the graph. */
export const record = async (fn: Recordable, specs: Specs): Promise<RecordedFunction> => {
  const graph = deduplicate(trace(fn, specs))
  const loaded = await load(graph)
  warm(loaded.call, specs)
  return { ...loaded, ...costOf(graph) }
}

const traceSizes = (make: (size: number) => GraphFunction) => {
  const [small, large] = tracedSizes.map((size) => {
    const { fn, specs } = make(size)
    return trace(fn, specs)
  }) as [Graph, Graph]
  const costs = new Map<number, CallCost>()
  const costAt = (size: number): CallCost => {
    const known = costs.get(size) ?? costOf(atSize(small, large, size))
    costs.set(size, known)
    return known
  }
  return { small, large, costAt }
}

/** As `plain`, of the function that `make` gives for the size of each call. */
export const plainSized = (make: (size: number) => GraphFunction): SizedFunction => {
  const { small, large, costAt } = traceSizes(make)
  const { input, axis } = sizeSource(small, large)
  return { call: (inputs) => tensorflow().tidy(() => make(inputs[input]!.shape[axis]!).fn(inputs)), costAt, dispose: () => {} }
}

/**
 * As `record`, one graph for every size.
 * @throws NotSizable if the function is not the same kernels at every size
 */
export const recordSized = async (make: (size: number) => GraphFunction): Promise<SizedFunction> => {
  const { small, large, costAt } = traceSizes(make)
  const { input, axis } = sizeSource(small, large)
  const graph = deduplicate(joinSizes(small, large))
  const { call, dispose } = await load(graph)
  const isTold = takesSize(graph)
  const callSized = (inputs: Tensors): Tensors => {
    if (!isTold) return call(inputs)
    const size = tensorflow().scalar(inputs[input]!.shape[axis]!, "int32")
    try {
      return call({ ...inputs, [sizeInput]: size })
    } finally {
      size.dispose()
    }
  }
  warm(callSized, make(tracedSizes[0]).specs)
  return { call: callSized, costAt, dispose }
}

/** Runs it once on zeros: TensorFlow optimises a graph and makes its kernels at the first call, which is no cost of a task. */
const warm = (call: (inputs: Tensors) => Tensors, specs: Specs): void => {
  const tf = tensorflow()
  const inputs = Object.fromEntries(Object.entries(specs).map(([name, { shape, dtype }]) => [name, tf.zeros([...shape], dtype)]))
  tf.dispose([inputs, call(inputs)] as never)
}

/**
 * The graph as a function. Its file goes through a folder of a name never used before, since TensorFlow's loader knows files by
 * path alone and would answer a second one of the same path with the first; once loaded it is not needed.
 */
const load = async (graph: Graph): Promise<Callable> => {
  const folder = await mkdtemp(join(tmpdir(), `leadspan-graph-${process.pid}-${numRecorded++}-`))
  try {
    await writeFile(join(folder, "saved_model.pb"), toSavedModel(graph))
    const model = await tensorflow().node.loadSavedModel(folder)
    return {
      call: (inputs) => model.predict(inputs) as Tensors,
      dispose: () => model.dispose()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

let numRecorded = 0
