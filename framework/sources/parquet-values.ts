/** What DuckDB gives, as JSON has it. */
import {
  DuckDBArrayValue, DuckDBDecimalValue, DuckDBListValue, DuckDBMapValue, DuckDBStructValue, DuckDBUnionValue, type DuckDBValue
} from "@duckdb/node-api"

/** An own key is always made, whatever its name; `__proto__` is left out. */
const objectOf = (entries: ReadonlyArray<readonly [string, unknown]>): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([key]) => key !== "__proto__"))

const keyOf = (key: DuckDBValue): string => {
  const plain = plainValue(key)
  return typeof plain === "string" ? plain : JSON.stringify(plain)
}

/**
 * Lists as arrays, structures and maps as objects, whole numbers as numbers where they are exact and as text where not,
 * times and all else as text. What is no number (NaN) and what is infinite become null.
 */
export const plainValue = (value: DuckDBValue): unknown => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : null
  if (typeof value === "bigint") return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value)
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plainValue)
  if (value instanceof DuckDBStructValue) return objectOf(Object.entries(value.entries).map(([key, item]) => [key, plainValue(item)] as const))
  if (value instanceof DuckDBMapValue) return objectOf(value.entries.map(({ key, value: item }) => [keyOf(key), plainValue(item)] as const))
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (value instanceof DuckDBUnionValue) return plainValue(value.value)
  return String(value)
}
