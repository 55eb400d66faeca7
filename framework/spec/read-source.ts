/** Reads a file as text, with the bounds and refusals that every spec file gets. */
import { type FileHandle, open } from "node:fs/promises"
import path from "node:path"
import { maxFileBytes } from "./bounds.ts"
import { type SourceFile, sourceFile } from "./SourceFile.ts"
import type { SpecIssueCode } from "./SpecError.ts"

export interface ReadProblem {
  readonly code: SpecIssueCode
  readonly message: string
  readonly suggestion: string | null
}

const problem = (code: SpecIssueCode, message: string, suggestion: string | null = null): ReadProblem => ({
  code,
  message,
  suggestion
})

const fromSystem = (error: unknown): ReadProblem => {
  const code = (error as NodeJS.ErrnoException).code
  if (code === "ENOENT" || code === "ENOTDIR") return problem("missing-file", "no such file", "Check the path.")
  if (code === "EACCES" || code === "EPERM")
    return problem("unreadable-file", "not allowed to read this file", "Change its permissions.")
  return problem("unreadable-file", `the file cannot be read (${code ?? "unknown reason"})`)
}

/** At most `maxFileBytes + 1` bytes, however large the file says it is. */
const readBounded = async (file: FileHandle): Promise<Buffer> => {
  const buffer = Buffer.alloc(maxFileBytes + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

export const readSource = async (absolute: string, name: string): Promise<SourceFile | ReadProblem> => {
  if (absolute.includes("\0")) return problem("missing-file", "a file name cannot hold a NUL character")
  let file: FileHandle
  try {
    file = await open(absolute, "r")
  } catch (error) {
    return fromSystem(error)
  }
  try {
    const stat = await file.stat()
    if (stat.isDirectory())
      return problem("unreadable-file", "expected an experiment file, found a folder", "Name the YAML file inside it.")
    if (!stat.isFile()) return problem("unreadable-file", "expected a regular file, found a device or pipe")
    if (stat.size > maxFileBytes) {
      return problem(
        "too-large",
        `the file has ${stat.size} bytes, at most ${maxFileBytes} are read`,
        "Keep data in files of its own and name them here."
      )
    }
    const bytes = await readBounded(file)
    if (bytes.length > maxFileBytes) return problem("too-large", `the file has more than ${maxFileBytes} bytes`)
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    // UTF-16 of plain letters is valid UTF-8, with a NUL after each
    if (text.includes("\0"))
      return problem("not-utf8", "the file holds NUL characters: it is no UTF-8 text", "Save it as UTF-8.")
    return sourceFile(name, path.dirname(absolute), text)
  } catch (error) {
    return error instanceof TypeError
      ? problem("not-utf8", "the file is not UTF-8 text", "Save it as UTF-8.")
      : fromSystem(error)
  } finally {
    await file.close()
  }
}

export const isSource = (value: SourceFile | ReadProblem): value is SourceFile => "text" in value
