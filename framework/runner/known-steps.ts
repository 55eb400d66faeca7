/** What every experiment of the project has done so far: one store serves them all, so a finished step is found again. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { readJournal } from "../journal/reader.ts"
import { foldJournal, type StepState } from "../journal/state.ts"

export interface KnownStep {
  readonly experiment: string
  readonly state: StepState
}

/**
 * Steps that experiments other than `except` have begun, by id; where several know one, the one that finished it. One that
 * is not finished counts too: a kill may have come between its output and the line that says so, and its metrics are here.
 */
export const stepsOfOthers = (journals: string, except: string): ReadonlyMap<string, KnownStep> => {
  const known = new Map<string, KnownStep>()
  if (!existsSync(journals)) return known
  for (const experiment of readdirSync(journals).sort()) {
    if (experiment === except) continue
    for (const state of foldJournal(readJournal(join(journals, experiment)).records).state().steps.values()) {
      const before = known.get(state.step)
      if (before === undefined || (before.state.status !== "done" && state.status === "done")) {
        known.set(state.step, { experiment: state.reusedFrom ?? experiment, state })
      }
    }
  }
  return known
}

/** Whether another experiment has finished the step. */
export const isDoneByOthers = (others: ReadonlyMap<string, KnownStep>, id: string): boolean => others.get(id)?.state.status === "done"
