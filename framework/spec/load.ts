/** `load`: an experiment file to a typed value, or every problem of it at once. */
import { Effect, Result, SchemaParser } from "effect"
import { readBlocks } from "./axes.ts"
import { composeFiles } from "./compose.ts"
import { ConditionReader, type Conditions } from "./conditions.ts"
import { type CellSettings, finishSpec } from "./ExperimentSpec.ts"
import { flatten, type Problem } from "./flatten.ts"
import { type Environment, interpolate } from "./interpolate.ts"
import type { Json } from "./Json.ts"
import { LoadedSpec } from "./LoadedSpec.ts"
import { applyOverrides } from "./override.ts"
import { parseOptions } from "./parse-options.ts"
import { cellSections, type DecodedSpec, SpecSchema } from "./schema/SpecSchema.ts"
import { decodeSection } from "./sections.ts"
import { issueAtPlace } from "./SourceFile.ts"
import { SpecError, type SpecIssue } from "./SpecError.ts"
import { childOf, mapNode, nodeAt, placeAt, type SpecNode } from "./SpecNode.ts"
import { showPath } from "./SpecPath.ts"
import { toPlain } from "./to-plain.ts"

export interface LoadOptions {
  /** folder that a relative file name starts from; the process's own unless given */
  readonly cwd?: string
  readonly environment?: Environment
}

const decodeSpec = SchemaParser.decodeUnknownResult(SpecSchema, parseOptions)

/** Top-level keys that begin with `x-` hold anchors and nothing else. */
const withoutExtensions = (root: SpecNode): SpecNode =>
  root.kind === "map" ? mapNode(root.place, new Map([...root.entries].filter(([key]) => !key.startsWith("x-")))) : root

interface Read {
  readonly problems: ReadonlyArray<Problem>
  readonly loaded: Omit<ConstructorParameters<typeof LoadedSpec>[0], "file" | "root"> | null
}

const read = (root: SpecNode): Read => {
  const plain = toPlain(root, []) as { readonly [key: string]: Json }
  const decoded = decodeSpec(plain)
  const problems: Array<Problem> = Result.isFailure(decoded) ? [...flatten(decoded.failure, [], root)] : []
  // rules between fields, for each section that is whole by itself
  for (const section of cellSections) {
    if (problems.some(({ path }) => path[0] === section)) continue
    const result = decodeSection(section, plain[section], childOf(root, section))
    if (!result.ok) problems.push(...result.problems)
  }
  const { blocks, problems: gridProblems } = readBlocks(childOf(root, "grid"))
  const conditions = new ConditionReader()
  const readAt = (path: ReadonlyArray<string>): Conditions | null => {
    const node = nodeAt(root, path)
    return node?.kind === "map" ? conditions.read(node, path) : null
  }
  const baseline = { matched: readAt(["baseline", "matched"]), reference: readAt(["baseline", "reference"]) }
  const claims = childOf(root, "claims")
  const claimed = new Map<string, Conditions>()
  if (claims?.kind === "map")
    for (const name of claims.entries.keys()) claimed.set(name, readAt(["claims", name, "at"]) ?? [])
  problems.push(...gridProblems, ...conditions.problems)
  if (problems.length > 0 || Result.isFailure(decoded)) return { problems, loaded: null }
  const spec = finishSpec(decoded.success as DecodedSpec)
  const base = Object.fromEntries(cellSections.map((section) => [section, spec[section]])) as unknown as CellSettings
  return { problems, loaded: { spec, base, blocks, baseline, claimed } }
}

/** File by file, top to bottom; what stood on the command line comes last. */
const inOrder = (issues: ReadonlyArray<SpecIssue>, file: string): ReadonlyArray<SpecIssue> => {
  const rank = (issue: SpecIssue): number => (issue.file === file ? 0 : issue.file === "--set" ? 2 : 1)
  const seen = new Set<string>()
  return issues
    .filter((issue) => {
      const key = JSON.stringify([issue.file, issue.line, issue.column, issue.code, issue.message, issue.sourceLine])
      return !seen.has(key) && seen.add(key)
    })
    .sort(
      (a, b) =>
        rank(a) - rank(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column
    )
}

export const specErrorOf = (file: string, issues: ReadonlyArray<SpecIssue>): SpecError =>
  new SpecError({ file, issues: inOrder(issues, file) as readonly [SpecIssue, ...Array<SpecIssue>] })

/**
 * Reads, composes and decodes an experiment file.
 * @param file path of the YAML file   @param overrides `path=value` texts, as given by `--set`; a later one wins
 * @returns the typed spec, with the place of every value
 * Fails with `SpecError`, which holds every problem found, located in the file that has it.
 */
export const load = Effect.fnUntraced(function* (
  file: string,
  overrides: ReadonlyArray<string> = [],
  options: LoadOptions = {}
): Effect.fn.Return<LoadedSpec, SpecError> {
  const cwd = options.cwd ?? process.cwd()
  const composed = yield* Effect.promise(() => composeFiles(file, cwd))
  if (composed.root === null) return yield* specErrorOf(file, composed.issues)
  const overridden = applyOverrides(composed.root, overrides, cwd)
  const resolved = interpolate(overridden.root, options.environment ?? process.env)
  const root = withoutExtensions(resolved.root)
  if (root.kind !== "map")
    return yield* specErrorOf(file, [...composed.issues, ...overridden.issues, ...resolved.issues])
  const result = read(root)
  const located = result.problems.map((problem) =>
    issueAtPlace(
      placeAt(root, problem.path, problem.at),
      showPath(problem.path),
      problem.code,
      problem.message,
      problem.suggestion
    )
  )
  const issues = [...composed.issues, ...overridden.issues, ...resolved.issues, ...located]
  if (issues.length > 0 || result.loaded === null) return yield* specErrorOf(file, issues)
  return new LoadedSpec({ ...result.loaded, file, root }, resolved.secrets)
})
