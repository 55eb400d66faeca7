/** What an undecided claim lacks, at the retention that was assumed before the run. */
import type { PlannedClaim } from "../../journal/RecordedPlan.ts"
import { combine, grandMean, type ItemBySeed } from "../../statistics/ItemBySeed.ts"
import { crossedMean } from "../../statistics/mean-estimate.ts"
import { assumedEffect, powerAt, settling } from "../../statistics/power.ts"
import type { ClaimPower } from "./JudgedClaim.ts"

/**
 * Power and what would settle it, from the variance components of what was run. Units are problems; where several items share
 * one, they are told as items again.
 * @returns null with one seed, which says nothing of how seeds vary, or one problem
 */
export const claimPower = (
  cell: ItemBySeed, baseline: ItemBySeed, { assume, threshold }: Pick<PlannedClaim, "assume" | "threshold">, alpha: number
): ClaimPower | null => {
  const seeds = Math.min(cell.numSeeds, baseline.numSeeds)
  if (seeds < 2 || cell.numClusters < 2 || alpha <= 0) return null
  const { components } = crossedMean(combine(1, cell, -threshold, baseline))
  if (components === null) return null
  const effect = assumedEffect({ baseline: grandMean(baseline), assumed: assume, threshold })
  const size = { items: cell.numClusters, seeds }
  const asItems = (clusters: number) => Math.ceil((clusters * cell.numItems) / cell.numClusters)
  const found = settling(effect, components, size, alpha)
  return {
    assumed: assume,
    // fewer than 3 seeds decide nothing, whatever their power would be
    power: seeds < 3 ? 0 : powerAt(effect, components, size, alpha),
    settling: {
      items: found.items === "not reachable" ? found.items : asItems(found.items),
      seeds: found.seeds,
      both: found.both === "not reachable" ? found.both : { items: asItems(found.both.items), seeds: found.both.seeds }
    }
  }
}
