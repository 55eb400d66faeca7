/** A secret may stand where nothing records it: in `tracking.uri`, and in `x-` keys, which are dropped. */
import { issueAtPlace } from "./SourceFile.ts"
import type { SpecIssue } from "./SpecError.ts"
import type { SpecNode } from "./SpecNode.ts"
import { type SpecPath, showPath } from "./SpecPath.ts"

const isAllowed = (path: SpecPath): boolean =>
  String(path[0]).startsWith("x-") || (path.length === 2 && path[0] === "tracking" && path[1] === "uri")

/** @param root the spec with its references written out */
export const misplacedSecrets = (root: SpecNode): ReadonlyArray<SpecIssue> => {
  const issues: Array<SpecIssue> = []
  const walk = (node: SpecNode, path: SpecPath): void => {
    if (node.kind === "map") {
      for (const [key, { value }] of node.entries) walk(value, [...path, key])
    } else if (node.kind === "list") {
      for (const [i, item] of node.items.entries()) walk(item, [...path, i])
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
