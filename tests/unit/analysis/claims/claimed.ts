/** The simulated experiment with claims. */
import type { PlannedClaim } from "../../../../framework/journal/RecordedPlan.ts"
import { simulatedExperiment, type Size } from "../simulated-experiment.ts"

export const claimAt = (name: string, cells: ReadonlyArray<number>, more: Partial<PlannedClaim> = {}): PlannedClaim =>
  ({ name, threshold: 0.9, against: "matched", rule: "first", evaluation: "chain-arithmetic", assume: 1, cells, ...more })

/** Cells 2, 6 (an alias of 2) and 10 keep a half, 1 and 9 a quarter; 3, 7, 11 are whole. */
export const claimed = (claims: ReadonlyArray<PlannedClaim>, size: Size = {}) => {
  const { outcomes, plan } = simulatedExperiment({ seeds: [1, 2, 3], ...size })
  return { plan: { ...plan, claims }, outcomes }
}
