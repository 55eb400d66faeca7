/** `plugin test FILE`: loads one plugin, runs the checks of its kind, and tells the result as a table. Trains nothing. */
import { Effect } from "effect"
import { dirname, relative } from "node:path"
import type { TensorFlow } from "../losses/interpret-tfjs.ts"
import { checkBenchmark } from "./checks/check-benchmark.ts"
import { checkDataset } from "./checks/check-dataset.ts"
import { checkFormat } from "./checks/check-format.ts"
import { checkLoss } from "./checks/check-loss.ts"
import { checkModel } from "./checks/check-model.ts"
import { checkSelector } from "./checks/check-selector.ts"
import { checkTransform } from "./checks/check-transform.ts"
import { checkTruncation } from "./checks/check-truncation.ts"
import { type CheckContext, guardedLater } from "./checks/CheckContext.ts"
import type { CheckRow } from "./checks/CheckRow.ts"
import type { PluginKind, PluginOfKind } from "./kinds.ts"
import { loadPlugin } from "./load-plugin.ts"
import type { PluginError } from "./PluginError.ts"
import { placeInPlugin } from "./stack-place.ts"

export interface PluginReport {
  readonly kind: PluginKind
  readonly name: string
  readonly file: string
  readonly rows: ReadonlyArray<CheckRow>
  readonly seconds: number
  readonly ok: boolean
}

type Rows = ReadonlyArray<CheckRow>

const checks: { readonly [K in PluginKind]: (context: CheckContext<PluginOfKind[K]>) => Rows | Promise<Rows> } = {
  dataset: checkDataset,
  format: checkFormat,
  transform: checkTransform,
  benchmark: checkBenchmark,
  truncation: checkTruncation,
  selector: checkSelector,
  loss: checkLoss,
  model: checkModel
}

export interface CheckPluginOptions {
  readonly cacheFolder: string
  /** loads the engine's TensorFlow, for losses only; throws where it is not set up */
  readonly tensorflow: () => TensorFlow
}

/**
 * Checks the plugin in a file. Fails with `PluginError` if it does not load; a check that does not hold is a row of the
 * report, which is then not `ok`.
 */
export const checkPlugin = Effect.fn("checkPlugin")(function*(file: string, options: CheckPluginOptions) {
  const started = performance.now()
  const loaded = yield* loadPlugin(file, options.cacheFolder)
  const explain = (error: unknown): string => {
    const text = error instanceof Error ? error.message : String(error)
    const place = placeInPlugin(error, loaded.bundle, dirname(loaded.file))
    return place === null ? text : `${relative(process.cwd(), place.file)}:${place.line}:${place.column} ${text}`
  }
  const context = { loaded, tensorflow: options.tensorflow, explain }
  const check = checks[loaded.plugin.kind] as (of: CheckContext) => Rows | Promise<Rows>
  const rows = yield* Effect.promise(() => guardedLater(context, "-", async () => check(context)))
  const report: PluginReport = {
    kind: loaded.plugin.kind, name: loaded.plugin.name, file: loaded.file, rows,
    seconds: (performance.now() - started) / 1000, ok: rows.every(({ ok }) => ok)
  }
  return report
}) satisfies (file: string, options: CheckPluginOptions) => Effect.Effect<PluginReport, PluginError>

/** The report as text: one line a check, then the count. */
export const renderPluginReport = ({ kind, name, ok, rows, seconds }: PluginReport): string => {
  const table = [
    ["", "check", "example", "expected", "found", "difference"],
    ...rows.map((row) => [
      row.ok ? "ok" : "FAIL", row.check, row.example, row.expected, row.found, row.difference === null ? "" : row.difference.toExponential(1)
    ])
  ]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  const lines = table.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd())
  const failed = rows.filter((row) => !row.ok).length
  const verdict = ok ? `${rows.length} checks hold` : `${failed} of ${rows.length} checks do not hold`
  return [`${kind} ${name}`, "", ...lines, "", `${verdict} (${seconds.toFixed(1)} s)`].join("\n")
}
