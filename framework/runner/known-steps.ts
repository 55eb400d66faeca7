/** What every experiment of the project has done so far: one store serves them all, so a finished step is found again. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { readJournal } from "../journal/reader.ts"
import { foldJournal, type StepState } from "../journal/state.ts"

export interface KnownStep {
  readonly experiment: string
  readonly state: StepState
}

/** Finished steps of all experiments but `except`, by id. */
export const stepsOfOthers = (journals: string, except: string): ReadonlyMap<string, KnownStep> => {
  const known = new Map<string, KnownStep>()
  if (!existsSync(journals)) return known
  for (const experiment of readdirSync(journals).sort()) {
    if (experiment === except) continue
    for (const state of foldJournal(readJournal(join(journals, experiment)).records).state().steps.values()) {
      if (state.status === "done" && !known.has(state.step)) {
        known.set(state.step, { experiment: state.reusedFrom ?? experiment, state })
      }
    }
  }
  return known
}
