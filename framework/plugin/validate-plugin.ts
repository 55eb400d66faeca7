/** Checks the default export of a plugin's file against the shape its kind declares: all faults at once, each located. */
import { readFileSync } from "node:fs"
import type { Plugin } from "./define.ts"
import { isPluginKind, kinds, kindNames } from "./kinds.ts"
import { nearest } from "../spec/did-you-mean.ts"
import { problem, type PluginProblem } from "./PluginError.ts"

const describe = (value: unknown): string => {
  if (value === undefined) return "nothing"
  if (value === null) return "null"
  if (Array.isArray(value)) return "a list"
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60))
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  return typeof value === "function" ? "a function" : "an object"
}

/** Where a key is written in the file, or else where the default export begins. A search, since nothing keeps positions. */
const placeOf = (text: string, key: string | null): Pick<PluginProblem, "line" | "column" | "source" | "length"> => {
  const lines = text.split("\n")
  const find = (pattern: RegExp) => {
    for (const [index, line] of lines.entries()) {
      const match = pattern.exec(line)
      if (match === null) continue
      const length = match[1]!.length
      return { line: index + 1, column: match.index + match[0].length - length + 1, source: line, length }
    }
    return null
  }
  const escaped = key?.replace(/[^A-Za-z0-9_]/g, "\\$&")
  return (escaped === undefined ? null : find(new RegExp(`^(?:.*[{,])?\\s*(${escaped})(?=\\s*[:(,])`)))
    ?? find(/^\s*(export default)/) ?? { line: 1, column: 1, source: lines[0] ?? "", length: 1 }
}

/** Faults of a default export; none means that it is a `Plugin`. */
export const shapeProblems = (file: string, value: unknown): ReadonlyArray<PluginProblem> => {
  const text = readFileSync(file, "utf8")
  const fault = (key: string | null, message: string, code: PluginProblem["code"] = "shape") =>
    problem({ code, file, message, ...placeOf(text, key) })
  const defines = kindNames.map((kind) => kinds[kind].define).join(", ")
  if (value === undefined) return [fault(null, `no default export, expected one made by ${defines}`)]
  const kind = typeof value === "object" && value !== null ? (value as { kind?: unknown }).kind : undefined
  if (!isPluginKind(kind)) return [fault(null, `the default export is ${describe(value)}, expected what one of ${defines} returns`)]
  const plugin = value as unknown as Record<string, unknown>
  const { define, fields, together } = kinds[kind]
  const problems: Array<PluginProblem> = []
  for (const [key, { expected, holds }] of Object.entries(fields)) {
    if (!holds(plugin[key])) problems.push(fault(key, `${define}: ${key} is ${describe(plugin[key])}, expected ${expected}`))
  }
  for (const key of Object.keys(plugin)) {
    if (key === "kind" || Object.hasOwn(fields, key)) continue
    const meant = nearest(key, Object.keys(fields))
    problems.push(fault(key, `${define}: unknown key ${key}${meant === null ? "" : `; did you mean ${meant}?`}`))
  }
  const clash = problems.length === 0 ? together?.(plugin) ?? null : null
  if (clash !== null) problems.push(fault(clash.field, `${define}: ${clash.fault}`))
  const name = (value as Plugin).name
  if (problems.length === 0 && !nameFitsFile(name, file)) {
    problems.push(fault("name", `${define}: the name is "${name}", but the file's is not: expected a path ending in ${name}.ts`, "name"))
  }
  return problems
}

/** A plugin is found by its file's name, so both must say the same: `tiny/teacher` lies in `.../tiny/teacher.ts`. */
const nameFitsFile = (name: string, file: string): boolean =>
  `/${file.replaceAll("\\", "/").replace(/\.[cm]?[jt]s$/, "")}`.endsWith(`/${name}`)
