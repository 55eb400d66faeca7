/** All that is concluded from outcomes, made once for page, Markdown and tables. */
import type { RecordedPlan } from "../journal/RecordedPlan.ts"
import { type Across, across } from "./claims/across.ts"
import { type Band, bands } from "./claims/bands.ts"
import { type Explored, explore } from "./claims/explore.ts"
import type { JudgedClaim } from "./claims/JudgedClaim.ts"
import { judge } from "./claims/judge.ts"
import { type TierContrast, tierContrasts, type TierVerdict, tierVerdicts } from "./claims/tiers.ts"
import { type Curve, curves } from "./curves.ts"
import { type DifferenceRow, differences } from "./differences.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import type { TidyTables } from "./tidy.ts"

export interface Judgements {
  readonly claims: ReadonlyArray<JudgedClaim>
  readonly tiers: { readonly verdicts: ReadonlyArray<TierVerdict>; readonly contrasts: ReadonlyArray<TierContrast> }
  readonly explored: ReadonlyArray<Explored>
  readonly differences: ReadonlyArray<DifferenceRow>
  readonly across: ReadonlyArray<Across>
  readonly curves: ReadonlyArray<Curve>
  readonly bands: ReadonlyArray<Band>
}

export const judgements = (plan: RecordedPlan, outcomes: ExperimentOutcomes, tables: TidyTables): Judgements => {
  const all = curves(plan, tables.cells)
  const explored = explore(plan, outcomes)
  return {
    claims: judge(plan, outcomes),
    tiers: { verdicts: tierVerdicts(plan, outcomes), contrasts: tierContrasts(plan, outcomes) },
    explored, differences: differences(plan, outcomes, explored), across: across(plan, outcomes),
    curves: all, bands: bands(plan, outcomes, all)
  }
}
