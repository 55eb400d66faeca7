/** The grid's blocks, typed by the fields their axes name: each value is decoded once, by the field's own Schema. */
import { Result, SchemaParser } from "effect"
import { ConditionReader, type Conditions } from "./conditions.ts"
import { type Field, fieldAt, isCellPath, suggestPath } from "./fields.ts"
import { flatten, type Problem } from "./flatten.ts"
import type { Json } from "./Json.ts"
import { parseOptions } from "./parse-options.ts"
import type { CellSection } from "./schema/SpecSchema.ts"
import { childOf, type SpecMap, type SpecNode } from "./SpecNode.ts"
import type { SpecPath } from "./SpecPath.ts"
import { asWritten, isRatioPath, toPlain } from "./to-plain.ts"

export interface AxisValue {
  readonly axis: string
  /** where it is written */
  readonly at: SpecPath
  readonly node: SpecNode
  readonly plain: Json
  /** by the field's Schema; cells find it in their settings */
  readonly decoded: Json
  /** for tables and charts: numbers as numbers, sets in the order of the sequence */
  readonly shown: Json
}

export interface Axis {
  /** dotted path of the field */
  readonly path: string
  readonly at: SpecPath
  readonly section: CellSection
  readonly field: Field
  readonly values: ReadonlyArray<AxisValue>
}

export interface TypedBlock {
  readonly index: number
  readonly product: ReadonlyArray<Axis>
  /** of equal lengths */
  readonly zip: ReadonlyArray<Axis>
  readonly when: ReadonlyMap<string, Conditions>
  readonly exclude: ReadonlyArray<Conditions>
  readonly only: ReadonlyArray<Conditions>
  readonly role: "cell" | "control"
}

const isPrefix = (short: string, long: string): boolean => long === short || long.startsWith(`${short}.`)

/** Lists of single values are shown as decoded (a set in its order), a ratio as a number, all else as it was written. */
const shownValue = (axis: string, node: SpecNode, decoded: Json): Json =>
  isRatioPath(axis)
    ? Number(decoded)
    : Array.isArray(decoded) && decoded.every((item) => typeof item !== "object")
      ? decoded
      : asWritten(node)

class BlockReader {
  readonly problems: Array<Problem> = []
  private readonly conditions = new ConditionReader()

  private fail(
    path: SpecPath,
    code: Problem["code"],
    message: string,
    suggestion: string | null = null,
    at: "key" | "value" = "value"
  ): void {
    this.problems.push({ path, at, code, message, suggestion })
  }

  private value(field: Field, axis: string, node: SpecNode, at: SpecPath): AxisValue | null {
    const plain = toPlain(node, field.path)
    const result = SchemaParser.decodeUnknownResult(field.schema, parseOptions)(plain)
    if (Result.isFailure(result)) {
      this.problems.push(...flatten(result.failure, at, node))
      return null
    }
    const decoded = result.success as Json
    return { axis, at, node, plain, decoded, shown: shownValue(axis, node, decoded) }
  }

  private axis(path: string, node: SpecNode, at: SpecPath): Axis | null {
    const field = fieldAt(path)
    if (field === null) {
      this.fail(at, "unknown-axis", `\`${path.slice(0, 100)}\` is no field of a spec`, suggestPath(path), "key")
      return null
    }
    if (!isCellPath(path)) {
      this.fail(
        at,
        "axis-not-allowed",
        `\`${path}\` is equal for all cells and cannot be an axis`,
        path.startsWith("seeds") ? "List the seeds in `seeds`: each cell is trained once for each." : null,
        "key"
      )
      return null
    }
    if (node.kind !== "list") return null
    if (node.items.length === 0) {
      this.fail(
        at,
        "empty-axis",
        "expected at least one value, found an empty list",
        "Give values, or remove the axis."
      )
      return null
    }
    const values = node.items.map((item, i) => this.value(field, path, item, [...at, i]))
    return values.some((value) => value === null)
      ? null
      : { path, at, section: field.path[0] as CellSection, field, values: values as ReadonlyArray<AxisValue> }
  }

  private axes(node: SpecNode | undefined, at: SpecPath): ReadonlyArray<Axis> {
    if (node?.kind !== "map") return []
    return [...node.entries]
      .map(([path, { value }]) => this.axis(path, value, [...at, path]))
      .filter((axis) => axis !== null)
  }

