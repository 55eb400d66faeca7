/** Coverage of the intervals beside retention's, and false positives of the paired tests. Shares of the draws, 0 to 1. */
import { meanLogRetention, retentionDifference } from "../../../framework/statistics/combined-retention.ts"
import { gainRetention } from "../../../framework/statistics/gain-retention.ts"
import type { ItemBySeed } from "../../../framework/statistics/ItemBySeed.ts"
import { logRetention } from "../../../framework/statistics/log-retention.ts"
import { seedsForPopulation } from "../../../framework/statistics/mean-estimate.ts"
import { pairedTest } from "../../../framework/statistics/paired-tests.ts"
import { scoreInterval } from "../../../framework/statistics/score-interval.ts"
import { levelFor, meanScore, recipes, simulator, type Surroundings, type World } from "../../unit/statistics/simulate.ts"
import { streamFor } from "./stream.ts"

export interface Coverage {
  readonly covered: number
  /** mean of high - low, where it is finite */
  readonly width: number
  /** draws in which there is no interval */
  readonly undefined: number
}

interface Found {
  readonly low: number
  readonly high: number
}

/** Counts what is told of one interval a draw. */
const counter = () => {
  const count = { draws: 0, covered: 0, missing: 0, width: 0, finite: 0 }
  return {
    add: (found: Found | null, truth: number): void => {
      count.draws += 1
      if (found === null) {
        count.missing += 1
        return
      }
      if (found.low <= truth && truth <= found.high) count.covered += 1
      if (Number.isFinite(found.high - found.low)) {
        count.width += found.high - found.low
        count.finite += 1
      }
    },
    coverage: (): Coverage => ({
      covered: count.covered / (count.draws - count.missing), width: count.width / count.finite, undefined: count.missing / count.draws
    })
  }
}

/** The score of one recipe; the truth is that of these students under 3 seeds, of newly trained ones from there on. */
export const scoreCoverage = (world: Surroundings & { readonly score: number }, draws: number): Coverage => {
  const next = recipes(world, [world.score], streamFor("score", world))
  const count = counter()
  for (let draw = 0; draw < draws; draw++) {
    const [one] = next()
    count.add(scoreInterval(one!.table), world.seeds >= seedsForPopulation ? world.score : one!.scoreOfThese())
  }
  return count.coverage()
}

/** Gain retention against an untrained student that scores `base`: one student, the same for every seed. */
export const gainCoverage = (world: World & { readonly base: number }, draws: number): Coverage => {
  // seed SD 0 for the base student: it is not trained anew, so its score is its own. Difficulty is shared by all three.
  const next = recipes(world, [world.baseline, world.cell, world.base], streamFor("gain", world), [world.seedSd, world.seedSd, 0])
  const isPopulation = world.seeds >= seedsForPopulation
  const count = counter()
  for (let draw = 0; draw < draws; draw++) {
    const [baseline, cell, base] = next()
    const p = isPopulation ? world.cell : cell!.scoreOfThese()
    const q = isPopulation ? world.baseline : baseline!.scoreOfThese()
    count.add(gainRetention(cell!.table, baseline!.table, firstStudent(base!.table)), (p - world.base) / (q - world.base))
  }
  return count.coverage()
}

const firstStudent = (table: ItemBySeed): ItemBySeed => ({
  ...table, numSeeds: 1, values_nS: table.values_nS.filter((_, index) => index % table.numSeeds === 0)
})

/** Retention where items come in clusters, of which the interval is told or not. */
export const clusteredCoverage = (world: World, draws: number): { readonly told: Coverage; readonly plain: Coverage } => {
  const simulation = simulator(world, streamFor("clusters", world))
  const asOwn = (table: ItemBySeed): ItemBySeed => ({ ...table, numClusters: table.numItems, clusters_n: table.clusters_n.map((_, item) => item) })
  const told = counter()
  const plain = counter()
  for (let draw = 0; draw < draws; draw++) {
    const { baseline, cell, retentionOfThese } = simulation.draw()
    const truth = world.seeds >= seedsForPopulation ? world.cell / world.baseline : retentionOfThese()
    told.add(logRetention(cell, baseline), truth)
    plain.add(logRetention(asOwn(cell), asOwn(baseline)), truth)
  }
  return { told: told.coverage(), plain: plain.coverage() }
}

/** Two tiers under the same students, the second harder: the difference of their retentions and their geometric mean, for new students. */
export const tierCoverage = (world: World & { readonly hardHalf: number }, draws: number): { readonly difference: Coverage; readonly mean: Coverage } => {
  const simulation = simulator(world, streamFor("tiers", world))
  const sd = Math.hypot(world.itemSd, world.seedSd)
  const hard = (score: number) => meanScore(levelFor(score, sd) - world.hardHalf, sd)
  const [easyTruth, hardTruth] = [world.cell / world.baseline, hard(world.cell) / hard(world.baseline)]
  const difference = counter()
  const mean = counter()
  for (let draw = 0; draw < draws; draw++) {
    const { baseline, cell } = simulation.draw()
    const [easyCell, hardCell] = halves(cell)
    const [easyBaseline, hardBaseline] = halves(baseline)
    const tiers = [{ cell: easyCell, baseline: easyBaseline }, { cell: hardCell, baseline: hardBaseline }] as const
    difference.add(retentionDifference(tiers[0], tiers[1]), easyTruth - hardTruth)
    mean.add(meanLogRetention(tiers), Math.sqrt(easyTruth * hardTruth))
  }
  return { difference: difference.coverage(), mean: mean.coverage() }
}

const halves = (table: ItemBySeed): readonly [ItemBySeed, ItemBySeed] => {
  const numItems = table.numItems / 2
  const clusters_n = Int32Array.from({ length: numItems }, (_, item) => item)
  const half = (from: number): ItemBySeed => ({
    numItems, numSeeds: table.numSeeds, values_nS: table.values_nS.subarray(from * table.numSeeds, (from + numItems) * table.numSeeds), clusters_n, numClusters: numItems
  })
  return [half(0), half(numItems)]
}

/** Share of draws in which the paired test says that two equal recipes differ, at 5 % two-sided. 199 flips where not all are tried. */
export const pairedFalsePositives = (world: Surroundings & { readonly score: number }, draws: number): number => {
  const next = recipes(world, [world.score, world.score], streamFor("paired", world))
  let positives = 0
  for (let draw = 0; draw < draws; draw++) {
    const [first, second] = next()
    if (pairedTest(first!.table, second!.table, { samples: world.samples ?? 1, seed: draw, draws: 199 }).p <= 0.05) positives += 1
  }
  return positives / draws
}
