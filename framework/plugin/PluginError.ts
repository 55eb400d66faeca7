/** What is wrong with a plugin or with the name of one, as data; the text is drawn from the fields. */
import { Data } from "effect"

export interface PluginProblem {
  readonly code:
    | "syntax" | "import" | "evaluation" | "shape" | "name" | "unreadable"
    | "unknown-plugin" | "duplicate-plugin" | "wrong-kind" | "options" | "exists"
  /** the plugin's file or folder, or null where there is none */
  readonly file: string | null
  /** from 1 */
  readonly line: number | null
  /** from 1 */
  readonly column: number | null
  /** what was found, what was expected, what to do */
  readonly message: string
  /** the source line that `line` names */
  readonly source: string | null
  /** characters of it that are at fault */
  readonly length: number | null
}

export const problem = (fields: Pick<PluginProblem, "code" | "file" | "message"> & Partial<PluginProblem>): PluginProblem =>
  ({ line: null, column: null, source: null, length: null, ...fields })

/** `file:line:column  code  message`, the source line and a caret where they are known. */
export const renderProblem = ({ code, column, file, length, line, message, source }: PluginProblem): string => {
  const place = [file, line, line === null ? null : column].filter((part) => part !== null).join(":")
  const head = `${place === "" ? "" : `${place}  `}${code}  ${message}`
  if (line === null || source === null) return head
  const gutter = " ".repeat(String(line).length)
  const marks = column === null ? 0 : Math.max(1, Math.min(length ?? 1, source.length - column + 1))
  const caret = column === null ? "" : `\n  ${gutter} | ${" ".repeat(column - 1)}${"^".repeat(marks)}`
  return `${head}\n  ${line} | ${source}${caret}`
}

export class PluginError extends Data.TaggedError("PluginError")<{ readonly problems: ReadonlyArray<PluginProblem> }> {
  override get message(): string {
    return this.problems.map(renderProblem).join("\n")
  }
}
