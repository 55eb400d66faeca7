/** Short names of axes and cells, for tables, charts and tags. */
import type { Json } from "../../spec/Json.ts"

/**
 * The last part of each path, with as many parts before it as it takes to tell them apart.
 * ```ts
 * axisNames(["sequence.truncate.ratio", "sequence.supervise"]) // => ["ratio", "supervise"]
 * axisNames(["teacher.model", "student.model"]) // => ["teacher.model", "student.model"]
 * ```
 */
export const axisNames = (paths: ReadonlyArray<string>): ReadonlyArray<string> =>
  paths.map((path) => {
    const parts = path.split(".")
    for (let length = 1; length < parts.length; length++) {
      const name = parts.slice(-length).join(".")
      if (!paths.some((other) => other !== path && (other === name || other.endsWith(`.${name}`)))) return name
    }
    return path
  })

const maxValueLength = 48

/** Leaves of a map as `key value`; what is off or empty says nothing, and a name needs no key. */
const leaves = (value: { readonly [key: string]: Json }): ReadonlyArray<string> =>
  Object.entries(value).flatMap(([key, leaf]) => {
    if (leaf === null || leaf === false) return []
    if (typeof leaf === "object" && !Array.isArray(leaf)) return leaves(leaf as { readonly [key: string]: Json })
    const text = Array.isArray(leaf) && leaf.some((item) => typeof item === "object") ? JSON.stringify(leaf) : showValue(leaf)
    return key === "name" || key === "model" ? [text] : [`${key} ${text}`]
  })

/**
 * A value in a cell's name.
 * ```ts
 * showValue(["cot", "answer"]) // => "cot+answer"
 * showValue({ model: "tiny/base" }) // => "tiny/base"
 * showValue({ name: "random", options: { likeRatio: 0.5 }, twin: false }) // => "random, likeRatio 0.5"
 * ```
 */
export const showValue = (value: Json): string => {
  const text =
    Array.isArray(value)
      ? value.every((item) => typeof item !== "object") ? value.join("+") : JSON.stringify(value)
      : typeof value !== "object" || value === null
        ? String(value)
        : Object.keys(value).length === 1 && typeof Object.values(value)[0] !== "object"
          ? String(Object.values(value)[0])
          : leaves(value as { readonly [key: string]: Json }).join(", ")
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text
}
