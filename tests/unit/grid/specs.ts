/** Grids of small specs. */
import { Effect } from "effect"
import type { Grid } from "../../../framework/plan/grid/Cell.ts"
import { resolveGrid } from "../../../framework/plan/grid/expand-grid.ts"
import type { SpecError } from "../../../framework/spec/SpecError.ts"
import { loadText, minimal } from "../spec/files.ts"

export const withTeacher = `${minimal}teacher: { model: tiny/teacher }\nloss: { distil: forward-kl }\n`

export const gridOf = (text: string): Effect.Effect<Grid, SpecError> => Effect.flatMap(loadText(text), resolveGrid)

export const namesOf = (grid: string, base: string = minimal): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(
    Effect.map(gridOf(`${base}${grid}`), ({ cells }) =>
      cells.map((cell) => (cell.role === "control" ? `${cell.name} (control)` : cell.name))
    )
  )

export const refusalOf = (grid: string, base: string = minimal): Promise<string> =>
  Effect.runPromise(Effect.map(Effect.flip(gridOf(`${base}${grid}`)), (error) => error.message))
