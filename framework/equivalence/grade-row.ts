/** A row to grade as it stands in a file: `gold`, `pred` and, where there are any, `options`. */
import { type ExtractionRule, extractionRules } from "./extract.ts"
import type { GradeOptions } from "./grade.ts"

type Row = Readonly<Record<string, unknown>>

export interface GradeRow {
  readonly row: Row
  readonly gold: string | number | null
  readonly pred: string | number | null
  readonly options: GradeOptions
  /** names of options that are none */
  readonly unknown: ReadonlyArray<string>
}

export interface BrokenRow {
  /** what could be read */
  readonly row?: Row
  readonly fault: string
}

const isAnswer = (value: unknown): value is string | number | null => value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value))

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 60)

interface ReadOptions {
  readonly options: GradeOptions
  readonly unknown: ReadonlyArray<string>
}

const tests: Readonly<Record<string, { readonly isFit: (value: unknown) => boolean; readonly expected: string }>> = {
  precision: { isFit: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 15, expected: "digits behind the point, from 0 to 15" },
  strict: { isFit: (value) => typeof value === "boolean", expected: "true or false" },
  allow_set_relation_comp: { isFit: (value) => typeof value === "boolean", expected: "true or false" },
  kind: { isFit: (value) => value === "multiple-choice letter", expected: "\"multiple-choice letter\"" },
  extraction: {
    isFit: (value) => Array.isArray(value) && value.length > 0 && value.every((rule) => extractionRules.includes(rule as ExtractionRule)), expected: `a list of ${extractionRules.join(", ")}`
  }
}

const optionsOf = (given: unknown): ReadOptions | BrokenRow => {
  if (given === undefined || given === null) return { options: {}, unknown: [] }
  if (typeof given !== "object" || Array.isArray(given)) return { fault: `options: expected an object, found ${shown(given)}` }
  const known = Object.entries(given).filter(([name, value]) => Object.hasOwn(tests, name) && value !== null)
  const wrong = known.find(([name, value]) => !tests[name]!.isFit(value))
  if (wrong !== undefined) return { fault: `options.${wrong[0]}: expected ${tests[wrong[0]]!.expected}, found ${shown(wrong[1])}` }
  return { options: Object.fromEntries(known) as GradeOptions, unknown: Object.keys(given).filter((name) => !Object.hasOwn(tests, name)) }
}

/** Reads one line; null for an empty one. */
export const readGradeRow = (line: string): GradeRow | BrokenRow | null => {
  const text = line.replace(/^\uFEFF/u, "").trim()
  if (text === "") return null
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch {
    return { fault: `expected a JSON object, found ${text.slice(0, 60)}` }
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return { fault: `expected a JSON object with gold and pred, found ${shown(row)}` }
  const { gold, options, pred } = row as { gold?: unknown; pred?: unknown; options?: unknown }
  const wrong = !isAnswer(gold) ? ["gold", gold] as const : !isAnswer(pred) ? ["pred", pred] as const : null
  if (wrong !== null) return { row: row as Row, fault: `${wrong[0]}: expected a text, a number or null, found ${shown(wrong[1])}` }
  const read = optionsOf(options)
  return "fault" in read ? { ...read, row: row as Row } : { row: row as Row, gold: gold as string, pred: pred as string, ...read }
}
