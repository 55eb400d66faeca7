/** Where two values differ, as dotted paths: specs, settings, identities. */
import { canonicalJson } from "../plan/canonical.ts"

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value)

/** A list is one value: it differs as a whole. */
export const differingFields = (a: unknown, b: unknown, path = ""): ReadonlyArray<string> => {
  if (canonicalJson(a ?? null) === canonicalJson(b ?? null)) return []
  if (!isMap(a) || !isMap(b)) return [path]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((key) =>
    differingFields(a[key], b[key], path === "" ? key : `${path}.${key}`))
}

/** What stands at each of those paths on both sides; null where nothing does. */
export const differingValues = (a: unknown, b: unknown): ReadonlyArray<{ readonly field: string; readonly a: unknown; readonly b: unknown }> =>
  differingFields(a, b).map((field) => ({ field, a: valueAt(a, field), b: valueAt(b, field) }))

/** Keys that hold a dot themselves, such as axes of a grid, are tried whole. */
const valueAt = (value: unknown, path: string): unknown => {
  if (path === "") return value
  if (!isMap(value)) return null
  if (path in value) return value[path]
  const key = Object.keys(value).filter((one) => path.startsWith(`${one}.`)).sort((x, y) => y.length - x.length)[0]
  return key === undefined ? null : valueAt(value[key], path.slice(key.length + 1))
}
