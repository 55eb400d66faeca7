/** What each cell is compared with: the one cell that agrees on all other axes and meets the baseline's conditions. */
import type { Conditions } from "../../spec/conditions.ts"
import { readJson } from "../../spec/Json.ts"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { remembered } from "../../spec/remembered.ts"
import type { SpecIssue } from "../../spec/SpecError.ts"
import type { CellSettings } from "../../spec/ExperimentSpec.ts"
import type { Point } from "./cells.ts"

/** Whether conditions hold, found once for each distinct section object. */
export const cachedHolds = (conditions: Conditions): ((settings: CellSettings) => boolean) => {
  const terms = conditions.map((term) => {
    const [section, ...inner] = term.path.split(".")
    return { section: section as keyof CellSettings, inner, holds: term.holds, known: new Map<unknown, boolean>() }
  })
  return (settings) =>
    terms.every((term) => {
      const value = settings[term.section]
      return remembered(term.known, value, () => term.holds(readJson(value, term.inner)))
    })
}

const overlaps = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)

export interface Resolved {
  /** index of the baseline's cell, for each cell; null for a control without one */
  readonly indices: ReadonlyArray<number | null>
  readonly issue: SpecIssue | null
}

export const resolveBaseline = (
  loaded: LoadedSpec,
  kind: "matched" | "reference",
  points: ReadonlyArray<Point>,
  axisPaths: ReadonlyArray<string>
): Resolved => {
  const conditions = loaded.baseline[kind]
  if (conditions === null) return { indices: points.map(() => null), issue: null }
  const conditional = new Set(loaded.blocks.flatMap((block) => [...block.when.keys()]))
  // an axis that the baseline names may differ; one that only sometimes applies may be missing over there
  const fixed = axisPaths.flatMap((path, i) =>
    conditions.some((term) => overlaps(term.path, path)) || conditional.has(path) ? [] : [i]
  )
  const loose = axisPaths.flatMap((path, i) =>
    conditional.has(path) && !conditions.some((term) => overlaps(term.path, path)) ? [i] : []
  )
  const keyOf = (point: Point): string => fixed.map((i) => point.ids[i]).join(",")
  const holds = cachedHolds(conditions)
  const candidates = new Map<string, Array<number>>()
  for (const [index, point] of points.entries()) {
    if (!holds(point.settings)) continue
    const key = keyOf(point)
    const group = candidates.get(key)
    if (group === undefined) candidates.set(key, [index])
    else group.push(index)
  }
  const applies = (point: Point, axis: number): boolean => point.values.some((value) => value.axis === axisPaths[axis])
  const indices: Array<number | null> = []
  const failures: Array<{ readonly point: Point; readonly found: ReadonlyArray<number> }> = []
  for (const point of points) {
    const group = candidates.get(keyOf(point)) ?? []
    const found =
      loose.length === 0
        ? group
        : group.filter((other) =>
            loose.every((axis) => points[other]!.ids[axis] === point.ids[axis] || !applies(points[other]!, axis))
          )
    const exact =
      loose.length === 0
        ? found
        : found.filter((other) => loose.every((axis) => points[other]!.ids[axis] === point.ids[axis]))
    const matches = exact.length > 0 ? exact : found
    if (matches.length !== 1 && !(matches.length === 0 && point.role === "control"))
      failures.push({ point, found: matches })
    indices.push(matches.length === 1 ? matches[0]! : null)
  }
  const [first] = failures
  if (first === undefined) return { indices, issue: null }
  const others =
    failures.length > 1 ? ` (and for ${failures.length - 1} more cell${failures.length > 2 ? "s" : ""})` : ""
  const named = first.found
    .slice(0, 3)
    .map((index) => `\`${points[index]!.name}\``)
    .join(", ")
  return {
    indices,
    issue: loaded.issueAt(
      ["baseline", kind],
      "baseline-cells",
      `the cell \`${first.point.name}\` has ${first.found.length === 0 ? "0 baselines" : `${first.found.length} baselines, ${named}${first.found.length > 3 ? ", …" : ""}`}, expected exactly 1${others}`,
      first.found.length === 0
        ? "Add the missing cells to the grid, or give their block `role: control`."
        : "Name the fields that tell them apart."
    )
  }
}
