/**
 * `${path.to.field}`, `${env:NAME}` and `${env-public:NAME}` in values. A reference that is all of a value takes the
 * field as it is, map or list too; inside text it takes a single value. `$${` is the text `${`.
 * References see the composed spec, overrides included, as written: not its defaults.
 */
import { maxDepth, maxNodes } from "./bounds.ts"
import { didYouMean } from "./did-you-mean.ts"
import { misplacedSecrets } from "./misplaced-secrets.ts"
import { issueAtPlace } from "./SourceFile.ts"
import type { SpecIssue, SpecIssueCode } from "./SpecError.ts"
import {
  childOf,
  listNode,
  mapNode,
  nodeAt,
  scalarNode,
  type SpecEntry,
  type SpecNode,
  type SpecScalar
} from "./SpecNode.ts"
import { parsePath, type SpecPath, showPath } from "./SpecPath.ts"
import { writtenPaths } from "./written-paths.ts"

export type Environment = Readonly<Record<string, string | undefined>>

const maxText = 64 * 1024
const maxChain = 64
const pattern = /\$\$\{|\$\{([^{}]*)\}|\$\{/g

/** A number, boolean or null where YAML would read one, else text. */
const readScalar = (text: string): SpecScalar["value"] =>
  text === "null" || text === "~"
    ? null
    : text === "true"
      ? true
      : text === "false"
        ? false
        : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
          ? Number(text)
          : text

class Interpolator {
  readonly issues: Array<SpecIssue> = []
  readonly secrets = new Set<string>()
  private readonly root: SpecNode
  private readonly environment: Environment
  private readonly done = new Map<SpecNode, SpecNode>()
  private readonly open = new Set<SpecNode>()
  private chain = 0
  constructor(root: SpecNode, environment: Environment) {
    this.root = root
    this.environment = environment
  }

  private fail(
    node: SpecNode,
    path: SpecPath,
    code: SpecIssueCode,
    message: string,
    suggestion: string | null = null
  ): SpecScalar {
    this.issues.push(issueAtPlace(node.place, showPath(path), code, message, suggestion))
    return scalarNode(node.place, null, "", { broken: true })
  }

  resolve(node: SpecNode, path: SpecPath): SpecNode {
    const known = this.done.get(node)
    if (known !== undefined) return known
    this.open.add(node)
    let resolved =
      node.kind === "scalar"
        ? this.scalar(node, path)
        : node.kind === "list"
          ? this.list(node.items, node, path)
          : this.map(node.entries, node, path)
    this.open.delete(node)
    if (resolved === node) return this.remember(node, node)
    if (resolved.size > maxNodes)
      resolved = this.fail(
        node,
        path,
        "too-many-values",
        `the spec holds more than ${maxNodes} values once its references are written out`
      )
    else if (resolved.depth > maxDepth)
      resolved = this.fail(
        node,
        path,
        "too-deep",
        `values are nested more than ${maxDepth} levels deep through references`
      )
    return this.remember(node, resolved)
  }

  private remember(node: SpecNode, resolved: SpecNode): SpecNode {
    this.done.set(node, resolved)
    return resolved
  }

  private list(items: ReadonlyArray<SpecNode>, node: SpecNode, path: SpecPath): SpecNode {
    const resolved = items.map((item, i) => this.resolve(item, [...path, i]))
    return resolved.every((item, i) => item === items[i]) ? node : listNode(node.place, resolved)
  }

  private map(entries: ReadonlyMap<string, SpecEntry>, node: SpecNode, path: SpecPath): SpecNode {
    let isSame = true
    const resolved = new Map<string, SpecEntry>()
    for (const [key, entry] of entries) {
      const value = this.resolve(entry.value, [...path, key])
      isSame &&= value === entry.value
      resolved.set(key, { key: entry.key, value })
    }
    return isSame ? node : mapNode(node.place, resolved)
  }

  private scalar(node: SpecScalar, path: SpecPath): SpecNode {
    if (typeof node.value !== "string" || !node.value.includes("${")) return node
    const whole = /^\$\{([^{}]*)\}$/.exec(node.value)
    if (whole !== null) {
      const target = this.lookup(whole[1]!, node, path)
      // the value stands where the reference does: problems are shown there
      return { ...target, place: node.place }
    }
    let secret = false
    let broken = false
    let value = ""
    let shown = ""
    let at = 0
    for (const match of node.value.matchAll(pattern)) {
      const literal = node.value.slice(at, match.index)
      at = match.index + match[0].length
      const part =
        match[0] === "$${"
          ? scalarNode(node.place, "${", "${")
          : match[1] === undefined
            ? this.fail(node, path, "bad-reference", "`${` is not closed by `}`", "Write `$${` for the text `${`.")
            : this.lookup(match[1], node, path)
      if (part.kind !== "scalar")
        return this.fail(
          node,
          path,
          "bad-reference",
          `\`\${${match[1]}}\` is a ${part.kind}, and cannot stand inside text`,
          "Make the reference the whole value."
        )
      secret ||= part.secret
      broken ||= part.broken
      value += literal + String(part.value ?? "")
      shown += literal + (match[0] === "$${" ? "$${" : part.secret ? part.text : String(part.value ?? ""))
      if (value.length > maxText)
        return this.fail(
          node,
          path,
          "too-large",
          `the text is longer than ${maxText} characters once its references are written out`
        )
    }
    value += node.value.slice(at)
    return scalarNode(node.place, broken ? null : value, secret ? shown + node.value.slice(at) : value, {
      plain: false,
      secret,
      broken
    })
  }

  private lookup(reference: string, node: SpecScalar, path: SpecPath): SpecNode {
    const variable = /^(env|env-public):(.*)$/.exec(reference)
    if (variable !== null) return this.variable(variable[1] === "env", variable[2]!, node, path)
    if (!/^[A-Za-z_][\w.-]*$/.test(reference)) {
      return this.fail(
        node,
        path,
        "bad-reference",
        "expected `${path.to.field}`, `${env:NAME}` or `${env-public:NAME}`",
        "Write `$${` for the text `${`."
      )
    }
    const found = this.find(parsePath(reference))
    if (found === "cycle")
      return this.fail(
        node,
        path,
        "reference-cycle",
        `\`\${${reference}}\` refers back to itself`,
        "Write one of the values out."
      )
    if (found === "chain")
      return this.fail(node, path, "bad-reference", `references follow each other more than ${maxChain} times`)
    return (
      found ??
      this.fail(
        node,
        path,
        "unknown-reference",
        `\`${reference}\` is not written in this spec`,
        didYouMean(reference, writtenPaths(this.root)) ?? "References see written fields, not defaults."
      )
    )
  }

  /** The resolved node at a path, through references on the way. */
  private find(path: SpecPath): SpecNode | "cycle" | "chain" | undefined {
    let node = this.root
    for (let i = 0; i <= path.length; i++) {
      // below a reference everything is resolved already
      if (i === path.length || (node.kind === "scalar" && typeof node.value === "string")) {
        if (this.open.has(node)) return "cycle"
        if (this.chain >= maxChain) return "chain"
        this.chain += 1
        const resolved = this.resolve(node, path.slice(0, i))
        this.chain -= 1
        return nodeAt(resolved, path.slice(i))
      }
      const child = childOf(node, path[i]!)
      if (child === undefined) return undefined
      node = child
    }
    return undefined
  }

  private variable(secret: boolean, name: string, node: SpecScalar, path: SpecPath): SpecScalar {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return this.fail(
        node,
        path,
        "bad-reference",
        "expected the name of an environment variable, e.g. `${env:MLFLOW_TRACKING_URI}`"
      )
    const value = this.environment[name]
    if (value === undefined)
      return this.fail(
        node,
        path,
        "unset-variable",
        `the environment variable \`${name}\` is not set`,
        `Run \`export ${name}=...\` first.`
      )
    if (secret && value !== "") this.secrets.add(value)
    return secret
      ? scalarNode(node.place, value, `\${env:${name}}`, { plain: false, secret: true })
      : scalarNode(node.place, readScalar(value), value, { plain: typeof readScalar(value) !== "string" })
  }
}

export interface Interpolated {
  readonly root: SpecNode
  readonly issues: ReadonlyArray<SpecIssue>
  /** values that must never be shown */
  readonly secrets: ReadonlySet<string>
}

export const interpolate = (root: SpecNode, environment: Environment): Interpolated => {
  const interpolator = new Interpolator(root, environment)
  const resolved = interpolator.resolve(root, [])
  return {
    root: resolved,
    issues: [...interpolator.issues, ...misplacedSecrets(resolved)],
    secrets: interpolator.secrets
  }
}
