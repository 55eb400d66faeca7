/** Writes an experiment's report and tables into a folder. */
import { join } from "node:path"
import { Effect } from "effect"
import type { ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { exportFiles } from "../analysis/export.ts"
import { writeDurably } from "../journal/durable.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"

/** @returns path of report.html */
export const writeReport = Effect.fnUntraced(function*(plan: RecordedPlan, outcomes: ExperimentOutcomes, folder: string) {
  const files = yield* Effect.promise(() => exportFiles(plan, outcomes))
  for (const [name, text] of Object.entries(files)) writeDurably(join(folder, name), text)
  return join(folder, "report.html")
})
