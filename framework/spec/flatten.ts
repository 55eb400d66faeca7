/** Effect's tree of schema issues to a flat list of problems, each with its path, code and text. */
import { SchemaAST, SchemaIssue } from "effect"
import { didYouMean } from "./did-you-mean.ts"
import { fieldPaths } from "./fields.ts"
import type { SpecIssueCode } from "./SpecError.ts"
import { childOf, type SpecNode } from "./SpecNode.ts"
import { showPath, type SpecPath } from "./SpecPath.ts"

export interface Problem {
  readonly path: SpecPath
  /** what to point at: the key, for one that should not be there */
  readonly at: "key" | "value"
  readonly code: SpecIssueCode
  readonly message: string
  readonly suggestion: string | null
}

const literals = (ast: SchemaAST.AST): ReadonlyArray<string> =>
  SchemaAST.isUnion(ast) ? ast.types.flatMap(literals) : SchemaAST.isLiteral(ast) ? [String(ast.literal)] : []

const keysOf = (ast: SchemaAST.AST): ReadonlyArray<string> =>
  SchemaAST.isObjects(ast)
    ? ast.propertySignatures.map((property) => String(property.name))
    : SchemaAST.isUnion(ast)
      ? [...new Set(ast.types.flatMap(keysOf))]
      : []

/** "`a`, `b` or `c`" */
const quoted = (words: ReadonlyArray<string>, last: "or" | "and" = "or"): string => {
  const marked = words.map((word) => `\`${word}\``)
  return marked.length <= 1 ? marked.join("") : `${marked.slice(0, -1).join(", ")} ${last} ${marked.at(-1)}`
}

const isWhole = (ast: SchemaAST.AST): boolean =>
  ast.checks?.some((check) => check.annotations?.["expected"] === "an integer") ?? false

const describe = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (SchemaAST.isUnion(ast)) return [...new Set(ast.types.flatMap(describe))]
  if (SchemaAST.isLiteral(ast)) return [`\`${String(ast.literal)}\``]
  if (SchemaAST.isString(ast)) {
    const expected = ast.checks
      ?.map((check) => check.annotations?.["expected"])
      .find((text) => typeof text === "string")
    return [typeof expected === "string" && ast.checks?.length === 1 ? expected : "text"]
  }
  if (SchemaAST.isNumber(ast)) return [isWhole(ast) ? "a whole number" : "a number"]
  if (SchemaAST.isBoolean(ast)) return ["`true` or `false`"]
  if (SchemaAST.isNull(ast)) return ["null"]
  if (SchemaAST.isArrays(ast)) return ["a list"]
  if (SchemaAST.isObjects(ast))
    return [ast.propertySignatures.length > 0 ? `a map with ${quoted(requiredKeys(ast), "and")}` : "a map"]
  return ["a value that JSON can hold"]
}

const requiredKeys = (ast: SchemaAST.Objects): ReadonlyArray<string> => {
  const required = ast.propertySignatures
    .filter((property) => property.type.encoding === undefined)
    .map((property) => String(property.name))
  return required.length > 0 ? required : ast.propertySignatures.map((property) => String(property.name)).slice(0, 3)
}

/** As `describe`, in one phrase. */
const expectation = (ast: SchemaAST.AST): string => {
  const words = describe(ast)
  if (words.length <= 1) return words.join("")
  if (!words.every((word) => word.startsWith("a map with ")))
    return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
  return words.map((word, i) => (i === 0 ? word : word.replace("a map", "or"))).join(", ")
}

/** `{ model: x }` where `x` stood alone. */
const asMap = (ast: SchemaAST.AST, node: SpecNode | undefined): string | null => {
  if (node?.kind !== "scalar" || typeof node.value !== "string" || node.secret || node.value.length > 60) return null
  const map = SchemaAST.isUnion(ast) ? ast.types.find(SchemaAST.isObjects) : undefined
  const [key, ...others] = map === undefined ? [] : requiredKeys(map)
  return key === undefined || others.length > 0 ? null : `Write \`{ ${key}: ${node.value} }\`.`
}

const found = (node: SpecNode | undefined): string => {
  if (node === undefined) return "nothing"
  if (node.kind === "map") return node.entries.size === 0 ? "an empty map" : "a map"
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list"
  if (node.secret) return "a secret"
  if (node.value === null) return "null"
  const text = node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text
  return typeof node.value === "string" && !node.plain ? `the text \`${text}\`` : `\`${text}\``
}

const filterMessage = (issue: SchemaIssue.Filter): string => {
  const expected = issue.filter.annotations?.["expected"]
  const own =
    typeof issue.filter.annotations?.["message"] === "string" ? issue.filter.annotations["message"] : undefined
  if (own !== undefined) return own
  const text =
    typeof expected === "string"
      ? expected.replace(/^a value /, "a number ").replace("an integer", "a whole number")
      : "another value"
  return `expected ${text}`
}

