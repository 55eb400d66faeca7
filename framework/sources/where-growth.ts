/** How much longer than its columns a text of a predicate can get: DuckDB's own limit of memory does not see texts. */

type Node = { readonly [key: string]: unknown }

/** Longest result, in lengths of a column. */
export const mostGrowth = 32

const nodesIn = (value: unknown): ReadonlyArray<Node> =>
  Array.isArray(value) ? value.flatMap(nodesIn) : typeof value === "object" && value !== null ? [value as Node] : []

/** A text that is empty is left out by the parser. */
const constantLength = (node: Node | undefined): number =>
  node?.["class"] === "CONSTANT" ? String((node["value"] as Node | undefined)?.["value"] ?? "").length : Infinity

const joins = new Set(["||", "concat", "concat_ws"])

/**
 * Bound of a text's growth: 1 for a column. Texts put together add up; a replacement can come once for each character, and
 * must be a constant, or it is unbounded.
 */
export const growthOf = (node: Node): number => {
  const own = nodesIn(node["children"])
  const growths = own.map(growthOf)
  const others = Object.entries(node).filter(([key]) => key !== "value" && key !== "children").flatMap(([, value]) => nodesIn(value)).map(growthOf)
  const most = [...growths, ...others].reduce((a, b) => Math.max(a, b), 1)
  const name = node["class"] === "FUNCTION" ? String(node["function_name"]).toLowerCase() : ""
  if (joins.has(name)) return growths.reduce((sum, growth) => sum + growth, 0)
  if (name !== "replace" && name !== "regexp_replace") return most
  const length = constantLength(own[2])
  return most * (length === 0 ? 1 : 1 + length)
}
