/** Coverage and width of the interval of retention, and how often a verdict is wrong at its threshold, in one world. */
import { logRetention } from "../../../framework/statistics/log-retention.ts"
import { seedsForPopulation } from "../../../framework/statistics/mean-estimate.ts"
import { verdict } from "../../../framework/statistics/verdict.ts"
import { simulator, type World } from "../../unit/statistics/simulate.ts"
import { streamFor } from "./stream.ts"

/** Shares of the draws, 0 to 1, unless said otherwise. */
export interface RetentionCorner {
  /** draws whose interval holds the truth, of those where retention is defined */
  readonly covered: number
  /** mean of high - low */
  readonly width: number
  /** the baseline got nothing right */
  readonly undefined: number
  /** `supported` and `refuted`, the threshold being the true retention: each is wrong in one direction */
  readonly supported: number
  readonly refuted: number
}

/**
 * The truth is the population's retention from 3 seeds up, and below that the one of the very students drawn.
 * The verdict's threshold is the true retention, one-sided alpha 0.025.
 */
export const retentionCorner = (world: World, draws: number, hasVerdicts = world.seeds >= seedsForPopulation): RetentionCorner => {
  const simulation = simulator(world, streamFor(world))
  const ofPopulation = world.cell / world.baseline
  const count = { covered: 0, width: 0, undefined: 0, supported: 0, refuted: 0 }
  for (let draw = 0; draw < draws; draw++) {
    const { baseline, cell, retentionOfThese } = simulation.draw()
    const interval = logRetention(cell, baseline)
    if (interval === null) {
      count.undefined += 1
      continue
    }
    const truth = world.seeds >= seedsForPopulation ? ofPopulation : retentionOfThese()
    if (interval.low <= truth && truth <= interval.high) count.covered += 1
    count.width += interval.high - interval.low
    if (!hasVerdicts) continue
    const { kind } = verdict(cell, baseline, ofPopulation)
    if (kind === "supported" || kind === "refuted") count[kind] += 1
  }
  const defined = draws - count.undefined
  return {
    covered: count.covered / defined, width: count.width / defined, undefined: count.undefined / draws,
    supported: count.supported / draws, refuted: count.refuted / draws
  }
}
