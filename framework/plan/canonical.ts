/** One spelling for each value, so that equal meanings have equal digests. */
import { createHash } from "node:crypto"

/** Texts of objects that are written again and again; whoever asks for one does not change it any more. */
const texts = new WeakMap<object, string>()

const mapText = (value: object): string => {
  let text = ""
  for (const key of Object.keys(value).sort()) {
    const inner = (value as { readonly [key: string]: unknown })[key]
    if (inner !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(inner)}`
  }
  return `{${text}}`
}

/** JSON with sorted keys, no blanks and no undefined fields. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} has no canonical form`)
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null"
  return texts.get(value) ?? (Array.isArray(value) ? `[${value.map((inner) => canonicalJson(inner)).join(",")}]` : mapText(value))
}

/** Canonical JSON of a value that will not change; an object that is asked for again, by itself or inside another, is not written again. */
export const textOf = (value: unknown): string => {
  const text = canonicalJson(value)
  if (value !== null && typeof value === "object") texts.set(value, text)
  return text
}

/** SHA-256, in hex, of a value's canonical JSON. */
export const digestOf = (value: unknown): string => digestOfText(canonicalJson(value))

/** SHA-256, in hex, of a text. */
export const digestOfText = (text: string): string => createHash("sha256").update(text).digest("hex")
