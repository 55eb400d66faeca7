/**
 * A world with known truth: items differ in difficulty, each trained student has its own skill, answers are coin tosses.
 *
 *     logit P(right) = level(recipe) + difficulty(item) + taste(recipe, item) + luck(recipe, seed) + whim(recipe, seed, item)
 *
 * Every term but the level is normal. Items are new in every draw, and students too. Legend: n items, S seeds, k samples.
 */
import { type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"

/** What all recipes of a world share. */
export interface Surroundings {
  readonly items: number
  readonly seeds: number
  /** SD of items' difficulty, in logits: makes two recipes agree on items */
  readonly itemSd: number
  /** SD between students of one recipe, in logits */
  readonly seedSd: number
  /** SD of recipe by item: items that one recipe loses with every student */
  readonly tasteSd?: number
  /** SD of student by item: items that one student loses in every sample */
  readonly whimSd?: number
  /** samples an item; a score is their mean */
  readonly samples?: number
  /** items that share a problem stand together, `size` of them, and share this part of the variance of difficulty and taste */
  readonly clusters?: { readonly size: number; readonly share: number }
  /** logits by which the second half of the items is harder; scores are then those of the first half */
  readonly hardHalf?: number
}

export interface World extends Surroundings {
  /** population scores of baseline and cell */
  readonly baseline: number
  readonly cell: number
}

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** Standard normal numbers from uniform ones (Box and Muller). */
export const normalFrom = (random: () => number) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** The same, two at a time. */
const normalsFrom = (random: () => number) => {
  let spare = NaN
  return (): number => {
    if (!Number.isNaN(spare)) {
      const kept = spare
      spare = NaN
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/** Mean of logistic(level + N(0, sd^2)), by the trapezium rule: exact to 1e-8 for the SDs used here. */
export const meanScore = (level: number, sd: number): number => {
  if (sd === 0) return logistic(level)
  let sum = 0
  let weights = 0
  for (let step = -40; step <= 40; step++) {
    const x = step * 0.2
    const weight = Math.exp((-x * x) / 2)
    sum += weight * logistic(level + sd * x)
    weights += weight
  }
  return sum / weights
}

/** The level at which the population's mean score is `score`. */
export const levelFor = (score: number, sd: number): number => {
  let low = -30
  let high = 30
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (meanScore(middle, sd) < score) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** One recipe of a draw: what its students answered, and what these very students would score on all items there could be. */
export interface Recipe {
  readonly table: ItemBySeed
  readonly scoreOfThese: () => number
}

/**
 * Draws of several recipes over the same items, in the order of `scores`, their scores over new items and new students.
 * @param seedSds for each recipe, where they are not all the world's
 */
export const recipes = (
  { clusters, hardHalf = 0, items, itemSd, samples = 1, seeds, seedSd, tasteSd = 0, whimSd = 0 }: Surroundings,
  scores: ReadonlyArray<number>,
  random: () => number,
  seedSds: ReadonlyArray<number> = scores.map(() => seedSd)
): (() => ReadonlyArray<Recipe>) => {
  const overItems = Math.hypot(itemSd, tasteSd, whimSd)
  const levels = scores.map((score, recipe) => levelFor(score, Math.hypot(overItems, seedSds[recipe]!)))
  const normal = normalsFrom(random)
  const size = clusters?.size ?? 1
  const numbers = numberClusters(Array.from({ length: items }, (_, item) => `problem-${Math.floor(item / size)}`))
  const shared = Math.sqrt(clusters?.share ?? 0)
  const own = Math.sqrt(1 - (clusters?.share ?? 0))
  const byItem = (sd: number): Float64Array => {
    const values_n = new Float64Array(items)
    let ofProblem = 0
    if (sd > 0) {
      for (let item = 0; item < items; item++) {
        if (shared > 0 && item % size === 0) ofProblem = normal()
        values_n[item] = sd * (own * normal() + shared * ofProblem)
      }
    }
    return values_n
  }
  return () => {
    const difficulty_n = byItem(itemSd)
    if (hardHalf !== 0) for (let item = items / 2; item < items; item++) difficulty_n[item]! -= hardHalf
    return levels.map((level, recipe) => {
      const taste_n = tasteSd > 0 ? byItem(tasteSd) : null
      const skill_S = Float64Array.from({ length: seeds }, () => level + seedSds[recipe]! * normal())
      const values_nS = new Float64Array(items * seeds)
      // odds of being wrong, as a product of an item's part and a student's: one exponential for each
      const wrong_S = skill_S.map((skill) => Math.exp(-skill))
      for (let item = 0; item < items; item++) {
        const wrong = Math.exp(-difficulty_n[item]! - (taste_n === null ? 0 : taste_n[item]!))
        for (let seed = 0; seed < seeds; seed++) {
          const odds = wrong * wrong_S[seed]! * (whimSd > 0 ? Math.exp(whimSd * normal()) : 1)
          let right = 0
          for (let sample = 0; sample < samples; sample++) right += Number(random() * (1 + odds) < 1)
          values_nS[item * seeds + seed] = right / samples
        }
      }
      return {
        table: { numItems: items, numSeeds: seeds, values_nS, ...numbers },
        scoreOfThese: () => skill_S.reduce((sum, skill) => sum + meanScore(skill, overItems), 0) / seeds
      }
    })
  }
}

/** A baseline and a cell. */
export const simulator = (world: World, random: () => number) => {
  const next = recipes(world, [world.baseline, world.cell], random)
  return {
    draw: () => {
      const [baseline, cell] = next()
      return {
        cell: cell!.table,
        baseline: baseline!.table,
        /** retention of these very students over all items there could be */
        retentionOfThese: () => cell!.scoreOfThese() / baseline!.scoreOfThese()
      }
    }
  }
}
