/** Writes an experiment's report and tables into a folder. */
import { join } from "node:path"
import { Effect } from "effect"
import type { ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { exportFiles } from "../analysis/export.ts"
import { reducedJournal } from "../analysis/reduced-journal.ts"
import { writeDurably } from "../journal/durable.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { JournalState } from "../journal/state.ts"

/** @returns path of report.html */
export const writeReport = Effect.fnUntraced(function*(plan: RecordedPlan, outcomes: ExperimentOutcomes, state: JournalState, folder: string) {
  const files = yield* Effect.promise(() => exportFiles(plan, outcomes))
  for (const [name, text] of Object.entries(files)) writeDurably(join(folder, name), text)
  writeDurably(join(folder, "journal.ndjson"), reducedJournal(plan, state))
  return join(folder, "report.html")
})
