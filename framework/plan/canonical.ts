/** One spelling for each value, so that equal meanings have equal digests. */
import { createHash } from "node:crypto"

const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([key, inner]) => [key, ordered(inner)])
    )
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} has no canonical form`)
  return value
}

/** JSON with sorted keys, no blanks and no undefined fields. */
export const canonicalJson = (value: unknown): string => JSON.stringify(ordered(value))

/** SHA-256, in hex, of a value's canonical JSON. */
export const digestOf = (value: unknown): string => createHash("sha256").update(canonicalJson(value)).digest("hex")
