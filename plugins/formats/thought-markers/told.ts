/** What a record tells about its answer: the reference, whether the answer is right, how hard the problem is. */
import type { RawRecord } from "leadspan"

/** The content of the last `\boxed{…}`, and where the box begins; null where there is none, or it never closes. */
export const lastBox = (text: string): { readonly start: number; readonly content: string } | null => {
  const start = text.lastIndexOf("\\boxed{")
  if (start < 0) return null
  const from = start + "\\boxed{".length
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === "\\") at++
    else if (character === "{") depth++
    else if (character === "}" && --depth === 0) return { start, content: text.slice(from, at) }
  }
  return null
}

/** A reference answer out of a field that holds the answer itself. */
export const goldOf = (value: unknown): string | null => {
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null
}

const longestAnswer = 200

/**
 * A reference answer out of a field that may hold a worked solution: its last box, else the whole of it if that is one
 * line of at most 200 characters. Any longer text tells no answer.
 */
export const goldFromSolution = (value: unknown): string | null => {
  const gold = goldOf(value)
  if (gold === null) return null
  const box = lastBox(gold)
  if (box !== null) return box.content.trim()
  return gold.length > longestAnswer || gold.includes("\n") ? null : gold
}

const yes = new Set(["true", "yes", "correct", "right", "1", "1.0"])
const no = new Set(["false", "no", "incorrect", "wrong", "0", "0.0"])

/** Whether a field says that the answer is right: a number does from 1 up, words such as `Yes` do; null where it does not say. */
export const correctOf = (value: unknown): boolean | null => {
  if (typeof value === "boolean") return value
  if (typeof value === "number") return Number.isNaN(value) ? null : value >= 1
  if (typeof value !== "string") return null
  const word = value.trim().toLowerCase()
  return yes.has(word) ? true : no.has(word) ? false : null
}

/** Difficulty or kind: the first of these fields that says something; a bare number is named by its field, `level 2`. */
export const tierOf = (record: RawRecord, ...names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const value = record[name]
    if (typeof value === "number" && Number.isFinite(value)) return `${name} ${value}`
    if (typeof value === "string" && value.trim() !== "") return /^[\d.]+$/u.test(value.trim()) ? `${name} ${value.trim()}` : value.trim()
  }
  return undefined
}
