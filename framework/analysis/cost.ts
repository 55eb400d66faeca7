import type { Predicted } from "../journal/RecordedPlan.ts"
import type { Cost, ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { compact } from "./format.ts"

/** What one trial cost. Seconds are wall time without start-up. */
export interface TrialCost {
  readonly tokens: number
  readonly targets: number
  readonly seconds: number
  readonly peakBytes: number
  /** peak less weights and moments */
  readonly activationBytes: number
  /** training alone: the grid's teacher store is shared */
  readonly flopsMarginal: number
  /** with the teacher's pass over the kept part: what a user of this one recipe pays */
  readonly flopsStandalone: number
}

export const trialCost = (cost: Cost, predicted: Predicted | null): TrialCost => ({
  tokens: cost.tokens,
  targets: cost.targets,
  seconds: cost.wallSeconds,
  peakBytes: cost.peakBytes,
  activationBytes: Math.max(0, cost.peakBytes - cost.fixedBytes),
  flopsMarginal: cost.flops,
  flopsStandalone: cost.flops + (predicted?.teacherFlopsStandalone ?? 0)
})

/** Mean over trials; bytes are the largest seen. Null without trials. */
export const meanCost = (costs: ReadonlyArray<TrialCost>): TrialCost | null => {
  if (costs.length === 0) return null
  const mean = (of: (cost: TrialCost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length
  const peak = (of: (cost: TrialCost) => number) => Math.max(...costs.map(of))
  return {
    tokens: mean((cost) => cost.tokens),
    targets: mean((cost) => cost.targets),
    seconds: mean((cost) => cost.seconds),
    peakBytes: peak((cost) => cost.peakBytes),
    activationBytes: peak((cost) => cost.activationBytes),
    flopsMarginal: mean((cost) => cost.flopsMarginal),
    flopsStandalone: mean((cost) => cost.flopsStandalone)
  }
}

const passes = (costs: ReadonlyMap<string, Cost>): string | null => {
  const all = [...costs.values()]
  const sum = (of: (cost: Cost) => number) => all.reduce((total, cost) => total + of(cost), 0)
  return all.length === 0 ? null : `${compact(sum(({ flops }) => flops))}FLOPs, ${sum(({ wallSeconds }) => wallSeconds).toFixed(1)} s`
}

/** What was made once and serves many cells, a sentence each. */
export const sharedCosts = ({ measurePasses, teacherPasses }: ExperimentOutcomes): ReadonlyArray<string> => {
  const [teacher, measures] = [passes(teacherPasses), passes(measurePasses)]
  return [
    ...(teacher === null ? [] : [`The teacher's pass was made once for the whole grid: ${teacher}; each point pays for its own kept part, as a user of that one recipe would.`]),
    ...(measures === null ? [] : [`What selectors choose tokens by was measured once for all cells of a student, by its untrained weights: ${measures}; no point pays for it.`])
  ]
}