  private checkOverlaps(axes: ReadonlyArray<Axis>): void {
    for (const [i, axis] of axes.entries()) {
      const other = axes.slice(0, i).find(({ path }) => isPrefix(path, axis.path) || isPrefix(axis.path, path))
      if (other === undefined) continue
      this.fail(
        axis.at,
        "axis-twice",
        other.path === axis.path
          ? `two axes of this block set \`${axis.path}\``
          : `this axis and \`${other.path}\` set the same field`,
        "Keep one of them, or make two blocks.",
        "key"
      )
    }
  }

  private checkZip(zip: ReadonlyArray<Axis>): void {
    const [first] = zip
    for (const axis of zip) {
      if (axis.values.length === first!.values.length) continue
      this.fail(
        axis.at,
        "zip-lengths",
        `zipped axes have equal lengths: \`${axis.path}\` has ${axis.values.length}, \`${first!.path}\` has ${first!.values.length}`,
        "Give each the same number of values, or use `product`."
      )
    }
  }

  private when(node: SpecNode | undefined, at: SpecPath, axes: ReadonlyArray<Axis>): ReadonlyMap<string, Conditions> {
    const when = new Map<string, Conditions>()
    if (node?.kind !== "map") return when
    for (const [path, entry] of node.entries) {
      const here = [...at, path]
      const conditions = this.conditions.read(entry.value, here)
      if (!axes.some((axis) => axis.path === path)) {
        this.fail(
          here,
          "unknown-axis",
          `\`${path.slice(0, 100)}\` is no axis of this block`,
          `Its axes: ${axes.map((axis) => axis.path).join(", ") || "none"}.`,
          "key"
        )
      }
      when.set(path, conditions)
    }
    for (const path of when.keys()) {
      if (dependsOn(when, path, path, new Set()))
        this.fail([...at, path], "bad-condition", `whether \`${path}\` applies hangs on itself`, null, "key")
    }
    return when
  }

  private conditionList(node: SpecNode | undefined, at: SpecPath): ReadonlyArray<Conditions> {
    return node?.kind === "list" ? node.items.map((item, i) => this.conditions.read(item, [...at, i])) : []
  }

  /** A condition on a map, a part of which is an axis, would have to see through the axis. */
  private checkParts(axes: ReadonlyArray<Axis>, conditions: ReadonlyArray<Conditions>): void {
    for (const term of conditions.flat()) {
      const part = axes.find((axis) => axis.path !== term.path && isPrefix(term.path, axis.path))
      if (part !== undefined)
        this.fail(
          term.at,
          "bad-condition",
          `\`${term.path}\` is changed in part by the axis \`${part.path}\``,
          `Put the condition on \`${part.path}\`.`,
          "key"
        )
    }
  }

  read(node: SpecMap, index: number): TypedBlock {
    const at = ["grid", index]
    const product = this.axes(childOf(node, "product"), [...at, "product"])
    const zip = this.axes(childOf(node, "zip"), [...at, "zip"])
    const axes = [...product, ...zip]
    this.checkOverlaps(axes)
    this.checkZip(zip)
    const when = this.when(childOf(node, "when"), [...at, "when"], axes)
    const exclude = this.conditionList(childOf(node, "exclude"), [...at, "exclude"])
    const only = this.conditionList(childOf(node, "only"), [...at, "only"])
    this.checkParts(axes, [...when.values(), ...exclude, ...only])
    this.problems.push(...this.conditions.problems)
    const role = childOf(node, "role")
    return {
      index,
      product,
      zip,
      when,
      exclude,
      only,
      role: role?.kind === "scalar" && role.value === "control" ? "control" : "cell"
    }
  }
}

/** Whether `path` applies only where something holds that hangs on `target`. */
const dependsOn = (when: ReadonlyMap<string, Conditions>, path: string, target: string, seen: Set<string>): boolean => {
  for (const term of when.get(path) ?? []) {
    if (isPrefix(target, term.path)) return true
    const next = [...when.keys()].find((axis) => isPrefix(axis, term.path))
    if (next === undefined || seen.has(next)) continue
    seen.add(next)
    if (dependsOn(when, next, target, seen)) return true
  }
  return false
}

/** @param grid the node of `grid`; blocks whose shape is wrong are left to the Schema */
export const readBlocks = (
  grid: SpecNode | undefined
): { readonly blocks: ReadonlyArray<TypedBlock>; readonly problems: ReadonlyArray<Problem> } => {
  if (grid?.kind !== "list") return { blocks: [], problems: [] }
  const problems: Array<Problem> = []
  const blocks: Array<TypedBlock> = []
  grid.items.forEach((item, index) => {
    if (item.kind !== "map") return
    const reader = new BlockReader()
    blocks.push(reader.read(item, index))
    problems.push(...reader.problems)
  })
  return { blocks, problems }
}
