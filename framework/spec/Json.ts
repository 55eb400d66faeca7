/** A value that JSON can hold. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/**
 * JSON with sorted keys: equal values have equal text.
 * ```ts
 * canonicalJson({ b: 1, a: [2] }) // => "{\"a\":[2],\"b\":1}"
 * ```
 */
export const canonicalJson = (value: Json | undefined): string => {
  if (value === undefined) return "null"
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  const record = value as { readonly [key: string]: Json }
  return `{${Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`)
    .join(",")}}`
}

/** Value at a path of keys; undefined where it is not. */
export const readJson = (value: unknown, path: ReadonlyArray<string | number>): Json | undefined => {
  let at = value
  for (const segment of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, segment)) return undefined
    at = (at as Record<string | number, unknown>)[segment]
  }
  return at as Json | undefined
}
