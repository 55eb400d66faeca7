/** Points of all blocks to distinct cells. */
import type { Axis } from "../../spec/axes.ts"
import type { CellSettings } from "../../spec/ExperimentSpec.ts"
import type { Problem } from "../../spec/flatten.ts"
import { canonicalJson, type Json, readJson } from "../../spec/Json.ts"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { remembered } from "../../spec/remembered.ts"
import { type CellSection, cellSections } from "../../spec/schema/SpecSchema.ts"
import { checkTeacher } from "../../spec/section-checks.ts"
import { issueAtPlace } from "../../spec/SourceFile.ts"
import type { SpecIssue } from "../../spec/SpecError.ts"
import { placeAt } from "../../spec/SpecNode.ts"
import { showPath } from "../../spec/SpecPath.ts"
import { isRatioPath } from "../../spec/to-plain.ts"
import { axisNames, showValue } from "./axis-names.ts"
import { axesOf, visitPoints } from "./block-points.ts"
import type { Cell, GridAxis } from "./Cell.ts"
import { SectionMemo, treeWith } from "./section-memo.ts"

/** A cell before its baselines are known, with the number of its value on each axis of the grid. */
export type Point = Omit<Cell, "baselines" | "index"> & { readonly ids: ReadonlyArray<number> }

export interface Expanded {
  readonly points: ReadonlyArray<Point>
  readonly axes: ReadonlyArray<GridAxis>
  readonly numPoints: number
  readonly numLeftOut: number
  readonly duplicates: ReadonlyArray<{ readonly block: number; readonly sameAs: number }>
  readonly issues: ReadonlyArray<SpecIssue>
}

const maxIssues = 100

/** Axes that always name a cell: what this is all about. */
const isAlwaysNamed = (path: string): boolean => isRatioPath(path) || path === "sequence.supervise"

/** Numbers the values of one axis of the grid, as cells' settings hold them. */
class AxisReader {
  readonly path: string
  readonly name: string
  private readonly section: CellSection
  private readonly inner: ReadonlyArray<string>
  private readonly bySection = new Map<unknown, number>()
  private readonly byText = new Map<string, number>()
  private readonly shownByText = new Map<string, Json>()
  private readonly shown: Array<Json> = []

  constructor(path: string, name: string, uses: ReadonlyArray<Axis>) {
    this.path = path
    this.name = name
    const [section, ...inner] = path.split(".")
    this.section = section as CellSection
    this.inner = inner
    for (const axis of uses)
      for (const value of axis.values) {
        const text = canonicalJson(value.decoded)
        if (!this.shownByText.has(text)) this.shownByText.set(text, value.shown)
      }
  }

  idIn(settings: CellSettings): number {
    const section = settings[this.section]
    const known = this.bySection.get(section)
    if (known !== undefined) return known
    const value = readJson(section, this.inner) ?? null
    const text = canonicalJson(value)
    let id = this.byText.get(text)
    if (id === undefined) {
      id = this.shown.length
      this.byText.set(text, id)
      this.shown.push(this.shownByText.get(text) ?? (isRatioPath(this.path) ? Number(value) : value))
    }
    this.bySection.set(section, id)
    return id
  }

  shownAs(id: number): Json {
    return this.shown[id]!
  }

  get listed(): ReadonlyArray<Json> {
    return [...this.shownByText.values()]
  }
}

const pathsOf = (loaded: LoadedSpec): ReadonlyArray<string> => [
  ...new Set(loaded.blocks.flatMap((block) => axesOf(block).map(({ path }) => path)))
]

class Expander {
  readonly points: Array<Point> = []
  readonly duplicates: Array<{ readonly block: number; readonly sameAs: number }> = []
  readonly issues: Array<SpecIssue> = []
  readonly readers: ReadonlyArray<AxisReader>
  private readonly byIds = new Map<string, number>()
  private readonly reported = new Set<string>()
  private readonly teacherChecks = new Map<unknown, Map<unknown, ReadonlyArray<Problem>>>()
  private readonly loaded: LoadedSpec

  constructor(loaded: LoadedSpec) {
    this.loaded = loaded
    const paths = pathsOf(loaded)
    const names = axisNames(paths)
    this.readers = paths.map(
      (path, i) =>
        new AxisReader(
          path,
          names[i]!,
          loaded.blocks.flatMap((block) => axesOf(block).filter((axis) => axis.path === path))
        )
    )
  }

  private report(problems: ReadonlyArray<Problem>, values: Point["values"]): void {
    if (this.issues.length >= maxIssues) return
    for (const problem of problems) {
      const tree = treeWith(this.loaded.root, values)
      const issue = issueAtPlace(
        placeAt(tree, problem.path, problem.at),
        showPath(problem.path),
        problem.code,
        problem.message,
        problem.suggestion
      )
      const key = `${issue.file}:${issue.line}:${issue.column}:${issue.code}:${issue.message}`
      if (this.reported.has(key)) continue
      this.reported.add(key)
      this.issues.push(issue)
    }
  }

