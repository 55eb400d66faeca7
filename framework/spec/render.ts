/**
 * The text of located problems:
 *
 *     experiments/ratio-grid.yaml:4:3  unknown-key  sequence.truncate.ratoi: unexpected key `ratoi`, expected ...
 *       4 |   ratoi: 3
 *         |   ^^^^^ Did you mean `ratio`?   docs/spec.md#sequence
 */
import type { SpecIssue } from "./SpecError.ts"

const maxIssues = 50
const maxLineWidth = 140
const documented =
  /^(experiment|description|engine|teacher|student|data|sequence|loss|teacherStore|train|evaluate|score|grid|seeds|seedsStudent|baseline|claims|power|resources|tracking|extends)\b/

/** A window of the line round the column, so that a line of a megabyte stays readable. */
const clip = (line: string, column: number): { readonly text: string; readonly column: number } => {
  if (line.length <= maxLineWidth) return { text: line, column }
  const start = Math.max(0, Math.min(column - 1 - 40, line.length - maxLineWidth))
  const end = start + maxLineWidth
  return {
    text: (start > 0 ? "…" : "") + line.slice(start, end) + (end < line.length ? "…" : ""),
    column: column - start + (start > 0 ? 1 : 0)
  }
}

const renderIssue = (issue: SpecIssue): string => {
  const where = issue.path === "" ? "" : `${issue.path}: `
  const head = `${issue.file}:${issue.line}:${issue.column}  ${issue.code}  ${where}${issue.message}`
  const field = documented.exec(issue.path)?.[1]
  const notes = [issue.suggestion, field === undefined ? null : `docs/spec.md#${field.toLowerCase()}`].filter(
    (note) => note !== null
  )
  if (issue.sourceLine === null)
    return [head, ...(issue.suggestion === null ? [] : [`  ${issue.suggestion}`])].join("\n")
  const { column, text } = clip(issue.sourceLine, issue.column)
  const number = String(issue.line)
  const carets = "^".repeat(Math.max(1, Math.min(issue.length, text.length - column + 1)))
  return [
    head,
    `  ${number} | ${text}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(column - 1)}${[carets, ...notes].join(notes.length === 1 ? " " : "  ").replace("  ", " ")}`
  ].join("\n")
}

export const renderIssues = (issues: ReadonlyArray<SpecIssue>): string => {
  const shown = issues.slice(0, maxIssues).map(renderIssue)
  const more = issues.length - shown.length
  return [...shown, ...(more > 0 ? [`… and ${more} more problem${more === 1 ? "" : "s"}`] : [])].join("\n\n")
}
