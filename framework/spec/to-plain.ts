/** A node as the plain value that its Schema decodes. Two kinds of field keep more than YAML's value: see below. */
import path from "node:path"
import type { Json } from "./Json.ts"
import { normaliseDecimal } from "./decimal.ts"
import type { SpecNode, SpecScalar } from "./SpecNode.ts"
import type { SpecPath } from "./SpecPath.ts"

/** Truncation ratios keep their decimal as written (see `schema/Ratio.ts`). */
export const isRatioPath = (field: string): boolean => field === "sequence.truncate.ratio" || field === "sequence.truncate.grow.to"

/** Files named in a spec are meant relative to the file that names them, also when that one is extended from elsewhere. */
const fileOf = (field: string, value: string): string | null =>
  /^(teacher|student)\.train$/.test(field)
    ? value
    : /^(teacher|student)\.(model|tokenizer)$/.test(field) && /^(\.{1,2}\/|\.{1,2}$|\/)/.test(value)
      ? value
      : null

const scalar = (node: SpecScalar, field: string): Json => {
  if (isRatioPath(field) && (typeof node.value === "number" || typeof node.value === "string")) {
    return (
      normaliseDecimal(node.text) ??
      (typeof node.value === "number" && !Number.isFinite(node.value) ? node.text : node.value)
    )
  }
  if (typeof node.value !== "string") return node.value
  const file = fileOf(field, node.value)
  if (file !== null) return path.resolve(node.place.source.folder, file)
  const data = /^(data|train\.replay)\.source$/.test(field) ? /^(jsonl|json|csv|parquet|file):(?!\/\/)(.+)$/.exec(node.value) : null
  return data === null ? node.value : `${data[1]}:${path.resolve(node.place.source.folder, data[2]!)}`
}

/** @param at path of the node as a field of a cell, e.g. ["sequence", "truncate", "ratio"] also where it stands in an axis */
export const toPlain = (node: SpecNode, at: SpecPath): Json => toPlainAt(node, at.join("."))

const toPlainAt = (node: SpecNode, field: string): Json => {
  if (node.kind === "scalar") return scalar(node, field)
  const prefix = field === "" ? "" : `${field}.`
  if (node.kind === "list") return node.items.map((item, i) => toPlainAt(item, `${prefix}${i}`))
  const plain: Record<string, Json> = {}
  for (const [key, { value }] of node.entries) {
    if (field === "" && key.startsWith("x-")) continue
    plain[key] = toPlainAt(value, prefix + key)
  }
  return plain
}

/** The value as it was written, numbers as numbers: for axes shown in charts and tables. */
export const asWritten = (node: SpecNode): Json => {
  if (node.kind === "scalar") return node.secret ? node.text : node.value
  if (node.kind === "list") return node.items.map(asWritten)
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, asWritten(value)]))
}
