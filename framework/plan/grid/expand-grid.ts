/** The grid of a spec: from blocks of axes to cells with settings, baselines and claims. */
import { Effect } from "effect"
import type { LoadedSpec } from "../../spec/LoadedSpec.ts"
import { issueAtPlace } from "../../spec/SourceFile.ts"
import type { SpecError, SpecIssue, SpecIssueCode } from "../../spec/SpecError.ts"
import { placeAt } from "../../spec/SpecNode.ts"
import { parsePath, showPath } from "../../spec/SpecPath.ts"
import { resolveBaseline } from "./baselines.ts"
import type { Cell, Grid } from "./Cell.ts"
import { expandPoints } from "./cells.ts"
import { resolveClaims } from "./claims.ts"
import { checkSize } from "./count.ts"
import { treeWith } from "./section-memo.ts"

const fail = (loaded: LoadedSpec, issues: ReadonlyArray<SpecIssue>): Effect.Effect<never, SpecError> =>
  Effect.fail(loaded.error(issues as readonly [SpecIssue, ...Array<SpecIssue>]))

/**
 * Expands the grid. Its size is known before a single point is made; a grid of more than a million points is refused.
 * Fails with `SpecError`: a cell that does not decode, a baseline that is not exactly one cell, a claim about no cell, a
 * grid with nothing left.
 */
export const resolveGrid = (loaded: LoadedSpec): Effect.Effect<Grid, SpecError> =>
  Effect.suspend(() => {
    const tooLarge = checkSize(loaded)
    if (tooLarge !== null) return fail(loaded, [tooLarge])
    const { issues, points, ...expanded } = expandPoints(loaded)
    if (issues.length > 0) return fail(loaded, issues)
    if (points.length === 0) {
      return fail(loaded, [
        loaded.issueAt(
          ["grid"],
          "empty-grid",
          `nothing is left of the grid: its conditions take out all ${expanded.numPoints} points`,
          "Loosen `exclude` or `only`."
        )
      ])
    }
    const paths = expanded.axes.map((axis) => axis.path)
    // A twin is compared with what the cell beside it is compared with, and is nobody's baseline.
    const own = points.filter(({ twinOf }) => twinOf === null)
    const matched = resolveBaseline(loaded, "matched", own, paths)
    const reference = resolveBaseline(loaded, "reference", own, paths)
    const cells = points.map(
      ({ ids: _, ...point }, index): Cell => ({
        index,
        ...point,
        baselines: { matched: matched.indices[point.twinOf ?? index]!, reference: reference.indices[point.twinOf ?? index]! }
      })
    )
    const { claims, issues: claimIssues } = resolveClaims(loaded, cells)
    const found = [...[matched.issue, reference.issue].filter((issue) => issue !== null), ...claimIssues]
    return found.length > 0 ? fail(loaded, found) : Effect.succeed({ cells, claims, ...expanded })
  })

/** The cells alone. */
export const expandGrid = (loaded: LoadedSpec): Effect.Effect<ReadonlyArray<Cell>, SpecError> =>
  Effect.map(resolveGrid(loaded), (grid) => grid.cells)

/** A problem of one cell, located at the axis value that it comes from, or else at the field. */
export const issueInCell = (
  loaded: LoadedSpec,
  cell: Pick<Cell, "values">,
  path: string,
  code: SpecIssueCode,
  message: string,
  suggestion: string | null = null
): SpecIssue => {
  const keys = parsePath(path)
  return issueAtPlace(
    placeAt(treeWith(loaded.root, cell.values), keys),
    showPath(keys),
    code,
    loaded.redact(message),
    suggestion
  )
}