/** `x`, for a key that the same map's neighbours know. */
const elsewhere = (key: string, path: SpecPath): string | null => {
  const places = fieldPaths().filter((known) => known.split(".").at(-1) === key && known !== showPath(path))
  return places.length === 1 ? `\`${key}\` belongs at \`${places[0]}\`.` : null
}

const unknownKey = (ast: SchemaAST.AST, path: SpecPath): Problem => {
  const key = String(path.at(-1))
  const known = path.length === 1 ? [...keysOf(ast), "extends"] : keysOf(ast)
  return {
    path,
    at: "key",
    code: "unknown-key",
    message: `unexpected key \`${key.slice(0, 100)}\`, expected ${known.length <= 8 ? quoted(known) : `one of ${known.map((name) => `\`${name}\``).join(", ")}`}`,
    suggestion: didYouMean(key, known) ?? elsewhere(key, path)
  }
}

/** Which member of a union was meant, by the keys that are there. */
const flattenUnion = (issue: SchemaIssue.AnyOf, path: SpecPath, node: SpecNode | undefined): ReadonlyArray<Problem> => {
  const members = (issue.ast as SchemaAST.AST as SchemaAST.Union).types
  const maps = members.filter((member) => SchemaAST.isObjects(member) && member.propertySignatures.length > 0)
  if (node?.kind === "map" && maps.length > 0) {
    const keys = [...node.entries.keys()]
    const shared = maps.map((member) => keysOf(member).filter((key) => keys.includes(key)).length)
    const best = Math.max(...shared)
    if (best === 0 && keys.length > 0) {
      const all = [...new Set(maps.flatMap(keysOf))]
      return keys.map((key) => ({
        path: [...path, key],
        at: "key" as const,
        code: "unknown-key" as const,
        message: `unexpected key \`${key.slice(0, 100)}\`, expected ${quoted(all)}`,
        suggestion: didYouMean(key, all)
      }))
    }
    const meant = maps[shared.indexOf(best)]
    const inner = issue.issues.filter(
      (member) => "ast" in member && (member as { readonly ast: unknown }).ast === meant
    )
    if (inner.length > 0) return inner.flatMap((member) => flatten(member, path, node))
  }
  if (issue.issues.length === 1) return flatten(issue.issues[0]!, path, node)
  // the member that read the value furthest says most: a number out of range rather than "not a list"
  const deep = issue.issues.filter((member) => member._tag === "Composite" || member._tag === "Filter")
  if (deep.length === 1) return flatten(deep[0]!, path, node)
  const words = literals(issue.ast)
  const given = node?.kind === "scalar" && typeof node.value === "string" ? node.value : ""
  return [
    {
      path,
      at: "value",
      code: words.length > 0 && node?.kind === "scalar" ? "unknown-value" : "wrong-type",
      message: `expected ${expectation(issue.ast)}, found ${found(node)}`,
      suggestion: node?.kind === "scalar" && node.secret ? null : (didYouMean(given, words) ?? asMap(issue.ast, node))
    }
  ]
}

const isBroken = (node: SpecNode | undefined): boolean => node?.kind === "scalar" && node.broken

/** @param node what stands at `path`; values shown come from it, so that secrets are not */
export const flatten = (
  issue: SchemaIssue.Issue,
  path: SpecPath,
  node: SpecNode | undefined
): ReadonlyArray<Problem> => {
  if (isBroken(node)) return []
  switch (issue._tag) {
    case "Pointer": {
      const keys = issue.path as SpecPath
      const inner = keys.reduce<SpecNode | undefined>(
        (at, key) => (at === undefined ? undefined : childOf(at, key)),
        node
      )
      return flatten(issue.issue, [...path, ...keys], inner)
    }
    case "Encoding":
      return flatten(issue.issue, path, node)
    case "Composite":
      return issue.issues.flatMap((inner) => flatten(inner, path, node))
    case "AnyOf":
      return flattenUnion(issue, path, node)
    case "Filter":
      return issue.issue._tag === "InvalidValue" || issue.issue._tag === "InvalidType"
        ? [
            {
              path,
              at: "value",
              code: "out-of-range",
              message: `${filterMessage(issue)}, found ${found(node)}`,
              suggestion: null
            }
          ]
        : flatten(issue.issue, path, node)
    case "MissingKey":
      return [
        {
          path,
          at: "value",
          code: "missing-key",
          message: `the key \`${String(path.at(-1))}\` is missing`,
          suggestion: null
        }
      ]
    case "UnexpectedKey":
      return [unknownKey(issue.ast, path)]
    case "InvalidType": {
      const words = literals(issue.ast)
      return [
        {
          path,
          at: "value",
          code: words.length > 0 && node?.kind === "scalar" ? "unknown-value" : "wrong-type",
          message: `expected ${expectation(issue.ast)}, found ${found(node)}`,
          suggestion:
            node?.kind === "scalar" && typeof node.value === "string" && !node.secret
              ? didYouMean(node.value, words)
              : null
        }
      ]
    }
    default:
      return [
        {
          path,
          at: "value",
          code: "wrong-type",
          message: `this value is not allowed here, found ${found(node)}`,
          suggestion: null
        }
      ]
  }
}
