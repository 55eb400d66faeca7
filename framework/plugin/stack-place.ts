/** Finds where in a plugin's own source an error was thrown, from its stack and the bundle's source map. */
import { readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

export interface Place { readonly file: string; readonly line: number; readonly column: number; readonly source: string | null }

/** The map lies beside the bundle (`bundle-plugin.ts`). */
const mapOf = (bundle: string): SourceMap | null => {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")))
  } catch {
    return null
  }
}

/**
 * The innermost frame that lies in `bundle`, as a place in the plugin's source, or null if there is none.
 * @param sourceFolder folder that the bundle's sources are relative to
 */
export const placeInPlugin = (error: unknown, bundle: string, sourceFolder: string): Place | null => {
  if (!(error instanceof Error) || error.stack === undefined) return null
  for (const frame of error.stack.split("\n")) {
    const match = /((?:file:\/\/)?\/[^\s()]+?)(?:\?[^:\s()]*)?:(\d+):(\d+)\)?$/.exec(frame)
    if (match === null) continue
    const path = match[1]!.startsWith("file:") ? fileURLToPath(match[1]!) : match[1]!
    if (path !== bundle) continue
    const entry = mapOf(bundle)?.findEntry(Number(match[2]) - 1, Number(match[3]) - 1)
    if (entry === undefined || !("originalSource" in entry)) return null
    const file = resolve(sourceFolder, entry.originalSource)
    const source = readLine(file, entry.originalLine)
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1, source }
  }
  return null
}

const readLine = (file: string, line: number): string | null => {
  try {
    return readFileSync(file, "utf8").split("\n")[line] ?? null
  } catch {
    return null
  }
}
