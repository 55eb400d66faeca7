/** Fields of a raw record, read without trust. Nothing here throws: what is not there is null. */
import type { RawRecord, Refusal } from "leadspan"

export const isRecord = (value: unknown): value is RawRecord => typeof value === "object" && value !== null && !Array.isArray(value)

export const textIn = (record: RawRecord, name: string): string | null => typeof record[name] === "string" ? record[name] : null

/** The first of these columns that holds text. */
export const textUnder = (record: RawRecord, names: ReadonlyArray<string>): string | null => {
  for (const name of names) if (typeof record[name] === "string") return record[name]
  return null
}

const parsed = (text: string, opener: string): unknown => {
  if (!text.trimStart().startsWith(opener)) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A list, or the JSON text of one, as CSV files have it. */
export const listIn = (record: RawRecord, name: string): ReadonlyArray<unknown> | null => {
  const value = typeof record[name] === "string" ? parsed(record[name], "[") : record[name]
  return Array.isArray(value) ? value : null
}

/** An object, or the JSON text of one. */
export const objectIn = (record: RawRecord, name: string): RawRecord | null => {
  const value = typeof record[name] === "string" ? parsed(record[name], "{") : record[name]
  return isRecord(value) ? value : null
}

/** The source's own id, as text. */
export const idIn = (record: RawRecord, ...names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const value = record[name]
    if ((typeof value === "string" && value !== "") || typeof value === "number") return String(value)
  }
  return undefined
}

/** Names what a record lacks. `wanted`: a name, or several of which one would do. */
export const missing = (record: RawRecord, wanted: ReadonlyArray<string>): Refusal => {
  const has = Object.keys(record)
  const shown = has.slice(0, 12).map((name) => `\`${name}\``).join(", ") + (has.length > 12 ? " and more" : "")
  return {
    reason: "missing-fields",
    detail: `no text in ${wanted.map((name) => `\`${name}\``).join(", ")}; the record has ${has.length === 0 ? "no fields" : shown}`
  }
}
