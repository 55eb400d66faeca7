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

/**
 * A value in a cell's name.
 * ```ts
 * showValue(["cot", "answer"]) // => "cot+answer"
 * showValue({ model: "tiny/base" }) // => "tiny/base"
 * ```
 */
export const showValue = (value: Json): string => {
  const text =
    Array.isArray(value) && value.every((item) => typeof item !== "object")
      ? value.join("+")
      : typeof value !== "object" || value === null
        ? String(value)
        : Object.keys(value).length === 1 && typeof Object.values(value)[0] !== "object"
          ? String(Object.values(value)[0])
          : JSON.stringify(value)
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text
}
