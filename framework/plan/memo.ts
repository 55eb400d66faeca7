/** Remembering by what a value says: the thousand cells of a grid share few distinct settings, and often the very objects. */
import { canonicalJson } from "./canonical.ts"

const texts = new WeakMap<object, string>()

/** Canonical text of a settings value; an object that is asked for again is not written again. */
export const textOf = (value: unknown): string => {
  if (value === null || typeof value !== "object") return canonicalJson(value)
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = canonicalJson(value)
  texts.set(value, text)
  return text
}

/** Calls `make` once for each key. */
export const remember = <V>(make: (key: string) => V) => {
  const made = new Map<string, V>()
  return (key: string): V => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}
