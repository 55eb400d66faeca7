/**
 * One graph for every number of sequences in a batch. The function is traced at two sizes; where the traces differ, in shapes that
 * kernels are told and in uniform tensors, the number is written as a line through both: `factor * size + offset`.
 */
import type { Graph, GraphNode, Sized, TensorSpec } from "./Graph.ts"

/** Sizes traced: small, since tracing runs the function, and above 1, of which broadcasting makes an exception. */
export const tracedSizes = [2, 3] as const

/** A broken promise of a sized function: it does something else at another size. */
export class NotSizable extends Error {
  override readonly name = "NotSizable"
}

const line = (small: number, large: number): { readonly factor: number; readonly offset: number } => {
  const factor = (large - small) / (tracedSizes[1] - tracedSizes[0])
  return { factor, offset: small - factor * tracedSizes[0] }
}

const lines = (small: ArrayLike<number>, large: ArrayLike<number>): Sized => {
  const all = Array.from(small, (value, index) => line(value, large[index]!))
  return { factors: all.map(({ factor }) => factor), offsets: all.map(({ offset }) => offset) }
}

const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => a.length === b.length && Array.from(a).every((value, index) => Object.is(value, b[index]))

const openShape = (small: ReadonlyArray<number>, large: ReadonlyArray<number>) => small.map((size, axis) => size === large[axis] ? size : -1)

/** The input and axis that are the size itself. */
export const sizeSource = (small: Graph, large: Graph): { readonly input: string; readonly axis: number } => {
  for (const [index, node] of small.nodes.entries()) {
    const other = large.nodes[index]
    if (node.kind !== "input" || other?.kind !== "input") continue
    const axis = node.spec.shape.findIndex((size, axis) => size === tracedSizes[0] && other.spec.shape[axis] === tracedSizes[1])
    if (axis !== -1) return { input: node.name, axis }
  }
  throw new NotSizable("no input has the size as one of its axes")
}

/** Both traces as one graph. @throws NotSizable if they are not the same kernels in the same order */
export const joinSizes = (small: Graph, large: Graph): Graph => {
  if (small.nodes.length !== large.nodes.length) throw new NotSizable(`${small.nodes.length} kernels at one size, ${large.nodes.length} at another`)
  const nodes = small.nodes.map((node, index) => joinNodes(node, large.nodes[index]!, index))
  return { nodes: withReshapes(nodes), outputs: small.outputs }
}

const joinNodes = (small: GraphNode, large: GraphNode, index: number): GraphNode => {
  const differ = (what: string) => new NotSizable(`value ${index} differs with the size in ${what}`)
  if (small.kind === "input" && large.kind === "input") {
    return { ...small, spec: { ...small.spec, shape: openShape(small.spec.shape, large.spec.shape) } }
  }
  if (small.kind === "operation" && large.kind === "operation") {
    if (small.op !== large.op || JSON.stringify([small.attributes, small.inputs]) !== JSON.stringify([large.attributes, large.inputs])) throw differ(`its kernel ${small.op}`)
    return {
      ...small,
      inputShapes: small.inputShapes.map((shape, input) => openShape(shape, large.inputShapes[input]!)),
      outputs: small.outputs.map((output, at): TensorSpec => ({ ...output, shape: openShape(output.shape, large.outputs[at]!.shape) }))
    }
  }
  if (small.kind !== "constant" || large.kind !== "constant" || small.dtype !== large.dtype) throw differ("its kind")
  if (isSame(small.shape, large.shape)) {
    if (isSame(small.values, large.values)) return small
    if (small.dtype !== "int32" || small.shape.length > 1) throw differ("the numbers of a constant")
    return { kind: "sized", shape: small.shape, numbers: lines(small.values, large.values) }
  }
  const value = small.values[0]!
  if (small.shape.length !== large.shape.length || ![small, large].every(({ values }) => values.every((other) => Object.is(other, value)))) {
    throw differ("a constant that is not uniform")
  }
  return { kind: "filled", dtype: small.dtype, shape: lines(small.shape, large.shape), value }
}

/** A Reshape may leave one axis open: then its shape is a constant again. */
const withReshapes = (nodes: ReadonlyArray<GraphNode>): ReadonlyArray<GraphNode> => {
  const shapesOfReshapes = new Set(nodes.flatMap((node) => node.kind === "operation" && node.op === "Reshape" ? [node.inputs[1]!.node] : []))
  for (const node of nodes) {
    if (node.kind === "operation") node.inputs.forEach((input, at) => { if (node.op !== "Reshape" || at !== 1) shapesOfReshapes.delete(input.node) })
  }
  return nodes.map((node, index) => {
    if (node.kind !== "sized" || !shapesOfReshapes.has(index)) return node
    const { factors, offsets } = node.numbers
    if (factors.filter((factor) => factor !== 0).length !== 1) return node
    return { kind: "constant", dtype: "int32", shape: node.shape, values: Int32Array.from(factors, (factor, axis) => factor === 0 ? offsets[axis]! : -1) }
  })
}

/** The graph's shapes at one size, for counting; its constants keep those of the first trace. */
export const atSize = (small: Graph, large: Graph, size: number): Graph => {
  const shapeAt = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => a.map((length, axis) => {
    const { factor, offset } = line(length, b[axis]!)
    return factor * size + offset
  })
  return {
    outputs: small.outputs,
    nodes: small.nodes.map((node, index) => {
      const other = large.nodes[index]!
      if (node.kind !== "operation" || other.kind !== "operation") return node
      return {
        ...node,
        inputShapes: node.inputShapes.map((shape, input) => shapeAt(shape, other.inputShapes[input]!)),
        outputs: node.outputs.map((output, at) => ({ ...output, shape: shapeAt(output.shape, other.outputs[at]!.shape) }))
      }
    })
  }
}
