/**
 * A secret may stand where nothing records it: in `tracking.uri`, in `evaluate[].via.apiKey`, and in `x-` keys, which are
 * dropped. A key of a server is nothing but a secret, so there it may not be written out.
 */
import { issueAtPlace } from "./SourceFile.ts"
import type { SpecIssue } from "./SpecError.ts"
import type { SpecNode } from "./SpecNode.ts"
import { type SpecPath, showPath } from "./SpecPath.ts"

const isApiKey = (path: SpecPath): boolean =>
  path.length === 4 && path[0] === "evaluate" && path[2] === "via" && path[3] === "apiKey"

/** Also where an axis sets it. */
const namesApiKey = (path: SpecPath): boolean =>
  path.some((key) => String(key).endsWith("via.apiKey")) || (path.at(-1) === "apiKey" && path.at(-2) === "via")

const isAllowed = (path: SpecPath): boolean =>
  String(path[0]).startsWith("x-") || (path.length === 2 && path[0] === "tracking" && path[1] === "uri") || isApiKey(path)

/** @param root the spec with its references written out */
export const misplacedSecrets = (root: SpecNode): ReadonlyArray<SpecIssue> => {
  const issues: Array<SpecIssue> = []
  const walk = (node: SpecNode, path: SpecPath): void => {
    if (node.kind === "map") {
      for (const [key, { value }] of node.entries) walk(value, [...path, key])
    } else if (node.kind === "list") {
      for (const [i, item] of node.items.entries()) walk(item, [...path, i])
    } else if (!node.secret && !node.broken && typeof node.value === "string" && namesApiKey(path)) {
      const issue = issueAtPlace(node.place, showPath(path), "secret-written-out",
        "a key stands here for everybody who sees this file", "Write `${env:NAME}`, and `export NAME=...` before a run.")
      issues.push({ ...issue, sourceLine: null })
    } else if (node.secret && !isAllowed(path)) {
      issues.push(
        issueAtPlace(
          node.place,
          showPath(path),
          "secret-not-allowed",
          "`${env:NAME}` is a secret, and this field is recorded with the results",
          "Use `${env-public:NAME}` if the value may be seen."
        )
      )
    }
  }
  walk(root, [])
  return issues
}
