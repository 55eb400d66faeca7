/**
 * A world with known truth: items differ in difficulty, each trained student has its own skill, answers are coin tosses.
 * logit P(right) = level(cell) + difficulty(item) + luck(cell, seed). Items are new in every draw, and students too.
 */
import { type ItemBySeed, numberClusters } from "../../../framework/statistics/ItemBySeed.ts"

export interface World {
  readonly items: number
  readonly seeds: number
  /** population scores of baseline and cell */
  readonly baseline: number
  readonly cell: number
  /** SD of items' difficulty, in logits: makes two cells agree on items */
  readonly itemSd: number
  /** SD between students of one recipe, in logits */
  readonly seedSd: number
}

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** Standard normal numbers from uniform ones (Box and Muller). */
export const normalFrom = (random: () => number) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Mean of logistic(level + N(0, sd^2)), by the trapezium rule: exact to 1e-10 for a smooth function on +-8 sd. */
export const meanScore = (level: number, sd: number): number => {
  if (sd === 0) return logistic(level)
  let sum = 0
  let weights = 0
  for (let x = -8; x <= 8; x += 0.05) {
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

export interface Draw {
  readonly cell: ItemBySeed
  readonly baseline: ItemBySeed
  /** each student's luck */
  readonly luck: { readonly cell: ReadonlyArray<number>; readonly baseline: ReadonlyArray<number> }
}

/** Draws of a world; levels are found once. */
export const simulator = (world: World, random: () => number) => {
  const totalSd = Math.hypot(world.itemSd, world.seedSd)
  const levels = { cell: levelFor(world.cell, totalSd), baseline: levelFor(world.baseline, totalSd) }
  const normal = normalFrom(random)
  const clusters = numberClusters(Array.from({ length: world.items }, (_, item) => `item-${item}`))
  const answers = (level: number, luck: ReadonlyArray<number>, difficulty_n: Float64Array): ItemBySeed => {
    const values_nS = new Float64Array(world.items * world.seeds)
    for (let item = 0; item < world.items; item++) {
      for (let seed = 0; seed < world.seeds; seed++) {
        const right = random() < logistic(level + difficulty_n[item]! + luck[seed]!)
        values_nS[item * world.seeds + seed] = right ? 1 : 0
      }
    }
    return { numItems: world.items, numSeeds: world.seeds, values_nS, ...clusters }
  }
  return {
    levels,
    draw: (): Draw => {
      const difficulty_n = Float64Array.from({ length: world.items }, () => world.itemSd * normal())
      const students = () => Array.from({ length: world.seeds }, () => world.seedSd * normal())
      const luck = { cell: students(), baseline: students() }
      return {
        cell: answers(levels.cell, luck.cell, difficulty_n),
        baseline: answers(levels.baseline, luck.baseline, difficulty_n),
        luck
      }
    }
  }
}
