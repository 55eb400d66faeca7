/** YAML text to a `SpecNode` tree. Nothing is evaluated, nothing recurses deeper than `maxDepth`. */
import { Composer, type Document, type ParsedNode, Parser } from "yaml"
import { isAlias, isMap, isScalar, isSeq } from "yaml"
import { maxDepth, maxNodes } from "./bounds.ts"
import { didYouMean } from "./did-you-mean.ts"
import { issueAtPlace, type Place, type SourceFile } from "./SourceFile.ts"
import type { SpecIssue, SpecIssueCode } from "./SpecError.ts"
import { listNode, mapNode, scalarNode, type SpecEntry, type SpecNode } from "./SpecNode.ts"
import { showPath, type SpecPath } from "./SpecPath.ts"
import { tooDeepAt } from "./yaml-depth.ts"

export interface ParsedYaml {
  /** null where the text holds no value at all, or none that can be read */
  readonly root: SpecNode | null
  readonly issues: ReadonlyArray<SpecIssue>
}

const maxSyntaxIssues = 20
const plainTags = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`)
)
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"])

/** Builds nodes in document order; collects what is wrong and carries on where it can. */
class Builder {
  readonly issues: Array<SpecIssue> = []
  private readonly anchors = new Map<string, SpecNode>()
  private built = 0
  private readonly source: SourceFile
  constructor(source: SourceFile) {
    this.source = source
  }

  private place(start: number, end: number): Place {
    return { source: this.source, start, end: Math.max(start, end) }
  }

  private report(
    place: Place,
    path: SpecPath,
    code: SpecIssueCode,
    message: string,
    suggestion: string | null = null
  ): void {
    this.issues.push(issueAtPlace(place, showPath(path), code, message, suggestion))
  }

  private broken(place: Place): SpecNode {
    return scalarNode(place, null, "", { broken: true })
  }

  /** Whether more would be built than a file may hold; said once. */
  private isOverBudget(place: Place, path: SpecPath, more: number): boolean {
    const before = this.built
    this.built += more
    if (this.built <= maxNodes) return false
    if (before <= maxNodes) {
      this.report(
        place,
        path,
        "too-many-values",
        `the file holds more than ${maxNodes} values, aliases written out`,
        "Keep data in files of its own and name them here."
      )
    }
    return true
  }

  build(node: unknown, path: SpecPath, fallback: Place): SpecNode {
    if (isAlias(node)) return this.alias(node.source, this.place(node.range![0], node.range![1]), path)
    const parsed = node as ParsedNode | null
    if (parsed === null || parsed === undefined) return scalarNode(this.place(fallback.end, fallback.end), null, "")
    const place = this.place(parsed.range[0], parsed.range[1])
    if (this.isOverBudget(place, path, 1)) return this.broken(place)
    if (parsed.tag !== undefined && !plainTags.has(parsed.tag) && parsed.tag !== "!") {
      this.report(place, path, "yaml-syntax", "tags have no meaning here", "Remove the tag.")
      return this.broken(place)
    }
    const built = isMap(parsed)
      ? this.map(parsed.items, place, path)
      : isSeq(parsed)
        ? listNode(
            place,
            parsed.items.map((item, i) => this.build(item, [...path, i], place))
          )
        : this.scalar(parsed, place, path)
    const anchor = (parsed as { readonly anchor?: string }).anchor
    if (anchor !== undefined) this.anchors.set(anchor, built)
    return built
  }

  private scalar(node: unknown, place: Place, path: SpecPath): SpecNode {
    if (!isScalar(node)) return this.broken(place)
    const value = node.value
    const plain = node.type === "PLAIN" || node.type === undefined
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return scalarNode(place, value, plain ? (node.source ?? "") : String(value), { plain })
    }
    this.report(place, path, "wrong-type", "expected text, a number, true, false or null")
    return this.broken(place)
  }

  private alias(name: string, place: Place, path: SpecPath): SpecNode {
    const target = this.anchors.get(name)
    if (target === undefined) {
      this.report(
        place,
        path,
        "yaml-syntax",
        `no anchor \`&${name.slice(0, 80)}\` stands before this alias`,
        didYouMean(name, [...this.anchors.keys()])
      )
      return this.broken(place)
    }
    if (path.length + target.depth > maxDepth) {
      this.report(place, path, "too-deep", `values are nested more than ${maxDepth} levels deep through aliases`)
      return this.broken(place)
    }
    return this.isOverBudget(place, path, target.size) ? this.broken(place) : target
  }

  private map(
    items: ReadonlyArray<{ readonly key: unknown; readonly value?: unknown }>,
    place: Place,
    path: SpecPath
  ): SpecNode {
    const entries = new Map<string, SpecEntry>()
    const merged: Array<{ readonly node: SpecNode; readonly at: Place }> = []
    for (const item of items) {
      const key = item.key
      if (
        !isScalar(key) ||
        key.range === undefined ||
        key.range === null ||
        (typeof key.value === "object" && key.value !== null)
      ) {
        const range = (key as { readonly range?: readonly [number, number, number] | null } | null)?.range
        this.report(range ? this.place(range[0], range[1]) : place, path, "wrong-type", "expected a key of plain text")
        continue
      }
      const keyPlace = this.place(key.range[0], key.range[1])
      const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value))
      const isMerge = name === "<<" && key.type === "PLAIN"
      if (forbiddenKeys.has(name))
        this.report(keyPlace, [...path, name], "forbidden-key", `\`${name}\` cannot be a key`, "Rename it.")
      else if (entries.has(name)) {
        this.report(
          keyPlace,
          [...path, name],
          "duplicate-key",
          `the key \`${name.slice(0, 100)}\` stands twice in one map`,
          "Remove one of the two."
        )
      } else {
        const value = this.build(item.value, isMerge ? path : [...path, name], keyPlace)
        if (isMerge) merged.push({ node: value, at: keyPlace })
        else entries.set(name, { key: keyPlace, value })
      }
    }
    for (const { at, node } of merged) this.mergeInto(entries, node, at, path)
    return mapNode(place, entries)
  }

  /** `<<: *anchor` or `<<: [*a, *b]`: keys written here win, then the earlier of the list. */
  private mergeInto(entries: Map<string, SpecEntry>, node: SpecNode, at: Place, path: SpecPath): void {
    for (const from of node.kind === "list" ? node.items : [node]) {
      if (from.kind !== "map") {
        if (from.kind !== "scalar" || !from.broken)
          this.report(at, path, "wrong-type", "expected a map, or a list of maps, after `<<`")
        continue
      }
      if (this.isOverBudget(at, path, from.entries.size)) return
      for (const [key, entry] of from.entries) if (!entries.has(key)) entries.set(key, entry)
    }
  }
}

