/** What a recorded graph costs, counted from the shapes of its kernels, padding included. */
import { type Graph, type GraphNode, reachable, specOf } from "./record/Graph.ts"

/**
 * Floating-point operations of one run: 2 * m * n * k for each matrix product, times its batch. Element-wise work is left out,
 * as is usual, so that the count can be compared with a formula.
 */
export const flopsOf = (graph: Graph): number => {
  let flops = 0
  for (const index of reachable(graph)) {
    const node = graph.nodes[index]!
    if (node.kind !== "operation") continue
    const contracted = contractedAxis(node)
    if (contracted !== null) flops += 2 * node.inputShapes[0]!.at(contracted)! * product(node.outputs[0]!.shape)
  }
  return flops
}

type Operation = Extract<GraphNode, { readonly kind: "operation" }>

/** Which axis of its first operand a matrix product sums over; null for other kernels. */
const contractedAxis = ({ op, attributes }: Operation): -1 | -2 | null => {
  const isSet = (name: string) => attributes.some((attribute) => attribute.name === name && attribute.value === true)
  if (op === "MatMul") return isSet("transpose_a") ? -2 : -1
  if (op === "BatchMatMulV2") return isSet("adj_x") ? -2 : -1
  return null
}

/** Kernels whose output is their first input under another shape: no memory of its own. */
const renaming: ReadonlySet<string> = new Set(["Reshape", "ExpandDims", "Squeeze", "Identity"])

/** Element-wise kernels, which TensorFlow lets write into an operand that nobody needs any more. */
const inPlace: ReadonlySet<string> = new Set([
  "Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "Neg", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Sigmoid", "Maximum", "Minimum",
  "Softmax", "LogSoftmax", "AddN", "Tanh", "Abs", "Sign"
])

/**
 * Most bytes that a run holds at once besides inputs and constants, when kernels run in the recorded order: each value lives from its
 * kernel to its last use, outputs to the end.
 */
export const activationBytesOf = (graph: Graph): number => {
  const live = reachable(graph)
  const root = new Map<string, string>()
  const rootOf = (key: string): string => root.get(key) ?? key
  const keyOf = (ref: { readonly node: number; readonly output: number }) => `${ref.node}:${ref.output}`
  const lastUse = new Map<string, number>()
  const order = [...live].sort((a, b) => a - b)

  for (const index of order) {
    const node = graph.nodes[index]!
    if (node.kind !== "operation") continue
    if (renaming.has(node.op)) root.set(`${index}:0`, rootOf(keyOf(node.inputs[0]!)))
    for (const input of node.inputs) lastUse.set(rootOf(keyOf(input)), index)
  }
  for (const ref of Object.values(graph.outputs)) lastUse.set(rootOf(keyOf(ref)), Infinity)

  const held = new Map<string, number>()
  const endsAt = new Map<number, Array<string>>()
  let [now, peak] = [0, 0]
  for (const index of order) {
    const node = graph.nodes[index]!
    if (node.kind !== "operation") continue
    if (!renaming.has(node.op)) {
      node.outputs.forEach((_, output) => {
        const key = `${index}:${output}`
        const { shape, dtype } = specOf(graph, { node: index, output })
        const bytes = product(shape) * (dtype === "bool" ? 1 : 4)
        const reused = inPlace.has(node.op)
          ? node.inputs.map((input) => rootOf(keyOf(input))).find((input) => lastUse.get(input) === index && held.get(input) === bytes)
          : undefined
        if (reused !== undefined) held.delete(reused)
        else now += bytes
        held.set(key, bytes)
        endsAt.set(lastUse.get(key) ?? index, [...endsAt.get(lastUse.get(key) ?? index) ?? [], key])
      })
      peak = Math.max(peak, now)
    }
    for (const key of endsAt.get(index) ?? []) {
      now -= held.get(key) ?? 0
      held.delete(key)
    }
  }
  return peak
}

const product = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)
