import type { SpecNode } from "./SpecNode.ts"

/** Paths that a reference may name, for suggestions; a bounded number of them. */
export const writtenPaths = (root: SpecNode): ReadonlyArray<string> => {
  const paths: Array<string> = []
  const walk = (node: SpecNode, prefix: string): void => {
    if (node.kind !== "map" || prefix.split(".").length > 5) return
    for (const [key, { value }] of node.entries) {
      if (paths.length >= 500) return
      if (!/^[\w-]+$/.test(key)) continue
      paths.push(prefix + key)
      walk(value, `${prefix}${key}.`)
    }
  }
  walk(root, "")
  return paths
}
