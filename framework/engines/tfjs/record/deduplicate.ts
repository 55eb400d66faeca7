/** Equal constants as one: tfjs makes a new tensor for every axis and shape that it tells a kernel. */
import type { Graph, GraphNode } from "./Graph.ts"

export const deduplicate = (graph: Graph): Graph => {
  const firstOf = new Map<string, number>()
  const replaced = graph.nodes.map((node, index) => {
    const key = keyOf(node)
    if (key === null) return index
    const first = firstOf.get(key)
    if (first === undefined) firstOf.set(key, index)
    return first ?? index
  })
  const redirect = <R extends { readonly node: number }>(ref: R): R => ({ ...ref, node: replaced[ref.node]! })
  return {
    nodes: graph.nodes.map((node) => node.kind === "operation" ? { ...node, inputs: node.inputs.map(redirect) } : node),
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, ref]) => [name, redirect(ref)]))
  }
}

const keyOf = (node: GraphNode): string | null => {
  switch (node.kind) {
    case "constant": {
      const { buffer, byteOffset, byteLength } = node.values
      return `${node.dtype}[${node.shape.join(",")}]${Buffer.from(buffer, byteOffset, byteLength).toString("base64")}`
    }
    case "sized": return `sized ${JSON.stringify([node.shape, node.numbers])}`
    case "filled": return `filled ${JSON.stringify(node)}`
    default: return null
  }
}
