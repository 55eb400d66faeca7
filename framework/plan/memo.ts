/** Remembering by what a value says: the thousand cells of a grid share few distinct settings, and often the very objects. */
import { textOf } from "./canonical.ts"

/** Calls `make` once for each key. */
export const remember = <V, K extends string | number = string>(make: (key: K) => V) => {
  const made = new Map<K, V>()
  return (key: K): V => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}

/** Numbers values by what `partOf` them says: equal parts have one number, which makes a short key. */
export const numbering = <V extends object | null>(partOf: (value: V) => unknown = (value) => value) => {
  const byObject = new WeakMap<object, number>()
  const byText = new Map<string, number>()
  return (value: V): number => {
    const known = value === null ? undefined : byObject.get(value)
    if (known !== undefined) return known
    const text = textOf(partOf(value))
    const number = byText.get(text) ?? byText.size
    byText.set(text, number)
    if (value !== null) byObject.set(value, number)
    return number
  }
}
