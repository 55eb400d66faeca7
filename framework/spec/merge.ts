/** Laying one spec over another. */
import { withoutSuperseded } from "./alternatives.ts"
import { mapNode, type SpecNode } from "./SpecNode.ts"

/** `over` on `under`: maps are merged key by key, all else is replaced; see `alternatives.ts` for what excludes each other. */
export const mergeNodes = (under: SpecNode, over: SpecNode, path = ""): SpecNode => {
  if (under.kind !== "map" || over.kind !== "map") return over
  const kept = withoutSuperseded(
    under,
    path,
    [...over.entries].map(([key, { value }]) => [key, value])
  )
  const entries = new Map(kept.kind === "map" ? kept.entries : [])
  for (const [key, entry] of over.entries) {
    const below = entries.get(key)
    const merged =
      below === undefined ? entry.value : mergeNodes(below.value, entry.value, path === "" ? key : `${path}.${key}`)
    entries.set(key, { key: entry.key, value: merged })
  }
  return mapNode(over.place, entries)
}
