/** A text that problems are located in: a file, or what stood on the command line. */
import type { SpecIssue, SpecIssueCode } from "./SpecError.ts"

export interface SourceFile {
  /** as people know it: the path as given, or `--set` */
  readonly name: string
  /** absolute folder that relative paths written in this text start from */
  readonly folder: string
  readonly text: string
  readonly lineStarts: ReadonlyArray<number>
}

/** A stretch [start, end) of a source's text. */
export interface Place {
  readonly source: SourceFile
  readonly start: number
  readonly end: number
}

export const sourceFile = (name: string, folder: string, text: string): SourceFile => {
  const lineStarts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1)
  return { name, folder, text, lineStarts }
}

/** Line and column of an offset, both from 1. */
export const positionOf = (source: SourceFile, offset: number): { readonly line: number; readonly column: number } => {
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (source.lineStarts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - source.lineStarts[low]! + 1 }
}

/** `user:password@` of an address becomes stars of equal length, so that columns stay true. */
export const hideCredentials = (text: string): string =>
  text.replace(
    /(:\/\/)([^/@\s]+)@/g,
    (_, slashes: string, credentials: string) => `${slashes}${"*".repeat(credentials.length)}@`
  )

/** Terminal control characters in a file must not reach the terminal. */
export const printable = (text: string): string =>
  text.replace(/\t/g, " ").replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD")

const shown = (text: string): string => printable(hideCredentials(text))

/** A problem at a place; the frame shows the place's first line. */
export const issueAtPlace = (
  place: Place,
  path: string,
  code: SpecIssueCode,
  message: string,
  suggestion: string | null = null
): SpecIssue => {
  const { column, line } = positionOf(place.source, place.start)
  const lineStart = place.source.lineStarts[line - 1]!
  const lineEnd = place.source.lineStarts[line] ?? place.source.text.length + 1
  const sourceLine = place.source.text.slice(lineStart, lineEnd - 1).replace(/\r$/, "")
  const length = Math.max(1, Math.min(place.end, lineStart + sourceLine.length) - place.start)
  return {
    code,
    path: printable(path),
    file: printable(place.source.name),
    line,
    column,
    length,
    sourceLine: place.source.text.length === 0 ? null : shown(sourceLine),
    message: shown(message),
    suggestion: suggestion === null ? null : shown(suggestion)
  }
}
