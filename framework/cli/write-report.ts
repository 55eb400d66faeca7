/** Writes an experiment's report and tables into a folder. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { Effect } from "effect"
import type { ExperimentOutcomes } from "../analysis/ExperimentOutcomes.ts"
import { exportFiles } from "../analysis/export.ts"
import { reducedJournal } from "../analysis/reduced-journal.ts"
import { writeDurably } from "../journal/durable.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { JournalState } from "../journal/state.ts"

/** Tables of more characters than this are kept compressed. */
const longestPlainTable = 1_000_000

const writeTable = (folder: string, name: string, text: string): void => {
  const isLong = name.endsWith(".csv") && text.length > longestPlainTable
  // A header of gzip's without a time: equal tables give equal bytes.
  if (isLong) writeDurably(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }))
  else writeDurably(join(folder, name), text)
  // An earlier report may have left the other of the two.
  rmSync(join(folder, isLong ? name : `${name}.gz`), { force: true })
}

/** @returns path of report.html */
export const writeReport = Effect.fnUntraced(function*(plan: RecordedPlan, outcomes: ExperimentOutcomes, state: JournalState, folder: string) {
  const files = yield* Effect.promise(() => exportFiles(plan, outcomes))
  for (const [name, text] of Object.entries(files)) writeTable(folder, name, text)
  writeDurably(join(folder, "journal.ndjson"), reducedJournal(plan, state))
  return join(folder, "report.html")
})
