/** The pages for people, and what stands in them: code spans, code blocks, links. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"

export const root = join(import.meta.dirname, "../..")

export interface Page {
  /** path from the repository's root */
  readonly file: string
  readonly text: string
}

const markdown = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(".md")).map((name) => join(folder, name))

/** Every page that a person reads: those of docs/, and those beside package.json. */
export const pages: ReadonlyArray<Page> = [...markdown("."), ...markdown("docs")].sort()
  .map((file) => ({ file: relative(root, join(root, file)), text: readFileSync(join(root, file), "utf8") }))

export const page = (file: string): Page => {
  const found = pages.find((candidate) => candidate.file === file)
  if (found === undefined) throw new Error(`there is no ${file}`)
  return found
}

export interface Fence {
  /** what stands behind the three backticks */
  readonly info: string
  readonly body: string
  /** of its first line, from 1 */
  readonly line: number
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length

export const fencesOf = (text: string): ReadonlyArray<Fence> =>
  [...text.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```$/gmu)].map((match) =>
    ({ info: match[1]!.trim(), body: match[2]!, line: lineAt(text, match.index) + 1 }))

/** A page with its code blocks, fenced and indented, emptied line by line: prose and code spans keep their lines. */
const prose = (text: string): string => {
  const emptied = text.replaceAll(/^```[^\n`]*\n[\s\S]*?^```$/gmu, (block) => block.replaceAll(/[^\n]/gu, ""))
  return emptied.replaceAll(/^(?: {4}|\t).*$/gmu, "")
}

export interface Span {
  readonly text: string
  readonly line: number
}

/** Code spans of the running text; one that runs over a line's end is one span. */
export const spansOf = (text: string): ReadonlyArray<Span> => {
  const plain = prose(text)
  return [...plain.matchAll(/(?<!`)`([^`]+)`(?!`)/gu)].map((match) => ({ text: match[1]!.replaceAll(/\s+/gu, " "), line: lineAt(plain, match.index) }))
}

/** Lines of code blocks, fenced and indented. */
export const codeLinesOf = (text: string): ReadonlyArray<Span> => {
  const plain = prose(text).split("\n")
  return text.split("\n").flatMap((line, index) => line !== plain[index] && !line.startsWith("```") ? [{ text: line.trim(), line: index + 1 }] : [])
}

/** Targets of links and images, with the line each stands on. */
export const linksOf = (text: string): ReadonlyArray<Span> => {
  const plain = prose(text)
  return [...plain.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s+(\S+)$/gmu)].map((match) => ({ text: (match[1] ?? match[2])!, line: lineAt(plain, match.index) }))
}

/** Names that a page's headings can be linked by. */
export const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(prose(text).split("\n").flatMap((line) => {
    const heading = /^#{1,6}\s+(.*)$/u.exec(line)?.[1]
    return heading === undefined ? [] : [heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/gu, "-")]
  }))

export const exists = (path: string): boolean => existsSync(join(root, path))
