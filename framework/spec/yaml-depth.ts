import type { CST } from "yaml"
import { maxDepth } from "./bounds.ts"

/** Offset of the first collection that is nested too deeply, without recursion; null if there is none. */
export const tooDeepAt = (tokens: ReadonlyArray<CST.Token>): number | null => {
  const stack: Array<{ readonly token: CST.Token; readonly depth: number }> = []
  for (const token of tokens) if (token.type === "document" && token.value) stack.push({ token: token.value, depth: 1 })
  while (stack.length > 0) {
    const { depth, token } = stack.pop()!
    if (token.type !== "block-map" && token.type !== "block-seq" && token.type !== "flow-collection") continue
    if (depth > maxDepth) return token.offset
    for (const item of token.items) {
      if (item.key) stack.push({ token: item.key, depth: depth + 1 })
      if (item.value) stack.push({ token: item.value, depth: depth + 1 })
    }
  }
  return null
}
