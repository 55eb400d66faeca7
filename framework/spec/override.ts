/** `--set path=value`: values of the command line, laid over the composed file. */
import { makeRoom } from "./alternatives.ts"
import { parseYaml } from "./parse-yaml.ts"
import { issueAtPlace, type Place, sourceFile } from "./SourceFile.ts"
import type { SpecIssue, SpecIssueCode } from "./SpecError.ts"
import { nodeAt, scalarNode, setNode, type SpecNode } from "./SpecNode.ts"
import { parsePath, showPath } from "./SpecPath.ts"

export const overrideSource = "--set"

const applyOne = (root: SpecNode, override: string, cwd: string, issues: Array<SpecIssue>): SpecNode => {
  const source = sourceFile(overrideSource, cwd, override)
  const place = (start: number, end: number): Place => ({ source, start, end })
  const fail = (at: Place, code: SpecIssueCode, message: string, suggestion: string | null = null): SpecNode => {
    issues.push(issueAtPlace(at, "", code, message, suggestion))
    return root
  }
  const equals = override.indexOf("=")
  if (equals < 1)
    return fail(
      place(0, override.length),
      "bad-override",
      "expected `path=value`",
      "For example `--set train.steps=100`."
    )
  const key = place(0, equals)
  const pathText = override.slice(0, equals).trim()
  const path = parsePath(pathText)
  if (path.some((segment) => segment === ""))
    return fail(key, "bad-override", "expected field names joined by dots", "For example `--set train.steps=100`.")
  if (path.length > 32) return fail(key, "too-deep", "the path has more than 32 parts")
  if (path.some((segment) => ["__proto__", "constructor", "prototype"].includes(String(segment))))
    return fail(key, "forbidden-key", "this path cannot be set")
  if (path[0] === "extends")
    return fail(key, "bad-override", "`extends` cannot be set", "Write a file that extends both.")
  // the value keeps its offsets: what stands before it is blanked
  const parsed = parseYaml(source, " ".repeat(equals + 1) + override.slice(equals + 1))
  issues.push(...parsed.issues)
  if (parsed.root === null && parsed.issues.length > 0) return root
  const value = parsed.root ?? scalarNode(place(equals + 1, equals + 1), null, "")
  const next = setNode(makeRoom(root, [{ path, node: value }]), path, value, key)
  if (next !== null) return next
  const list = path.slice(
    0,
    path.findIndex((_, i) => nodeAt(root, path.slice(0, i + 1)) === undefined)
  )
  return fail(
    key,
    "bad-override",
    `\`${showPath(list)}\` is a list: expected the index of one of its values, or the next`
  )
}

/** Overrides in order; a later one wins. */
export const applyOverrides = (
  root: SpecNode,
  overrides: ReadonlyArray<string>,
  cwd: string
): { readonly root: SpecNode; readonly issues: ReadonlyArray<SpecIssue> } => {
  const issues: Array<SpecIssue> = []
  return { root: overrides.reduce((node, override) => applyOne(node, override, cwd, issues), root), issues }
}
