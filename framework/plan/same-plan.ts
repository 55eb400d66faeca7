/** Predictions sharpen as a project measures its own speed; a plan that says the same otherwise is the same plan. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { canonicalJson } from "./canonical.ts"

const withoutPredictions = (plan: RecordedPlan): unknown => ({
  ...plan,
  steps: plan.steps.map(({ predictedSeconds: _, ...step }) => step),
  cells: plan.cells.map(({ predicted: _, ...cell }) => cell)
})

/** The plan as it was recorded, where the fresh one differs in predictions alone; otherwise the fresh one. */
export const recordedOrFresh = (recorded: RecordedPlan | null, fresh: RecordedPlan): RecordedPlan =>
  recorded !== null && canonicalJson(withoutPredictions(recorded)) === canonicalJson(withoutPredictions(fresh)) ? recorded : fresh
