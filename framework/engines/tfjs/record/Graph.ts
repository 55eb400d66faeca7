/**
 * A recorded computation as plain data: the kernels that ran, in order, each with its inputs.
 * Made by `trace.ts`, written by `saved-model.ts`, counted by `../cost.ts`.
 */
import type { TypedArray } from "@tensorflow/tfjs-node-gpu"

export type DType = "float32" | "int32" | "bool"

/** What stands at the door of a recorded function. A size of -1 is known only at a call (`size.ts`). */
export interface TensorSpec {
  readonly shape: ReadonlyArray<number>
  readonly dtype: DType
}

/** Output `output` of the node with that index. */
export interface ValueRef {
  readonly node: number
  readonly output: number
}

/** An attribute as the binding takes it: `type` is one of the binding's TF_ATTR numbers. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** Whole numbers that grow with the size of a call: `factors * size + offsets`. */
export interface Sized {
  readonly factors: ReadonlyArray<number>
  readonly offsets: ReadonlyArray<number>
}

export type GraphNode =
  | { readonly kind: "input"; readonly name: string; readonly spec: TensorSpec }
  | { readonly kind: "constant"; readonly shape: ReadonlyArray<number>; readonly dtype: DType; readonly values: TypedArray }
  /** int32 numbers, a vector or a scalar, such as the shape that a kernel is told */
  | { readonly kind: "sized"; readonly shape: ReadonlyArray<number>; readonly numbers: Sized }
  /** one value all over a shape that grows with the size */
  | { readonly kind: "filled"; readonly dtype: DType; readonly shape: Sized; readonly value: number }
  | {
    readonly kind: "operation"
    readonly op: string
    readonly attributes: ReadonlyArray<Attribute>
    readonly inputs: ReadonlyArray<ValueRef>
    readonly inputShapes: ReadonlyArray<ReadonlyArray<number>>
    readonly outputs: ReadonlyArray<TensorSpec>
  }

export interface Graph {
  readonly nodes: ReadonlyArray<GraphNode>
  readonly outputs: Readonly<Record<string, ValueRef>>
}

/** Shape and type of a value. */
export const specOf = (graph: Graph, ref: ValueRef): TensorSpec => {
  const node = graph.nodes[ref.node]!
  switch (node.kind) {
    case "input": return node.spec
    case "constant": return { shape: node.shape, dtype: node.dtype }
    case "sized": return { shape: node.shape, dtype: "int32" }
    case "filled": return { shape: node.shape.factors.map((factor, axis) => factor === 0 ? node.shape.offsets[axis]! : -1), dtype: node.dtype }
    case "operation": return node.outputs[ref.output]!
  }
}

/** Indices of the nodes that an output rests on: the rest is dead and neither run nor counted. */
export const reachable = (graph: Graph): ReadonlySet<number> => {
  const seen = new Set<number>()
  const pending = Object.values(graph.outputs).map((ref) => ref.node)
  while (pending.length > 0) {
    const index = pending.pop()!
    if (seen.has(index)) continue
    seen.add(index)
    const node = graph.nodes[index]!
    if (node.kind === "operation") for (const input of node.inputs) pending.push(input.node)
  }
  return seen
}
