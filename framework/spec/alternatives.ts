/**
 * Fields of which one excludes others: the ways to name a model, the budget of training. Who sets one from above, in an
 * extending file, by `--set` or as an axis, means it instead of the others, and need not take those back.
 */
import { mapNode, type SpecNode } from "./SpecNode.ts"
import type { SpecPath } from "./SpecPath.ts"

type Ways = Readonly<Record<string, ReadonlyArray<string>>>

/** by the key that chooses the way: what goes with it */
const model: Ways = { model: ["revision"], init: ["seed", "tokenizer"], train: [] }
const alternatives: Readonly<Record<string, Ways>> = {
  teacher: model,
  student: model,
  train: { epochs: [], steps: [] }
}

/**
 * Keys that are no longer meant once `set` are set in the map at `path`. Two ways set at once stay, as an error to be reported.
 * ```ts
 * superseded("train", ["steps"]) // => ["epochs"]
 * superseded("student", ["train"]) // => ["model", "revision", "init", "seed", "tokenizer"]
 * superseded("student", ["model"]) // => ["init", "seed", "tokenizer", "train", "revision"]
 * ```
 */
export const superseded = (path: string, set: ReadonlyArray<string>): ReadonlyArray<string> => {
  const ways = Object.hasOwn(alternatives, path) ? alternatives[path]! : {}
  const chosen = Object.keys(ways).filter((key) => set.includes(key))
  if (chosen.length === 0) return []
  const others = Object.entries(ways)
    .filter(([key]) => !chosen.includes(key))
    .flatMap(([key, companions]) => [key, ...companions])
  // a revision belongs to the model it was written with
  const stale = chosen.includes("model") ? ["revision"] : []
  return [...others, ...stale].filter((key) => !set.includes(key))
}

const isNull = (node: SpecNode): boolean => node.kind === "scalar" && node.value === null && !node.broken

/** The map without what these keys supersede; null takes a field away and supersedes nothing. */
export const withoutSuperseded = (
  under: SpecNode,
  path: string,
  set: ReadonlyArray<readonly [string, SpecNode]>
): SpecNode => {
  const dropped = superseded(
    path,
    set.filter(([, value]) => !isNull(value)).map(([key]) => key)
  )
  if (under.kind !== "map" || !dropped.some((key) => under.entries.has(key))) return under
  return mapNode(under.place, new Map([...under.entries].filter(([key]) => !dropped.includes(key))))
}

/** As `withoutSuperseded`, in the whole tree, for values that are about to be set at these paths. */
export const makeRoom = (
  root: SpecNode,
  values: ReadonlyArray<{ readonly path: SpecPath; readonly node: SpecNode }>
): SpecNode => {
  if (root.kind !== "map") return root
  const changed = Object.keys(alternatives).flatMap((name) => {
    const entry = root.entries.get(name)
    if (entry === undefined) return []
    const set = values
      .filter(({ path }) => path.length === 2 && path[0] === name)
      .map(({ node, path }) => [String(path[1]), node] as const)
    const value = withoutSuperseded(entry.value, name, set)
    return value === entry.value ? [] : [[name, { key: entry.key, value }] as const]
  })
  return changed.length === 0 ? root : mapNode(root.place, new Map([...root.entries, ...changed]))
}
