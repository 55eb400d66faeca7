/**
 * A spec as a tree whose every node knows where it was written. Aliases share nodes, so the tree may be a graph without
 * cycles; `size` and `depth` count it as if it were written out, which is what bounds alias bombs.
 */
import type { Place } from "./SourceFile.ts"
import type { SpecPath } from "./SpecPath.ts"

interface Common {
  readonly place: Place
  readonly size: number
  readonly depth: number
}
export interface SpecEntry {
  readonly key: Place
  readonly value: SpecNode
}
export interface SpecMap extends Common {
  readonly kind: "map"
  readonly entries: ReadonlyMap<string, SpecEntry>
}
export interface SpecList extends Common {
  readonly kind: "list"
  readonly items: ReadonlyArray<SpecNode>
}
export interface SpecScalar extends Common {
  readonly kind: "scalar"
  readonly value: string | number | boolean | null
  /** the characters as written, for a plain scalar; else the text that was quoted */
  readonly text: string
  /** written without quotes: a reference that is all of it may become any kind of value */
  readonly plain: boolean
  /** holds the value of an environment variable that must not be shown */
  readonly secret: boolean
  /** already reported: decoding says no more about it */
  readonly broken: boolean
}
export type SpecNode = SpecMap | SpecList | SpecScalar

export const mapNode = (place: Place, entries: ReadonlyMap<string, SpecEntry>): SpecMap => {
  let size = 1
  let depth = 1
  for (const { value } of entries.values()) {
    size += value.size
    depth = Math.max(depth, value.depth + 1)
  }
  return { kind: "map", place, entries, size, depth }
}

export const listNode = (place: Place, items: ReadonlyArray<SpecNode>): SpecList => {
  let size = 1
  let depth = 1
  for (const value of items) {
    size += value.size
    depth = Math.max(depth, value.depth + 1)
  }
  return { kind: "list", place, items, size, depth }
}

export const scalarNode = (
  place: Place,
  value: SpecScalar["value"],
  text: string,
  flags: Partial<Pick<SpecScalar, "plain" | "secret" | "broken">> = {}
): SpecScalar => ({
  kind: "scalar",
  place,
  value,
  text,
  plain: true,
  secret: false,
  broken: false,
  ...flags,
  size: 1,
  depth: 1
})

export const childOf = (node: SpecNode, segment: string | number): SpecNode | undefined =>
  node.kind === "map"
    ? node.entries.get(String(segment))?.value
    : node.kind === "list"
      ? node.items[Number(segment)]
      : undefined

export const nodeAt = (root: SpecNode, path: SpecPath): SpecNode | undefined => {
  let node: SpecNode | undefined = root
  for (const segment of path) {
    if (node === undefined) return undefined
    node = childOf(node, segment)
  }
  return node
}

/** Place of the value (or key) at the path; of the nearest parent's key where that does not exist. */
export const placeAt = (root: SpecNode, path: SpecPath, at: "key" | "value" = "value"): Place => {
  let node = root
  let place: Place = { ...root.place, end: root.place.start }
  for (const [i, segment] of path.entries()) {
    const isLast = i === path.length - 1
    if (node.kind === "map") {
      const entry = node.entries.get(String(segment))
      if (entry === undefined) return place
      const isEmpty = entry.value.place.end <= entry.value.place.start
      place = isLast && at === "value" && !isEmpty ? entry.value.place : entry.key
      node = entry.value
    } else {
      const item = node.kind === "list" ? node.items[Number(segment)] : undefined
      if (item === undefined) return place
      place = item.place
      node = item
    }
  }
  return place
}

/** The tree with `value` at `path`; missing maps on the way are made. Null if the path runs through a list's outside. */
export const setNode = (node: SpecNode | undefined, path: SpecPath, value: SpecNode, key: Place): SpecNode | null => {
  if (path.length === 0) return value
  const [segment, ...rest] = path as readonly [string | number, ...Array<string | number>]
  if (node?.kind === "list") {
    const index = Number(segment)
    if (!Number.isInteger(index) || index < 0 || index > node.items.length) return null
    const child = setNode(node.items[index], rest, value, key)
    return child === null
      ? null
      : listNode(
          node.place,
          node.items.map((item, i) => (i === index ? child : item)).concat(index === node.items.length ? [child] : [])
        )
  }
  const entries = new Map(node?.kind === "map" ? node.entries : [])
  const child = setNode(entries.get(String(segment))?.value, rest, value, key)
  if (child === null) return null
  entries.set(String(segment), {
    key: rest.length === 0 ? key : (entries.get(String(segment))?.key ?? key),
    value: child
  })
  return mapNode(node?.kind === "map" ? node.place : key, entries)
}