const syntaxMessage = (message: string): string => {
  const [first = ""] = message.split("\n")
  return first.length > 200
    ? `${first.slice(0, 200)}…`
    : first.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}

/** `text` may differ from the source's where only a part of it is YAML; offsets must agree. */
export const parseYaml = (source: SourceFile, text: string = source.text): ParsedYaml => {
  const at = (start: number, end = start + 1): Place => ({ source, start, end })
  const fail = (place: Place, code: SpecIssueCode, message: string, suggestion: string | null = null): ParsedYaml => ({
    root: null,
    issues: [issueAtPlace(place, "", code, message, suggestion)]
  })

  const tokens = [...new Parser().parse(text)]
  const deep = tooDeepAt(tokens)
  if (deep !== null) return fail(at(deep), "too-deep", `values are nested more than ${maxDepth} levels deep`)
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent"
  })
  const documents = [...composer.compose(tokens, true, text.length)] as ReadonlyArray<Document.Parsed>
  const faults = documents.flatMap((document) => [...document.errors, ...document.warnings])
  if (faults.length > 0) {
    return {
      root: null,
      issues: faults
        .slice(0, maxSyntaxIssues)
        .map((fault) =>
          issueAtPlace(
            at(fault.pos[0], Math.max(fault.pos[1], fault.pos[0] + 1)),
            "",
            "yaml-syntax",
            syntaxMessage(fault.message)
          )
        )
    }
  }
  const [document, second] = documents
  if (document === undefined) return { root: null, issues: [] }
  if (second !== undefined)
    return fail(
      at(second.range?.[0] ?? 0),
      "yaml-syntax",
      "expected one document, found a second one",
      "Make it a file of its own."
    )
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
    return fail(at(0, 5), "yaml-syntax", "expected YAML 1.2", "Remove the `%YAML` line.")
  }
  const contents = document.contents
  if (contents === null || (isScalar(contents) && contents.value === null && (contents.source ?? "") === ""))
    return { root: null, issues: [] }
  const builder = new Builder(source)
  const root = builder.build(contents, [], at(0, 0))
  return { root, issues: builder.issues }
}
