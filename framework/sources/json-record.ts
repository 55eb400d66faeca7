/** One record's JSON text to a record, or why it is none. */
import { isUtf8 } from "node:buffer"
import type { RawRecord, Refusal } from "../plugin/define.ts"
import { quoted } from "./SourceError.ts"
import { firstInvalidByte } from "./utf8.ts"

/** Deepest nesting of a record: what walks it later may do so by recursion. */
export const deepestJson = 100

/** Why text is not UTF-8. `offset`: of the first byte, in the unpacked file. */
export const wrongEncoding = (bytes: Buffer, offset: number): Refusal => {
  const at = firstInvalidByte(bytes)
  const byte = `0x${bytes[at]!.toString(16).padStart(2, "0")}`
  return { reason: "wrong-encoding", detail: `byte ${byte} at offset ${offset + at} of the file (${at + 1} of the record) is not UTF-8` }
}

const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed()

const wordOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : "true or false"

/**
 * Walks a parsed value without recursion: too deep, or (if asked for) a text with half of a surrogate pair.
 * Own keys called `__proto__` are taken off, so that copying a record can never set a prototype.
 */
const faultOf = (root: object, escapes: boolean): Refusal | null => {
  let level: Array<object> = [root]
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > deepestJson) return { reason: "broken-json", detail: `values nested deeper than ${deepestJson} levels` }
    const next: Array<object> = []
    for (const holder of level) {
      if (Array.isArray(holder)) {
        for (const value of holder) {
          if (typeof value === "object") {
            if (value !== null) next.push(value)
          } else if (escapes && typeof value === "string" && !isWellFormed(value)) return loneSurrogate(null)
        }
        continue
      }
      for (const key of Object.keys(holder)) {
        if (key === "__proto__") {
          delete (holder as Record<string, unknown>)[key]
          continue
        }
        const value = (holder as Record<string, unknown>)[key]
        if (typeof value === "object") {
          if (value !== null) next.push(value)
        } else if (escapes && typeof value === "string" && !isWellFormed(value)) return loneSurrogate(key)
        if (escapes && !isWellFormed(key)) return loneSurrogate(null)
      }
    }
    level = next
  }
  return null
}

const loneSurrogate = (key: string | null): Refusal => ({
  reason: "lone-surrogate", detail: `half of a surrogate pair${key === null ? "" : ` in ${quoted(key)}`} (an escape such as \\ud800 without its other half)`
})

export type Parsed = { readonly record: RawRecord } | { readonly refusal: Refusal }

/** Parses one record. `offset`: of `bytes` in the unpacked file, for what is said of wrong bytes. */
export const parseRecord = (bytes: Buffer, offset: number): Parsed => {
  if (!isUtf8(bytes)) return { refusal: wrongEncoding(bytes, offset) }
  const text = bytes.toString("utf8")
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return { refusal: { reason: "broken-json", detail: (thrown as Error).message.replace(/\s+/gu, " ").slice(0, 200) } }
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { refusal: { reason: "not-an-object", detail: `${wordOf(value)} in place of an object` } }
  }
  // bytes that are UTF-8 hold no surrogate: only an escape can make one
  const refusal = faultOf(value, text.includes("\\ud") || text.includes("\\uD"))
  return refusal === null ? { record: value as RawRecord } : { refusal }
}
