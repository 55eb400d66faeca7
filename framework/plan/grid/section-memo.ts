/** Sections of cells: each distinct combination of axis values is decoded once, and shared by all cells that have it. */
import { makeRoom, superseded } from "../../spec/alternatives.ts"
import type { Axis, AxisValue } from "../../spec/axes.ts"
import type { CellSettings } from "../../spec/ExperimentSpec.ts"
import type { Problem } from "../../spec/flatten.ts"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import type { CellSection } from "../../spec/schema/SpecSchema.ts"
import { checkSection } from "../../spec/section-checks.ts"
import { decodeSection, finishSection } from "../../spec/sections.ts"
import { childOf, setNode, type SpecNode } from "../../spec/SpecNode.ts"
import { toPlain } from "../../spec/to-plain.ts"

/** A section as some values make it; `value` is null where it is wrong, and then `problems` says why. */
export interface Section<K extends CellSection = CellSection> {
  readonly value: CellSettings[K] | null
  readonly problems: ReadonlyArray<Problem>
}

/** A copy with one value replaced; what does not lie on the path is shared. */
const replaced = (value: unknown, path: ReadonlyArray<string>, next: unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return next
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? replaced(item, rest, next) : item))
  const record = typeof value === "object" && value !== null ? value : {}
  return { ...record, [key]: replaced((record as Record<string, unknown>)[key], rest, next) }
}

/** Whether the decoded value may be put in place as it is: no default or choice of the section hangs on it. */
const fitsInPlace = (axis: Axis, base: unknown): boolean => {
  if (!axis.field.isPlain || axis.section === "loss" || axis.section === "evaluate") return false
  let at = base
  for (const key of axis.field.path.slice(1, -1)) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return false
    at = (at as Record<string, unknown>)[key]
  }
  return axis.field.path.length > 1 && typeof at === "object" && at !== null && !Array.isArray(at)
}

export class SectionMemo<K extends CellSection> {
  private readonly known = new Map<number, Section<K>>()
  private readonly inPlace: boolean
  private readonly loaded: LoadedSpec
  private readonly section: K
  private readonly axes: ReadonlyArray<Axis>

  /** @param axes the axes of one block that touch the section */
  constructor(loaded: LoadedSpec, section: K, axes: ReadonlyArray<Axis>) {
    this.loaded = loaded
    this.section = section
    this.axes = axes
    this.inPlace = axes.every((axis) => fitsInPlace(axis, loaded.base[section]))
  }

  /** @param indices index of the value on each of `axes`, -1 where the axis does not apply */
  at(indices: ReadonlyArray<number>): Section<K> {
    let key = 0
    for (const [i, axis] of this.axes.entries()) key = key * (axis.values.length + 1) + indices[i]! + 1
    const known = this.known.get(key)
    if (known !== undefined) return known
    const values = this.axes.flatMap((axis, i) => (indices[i]! < 0 ? [] : [axis.values[indices[i]!]!]))
    const made =
      values.length === 0
        ? { value: this.loaded.base[this.section], problems: [] }
        : this.inPlace
          ? this.replace(values)
          : this.decode(values)
    this.known.set(key, made)
    return made
  }

  private replace(values: ReadonlyArray<AxisValue>): Section<K> {
    let value: unknown = this.loaded.base[this.section]
    const set = values
      .filter((axisValue) => axisValue.decoded !== null)
      .map((axisValue) => axisValue.axis.slice(this.section.length + 1))
    for (const key of superseded(this.section, set)) value = replaced(value, [key], null)
    for (const axisValue of values) value = replaced(value, axisValue.axis.split(".").slice(1), axisValue.decoded)
    const finished = finishSection(this.section, value)
    const problems = checkSection(this.section, finished)
    return { value: problems.length > 0 ? null : finished, problems }
  }

  private decode(values: ReadonlyArray<AxisValue>): Section<K> {
    const node = treeWith(this.loaded.root, values)
    const section = childOf(node, this.section)
    const result = decodeSection(
      this.section,
      section === undefined ? undefined : toPlain(section, [this.section]),
      section
    )
    return result.ok ? { value: result.value, problems: [] } : { value: null, problems: result.problems }
  }
}

/** The whole spec with some axis values in place. */
export const treeWith = (root: SpecNode, values: ReadonlyArray<AxisValue>): SpecNode => {
  const set = values.map((value) => ({ path: value.axis.split("."), node: value.node }))
  // setting a field can only fail at an index outside a list
  return set.reduce<SpecNode>(
    (tree, { node, path }) => setNode(tree, path, node, node.place) ?? tree,
    makeRoom(root, set)
  )
}
