/** The value kept under the key; made and kept the first time. */
export const remembered = <K, V>(known: Map<K, V>, key: K, make: () => V): V => {
  const value = known.get(key)
  if (value !== undefined) return value
  const made = make()
  known.set(key, made)
  return made
}
