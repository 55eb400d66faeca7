/**
 * Runs a function once, op by op, and writes down every kernel that TensorFlow was asked for.
 *
 * All kernels of the Node backend pass through its `executeSingleOutput` and `executeMultipleOutputs`: for the length of the
 * call these two (and `move`, through which new tensors enter) are overlaid on the backend object. Values are known by
 * their `dataId`, because a clone makes no call.
 *
 * A tensor made inside the function becomes a constant. A tensor made before it and not declared as an input would
 * freeze silently at its present value, so it is refused.
 */
import type { TensorInfo, TypedArray } from "@tensorflow/tfjs-node-gpu"
import { type Tensor, tensorflow } from "../tensorflow.ts"
import type { Attribute, DType, Graph, GraphNode, TensorSpec, ValueRef } from "./Graph.ts"

export type Tensors = Record<string, Tensor>
export type Specs = Readonly<Record<string, TensorSpec>>

/** A function over named tensors that may be recorded: pure, and of fixed shapes. */
export type Recordable = (inputs: Tensors) => Tensors

interface Backend {
  executeSingleOutput(op: string, attributes: ReadonlyArray<Attribute>, inputs: ReadonlyArray<TensorInfo>): Tensor
  executeMultipleOutputs(op: string, attributes: ReadonlyArray<Attribute>, inputs: ReadonlyArray<TensorInfo>, count: number): Array<Tensor>
  move(dataId: object, values: TypedArray, shape: Array<number>, dtype: DType, refCount: number): void
}

type Born = { readonly values: TypedArray; readonly shape: ReadonlyArray<number>; readonly dtype: DType }

/** Broken promise of a recordable function: a bug in the caller, never a user's mistake. */
export class CapturedTensor extends Error {
  override readonly name = "CapturedTensor"
}

/**
 * Records `fn`. It runs once on zeros, so its values mean nothing and only its shapes count.
 * @returns the graph of everything that the returned tensors rest on
 * @throws CapturedTensor if `fn` uses a tensor that is neither an input nor made inside
 */
export const trace = (fn: Recordable, specs: Specs): Graph => {
  const tf = tensorflow()
  const backend = tf.backend() as unknown as Backend
  const nodes: Array<GraphNode> = []
  const known = new Map<object, ValueRef>()
  const born = new Map<object, Born>()

  const add = (node: GraphNode): number => nodes.push(node) - 1

  const refer = (tensor: TensorInfo, use: string): ValueRef => {
    const ref = known.get(tensor.dataId)
    if (ref !== undefined) return ref
    const value = born.get(tensor.dataId)
    if (value === undefined) {
      throw new CapturedTensor(`${use} uses a tensor of shape [${tensor.shape.join(", ")}] made outside the recorded function: declare it as an input`)
    }
    const made = { node: add({ kind: "constant", ...value }), output: 0 }
    known.set(tensor.dataId, made)
    return made
  }

  const operation = (op: string, attributes: ReadonlyArray<Attribute>, inputs: ReadonlyArray<TensorInfo>, outputs: ReadonlyArray<Tensor>) => {
    const node = add({
      kind: "operation", op, attributes,
      inputs: inputs.map((input) => refer(input, op)),
      inputShapes: inputs.map((input) => [...input.shape]),
      outputs: outputs.map((output) => ({ shape: [...output.shape], dtype: output.dtype as DType }))
    })
    outputs.forEach((output, index) => known.set(output.dataId, { node, output: index }))
  }

  const { executeSingleOutput, executeMultipleOutputs, move } = backend
  const overlay: Backend = {
    executeSingleOutput(op, attributes, inputs) {
      const output = executeSingleOutput.call(backend, op, attributes, inputs)
      operation(op, attributes, inputs, [output])
      return output
    },
    executeMultipleOutputs(op, attributes, inputs, count) {
      const outputs = executeMultipleOutputs.call(backend, op, attributes, inputs, count)
      operation(op, attributes, inputs, outputs)
      return outputs
    },
    move(dataId, values, shape, dtype, refCount) {
      move.call(backend, dataId, values, shape, dtype, refCount)
      born.set(dataId, { values, shape: [...shape], dtype })
    }
  }

  const outputs: Record<string, ValueRef> = {}
  tf.engine().startScope("trace")
  try {
    const inputs: Tensors = {}
    for (const [name, spec] of Object.entries(specs)) {
      const tensor = tf.zeros([...spec.shape], spec.dtype)
      known.set(tensor.dataId, { node: add({ kind: "input", name, spec }), output: 0 })
      inputs[name] = tensor
    }
    Object.assign(backend, overlay)
    for (const [name, tensor] of Object.entries(fn(inputs))) outputs[name] = refer(tensor, `output ${name}`)
  } finally {
    for (const name of Object.keys(overlay)) delete (backend as unknown as Record<string, unknown>)[name]
    tf.engine().endScope()
  }
  return { nodes, outputs }
}
