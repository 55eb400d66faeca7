/** False findings over several claims, looks and comparisons at once. Shares of the draws, 0 to 1. */
import { alphaSpending, type SpendingRule } from "../../../framework/statistics/alpha-spending.ts"
import { tUpperTail } from "../../../framework/statistics/distributions.ts"
import { combine, type ItemBySeed } from "../../../framework/statistics/ItemBySeed.ts"
import { meanEstimate } from "../../../framework/statistics/mean-estimate.ts"
import { benjaminiHochberg, holm } from "../../../framework/statistics/multiplicity.ts"
import { defaultAlpha, verdict } from "../../../framework/statistics/verdict.ts"
import { recipes, type Surroundings } from "../../unit/statistics/simulate.ts"
import { streamFor } from "./stream.ts"

/** Retention that every claim of a family is judged at. */
const threshold = 0.9

export interface FamilyError {
  /** draws with at least one claim supported, refuted, or either, whose retention is exactly its threshold */
  readonly supported: number
  readonly refuted: number
  readonly either: number
  /** the same without Holm, each claim at the whole alpha */
  readonly unadjusted: number
}

/**
 * A family of claims `retention >= 0.9` against one baseline, all judged by Holm. `clear` of them are far above the threshold (true
 * retention 1), the others exactly at it.
 */
export const familyError = (
  world: Surroundings & { readonly baseline: number }, claims: { readonly clear: number; readonly atThreshold: number }, draws: number
): FamilyError => {
  const scores = [world.baseline, ...Array<number>(claims.clear).fill(world.baseline), ...Array<number>(claims.atThreshold).fill(threshold * world.baseline)]
  const next = recipes(world, scores, streamFor("family", world, claims))
  const count = { supported: 0, refuted: 0, either: 0, unadjusted: 0 }
  for (let draw = 0; draw < draws; draw++) {
    const [baseline, ...cells] = next()
    const judged = cells.map(({ table }) => verdict(table, baseline!.table, threshold))
    const ps = judged.map((one) => ("pSupported" in one ? [one.pSupported, one.pRefuted] as const : [1, 1] as const))
    const rejected = holm(ps.map((both, index) => ({ name: `${index}`, same: `${index}`, p: Math.min(...both) })), defaultAlpha)
    const wrong = { supported: false, refuted: false, unadjusted: false }
    for (let index = claims.clear; index < ps.length; index++) {
      const [supported, refuted] = ps[index]!
      if (Math.min(supported, refuted) <= defaultAlpha) wrong.unadjusted = true
      if (rejected[index]!.isRejected) wrong[supported < refuted ? "supported" : "refuted"] = true
    }
    if (wrong.supported) count.supported += 1
    if (wrong.refuted) count.refuted += 1
    if (wrong.supported || wrong.refuted) count.either += 1
    if (wrong.unadjusted) count.unadjusted += 1
  }
  return {
    supported: count.supported / draws, refuted: count.refuted / draws, either: count.either / draws, unadjusted: count.unadjusted / draws
  }
}

/** The first `seeds` columns of a table: what there was at an earlier look. */
const firstSeeds = (table: ItemBySeed, seeds: number): ItemBySeed => ({
  ...table, numSeeds: seeds, values_nS: table.values_nS.filter((_, index) => index % table.numSeeds < seeds)
})

/** Draws in which some look after 3, 5 and 8 seeds decides a claim whose retention is exactly its threshold, in either direction. */
export const looksError = (
  world: Omit<Surroundings, "seeds"> & { readonly baseline: number }, rule: SpendingRule | "none", draws: number
): number => {
  const looks = [3, 5, 8]
  const alphas = rule === "none" ? looks.map(() => defaultAlpha) : alphaSpending(looks.map((seeds) => seeds / 8), defaultAlpha, rule)
  // the same draws for every rule
  const next = recipes({ ...world, seeds: 8 }, [world.baseline, threshold * world.baseline], streamFor("looks", world))
  let wrong = 0
  for (let draw = 0; draw < draws; draw++) {
    const [baseline, cell] = next()
    const isDecided = looks.some((seeds, look) => {
      const { kind } = verdict(firstSeeds(cell!.table, seeds), firstSeeds(baseline!.table, seeds), threshold, alphas[look]!)
      return kind === "supported" || kind === "refuted"
    })
    if (isDecided) wrong += 1
  }
  return wrong / draws
}

/**
 * Mean share of false ones among the differences that Benjamini-Hochberg keeps at 5 %: `none` recipes score as the baseline does,
 * `some` score 0.85 times as much. Two-sided p by the paired t of items crossed with seeds.
 */
export const falseDiscoveries = (
  world: Surroundings & { readonly baseline: number }, recipesOf: { readonly none: number; readonly some: number }, draws: number
): number => {
  const scores = [world.baseline, ...Array<number>(recipesOf.none).fill(world.baseline), ...Array<number>(recipesOf.some).fill(0.85 * world.baseline)]
  const next = recipes(world, scores, streamFor("discoveries", world, recipesOf))
  let shares = 0
  for (let draw = 0; draw < draws; draw++) {
    const [baseline, ...cells] = next()
    const adjusted = benjaminiHochberg(cells.map(({ table }, index) => {
      const { df, mean, standardError } = meanEstimate(combine(1, table, -1, baseline!.table))
      return { name: `${index}`, p: standardError === 0 ? 1 : Math.min(1, 2 * tUpperTail(Math.abs(mean) / standardError, df)) }
    }))
    const kept = adjusted.map((one) => one.adjusted <= 0.05)
    const numKept = kept.filter(Boolean).length
    if (numKept > 0) shares += kept.slice(0, recipesOf.none).filter(Boolean).length / numKept
  }
  return shares / draws
}
