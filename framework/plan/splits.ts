/** Splits are large and cells that share one tend to stand together: the last ones are kept, not all. */
import type { Split } from "./trial.ts"

/** Rows in all splits that are kept: some hundred megabytes at the most. */
const mostRowsKept = 4_000_000

export const rememberSplits = () => {
  const kept = new Map<string, Split>()
  let rows = 0
  return (key: string, make: () => Split): Split => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const fresh = make()
    if (rows > mostRowsKept) {
      kept.clear()
      rows = 0
    }
    kept.set(key, fresh)
    rows += fresh.reduce((sum, calls) => sum + calls.reduce((inner, call) => inner + call.rows.length, 0), 0)
    return fresh
  }
}