  private checkAcross(settings: CellSettings, values: Point["values"]): void {
    const byLoss = remembered(this.teacherChecks, settings.teacher, () => new Map())
    const problems = remembered(byLoss, settings.loss, () => checkTeacher(settings.teacher, settings.loss))
    if (problems.length > 0) this.report(problems, values)
  }

  add(settings: CellSettings, values: Point["values"], block: number, role: Cell["role"]): void {
    this.checkAcross(settings, values)
    const ids = this.readers.map((reader) => reader.idIn(settings))
    const key = ids.join(",")
    const sameAs = this.byIds.get(key)
    if (sameAs !== undefined) {
      this.duplicates.push({ block, sameAs })
      const first = this.points[sameAs]!
      if (first.role === "control" && role === "cell") this.points[sameAs] = { ...first, role }
      return
    }
    this.byIds.set(key, this.points.length)
    const axes: Record<string, Json> = {}
    const words: Record<string, string> = {}
    let name = ""
    for (const [i, reader] of this.readers.entries()) {
      const value = reader.shownAs(ids[i]!)
      axes[reader.path] = value
      // What its block leaves as the spec has it is no mark of the cell; ratio and segments always are. Nor is a
      // field that is not there where the spec has none either.
      if (value === null && reader.idIn(this.loaded.base) === ids[i]) continue
      if (!values.some(({ axis }) => axis === reader.path) && !isAlwaysNamed(reader.path)) continue
      words[reader.path] = value === null ? "none" : showValue(value)
      name += `${name === "" ? "" : " "}${reader.name}=${words[reader.path]}`
    }
    this.points.push({ name: name === "" ? "all" : name, axes, words, role, block, twinOf: null, settings, values, ids })
  }

  expandBlock(index: number): number {
    const block = this.loaded.blocks[index]!
    const axes = axesOf(block)
    const sections = cellSections.flatMap((section) => {
      const own = axes.flatMap((axis, i) => (axis.section === section ? [i] : []))
      return own.length === 0
        ? []
        : [
            {
              section,
              own,
              memo: new SectionMemo(
                this.loaded,
                section,
                own.map((i) => axes[i]!)
              )
            }
          ]
    })
    return visitPoints(this.loaded, block, (indices) => {
      const values = axes.flatMap((axis, i) => (indices[i]! < 0 ? [] : [axis.values[indices[i]!]!]))
      const settings: Record<string, unknown> = { ...this.loaded.base }
      let isWhole = true
      for (const { memo, own, section } of sections) {
        const made = memo.at(own.map((i) => indices[i]!))
        if (made.value === null && made.problems.length > 0) {
          isWhole = false
          this.report(made.problems, values)
        } else settings[section] = made.value
      }
      if (isWhole) this.add(settings as unknown as CellSettings, values, index, block.role)
    })
  }
}

/** Names must tell cells apart, also where long values were cut. */
const withUniqueNames = (points: ReadonlyArray<Point>): ReadonlyArray<Point> => {
  const seen = new Set<string>()
  return points.map((point, i) => {
    const isTaken = seen.has(point.name)
    seen.add(point.name)
    return isTaken ? { ...point, name: `${point.name} #${i}` } : point
  })
}

/** Each cell with a selector has a control beside it, unless it wants none: after all cells, so that their numbers stay. */
const withTwins = (points: ReadonlyArray<Point>): ReadonlyArray<Point> => [
  ...points,
  ...points.flatMap((point, twinOf): ReadonlyArray<Point> =>
    point.settings.sequence.selector?.twin === true ? [{ ...point, name: `twin of ${point.name}`, role: "control", twinOf }] : [])
]

export const expandPoints = (loaded: LoadedSpec): Expanded => {
  const expander = new Expander(loaded)
  let numLeftOut = 0
  let numPoints = 1
  if (loaded.blocks.length === 0) expander.add(loaded.base, [], 0, "cell")
  else {
    numPoints = 0
    for (const block of loaded.blocks) {
      const before = expander.points.length + expander.duplicates.length
      const leftOut = expander.expandBlock(block.index)
      numLeftOut += leftOut
      numPoints += leftOut + expander.points.length + expander.duplicates.length - before
    }
  }
  return {
    points: withUniqueNames(withTwins(expander.points)),
    axes: expander.readers.map((reader) => ({ path: reader.path, name: reader.name, values: reader.listed })),
    numPoints,
    numLeftOut,
    duplicates: expander.duplicates,
    issues: expander.issues
  }
}
