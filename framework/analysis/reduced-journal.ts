/** What a published claim rests on: each step's outcome and every metric point, without times, hosts or paths. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import type { JournalState } from "../journal/state.ts"

/** One JSON line a step of the plan, in the plan's order: its attempts, its output's digest, its cost, its metrics. */
export const reducedJournal = (plan: RecordedPlan, state: JournalState): string =>
  plan.steps.map(({ id, inputs, kind, label }) => {
    const step = state.steps.get(id)
    return `${JSON.stringify({
      step: id, kind, label, inputs,
      status: step?.status ?? "waiting",
      attempts: step?.attempts ?? 0,
      output: step?.output ?? null,
      cost: step?.cost ?? null,
      metrics: [...(step?.metrics.values() ?? [])].map(({ key, step: at, value }) => [key, at, Number.isFinite(value) ? value : String(value)])
    })}\n`
  }).join("")
