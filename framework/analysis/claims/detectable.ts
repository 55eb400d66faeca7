/** Before anything runs: the smallest effect that a plan can find, and whether a claim can be decided at all. */
import type { PlannedClaim, RecordedPlan } from "../../journal/RecordedPlan.ts"
import { contrastVariance, defaultPower, detectableEffect, itemsForEffect } from "../../statistics/detectable-effect.ts"
import { seedsForPopulation, type VarianceComponents } from "../../statistics/mean-estimate.ts"
import { powerAt } from "../../statistics/power.ts"
import { defaultAlpha } from "../../statistics/verdict.ts"
import type { Question } from "../question.ts"
import { questionOf } from "../question.ts"
import type { Against } from "../retention.ts"
import { comparedKey, hypothesesOf } from "./hypotheses.ts"
import type { Pilot } from "./pilot.ts"

export interface Assumptions {
  readonly baseline: number
  readonly correlation: number
  /** SD between students of one recipe, in logits */
  readonly seedSd: number
}

/** What is asked of a plan: one a claim, or, without claims, one an evaluation against the baseline. */
export interface Asked {
  /** null: no claim; is a cell worse than its baseline at all? */
  readonly claim: string | null
  readonly question: Question
  readonly against: Against
  readonly threshold: number
  readonly assume: number
  /** cells it is about */
  readonly cells: ReadonlyArray<number>
}

export interface Detectable extends Omit<Asked, "question" | "cells"> {
  readonly evaluation: string
  readonly hypotheses: number
  readonly items: number
  readonly seeds: number
  readonly samples: number
  /** one-sided, of the first step of Holm over all declared hypotheses */
  readonly alpha: number
  readonly from: "assumed" | "pilot" | "pilot, seeds assumed"
  readonly baseline: number
  readonly components: VarianceComponents
  /** smallest difference that is found with 80 % power: in score (0.05 is 5 points), and in retention */
  readonly effect: number
  readonly effectInRetention: number
  /** power at the assumed retention, by noncentral t; null under 3 seeds, which give no verdict */
  readonly power: number | null
  /** items that the assumed retention needs at these seeds; null without a claim */
  readonly itemsNeeded: number | "not reachable" | null
}

/** Claims of the plan; without any, its evaluations against the matched (else the reference) baseline. */
export const askedOf = (plan: RecordedPlan): ReadonlyArray<Asked> => {
  if (plan.claims.length > 0) {
    return plan.claims.map((claim: PlannedClaim) => ({
      claim: claim.name, question: questionOf(claim), against: claim.against, threshold: claim.threshold, assume: claim.assume, cells: claim.cells
    }))
  }
  const against = (["matched", "reference"] as const).find((one) => plan.cells.some(({ baselines }) => baselines[one] !== null))
  if (against === undefined) return []
  const cells = plan.cells.filter(({ baselines, index, status }) => status === "distinct" && baselines[against] !== null && baselines[against] !== index)
  return cells.length === 0 ? [] : plan.evaluations.map(({ name }) => ({
    claim: null, question: { evaluations: [name], rule: plan.primaryRule, tier: null }, against, threshold: 1, assume: 1,
    cells: cells.map(({ index }) => index)
  }))
}

const logitSlope = (score: number): number => score * (1 - score)

/**
 * Components where nothing is known: right and wrong of a single answer, all of it taken as the items' own (more seeds or samples
 * then gain nothing on them: cautious); students vary by `seedSd` logits in cell and baseline, each on its own.
 */
const assumedComponents = ({ baseline, correlation, seedSd }: Assumptions, threshold: number, assume: number): VarianceComponents => {
  const cell = Math.min(1, assume * baseline)
  return {
    item: contrastVariance({ baseline, retention: assume, threshold, correlation }),
    seed: (seedSd * logitSlope(cell)) ** 2 + (threshold * seedSd * logitSlope(baseline)) ** 2,
    residual: 0
  }
}

/**
 * @param pilotFor what results say; null where there are none
 */
export const detectable = (
  plan: RecordedPlan, assumptions: Assumptions, pilotFor: (asked: Asked) => Pilot | null
): ReadonlyArray<Detectable> => {
  const numHypotheses = Math.max(1, new Set(hypothesesOf(plan).map(comparedKey)).size)
  const alpha = plan.claims.length === 0 ? defaultAlpha : defaultAlpha / numHypotheses
  return askedOf(plan).map((asked): Detectable => {
    const { assume, question, threshold } = asked
    const evaluations = plan.evaluations.filter(({ name }) => question.evaluations.includes(name))
    const items = evaluations.reduce((sum, { items: all, tiers }) =>
      sum + (question.tier === null || tiers === undefined ? all : tiers[question.tier] ?? 0), 0)
    const seeds = plan.seeds.length
    const pilot = pilotFor(asked)
    const baseline = pilot?.baseline ?? assumptions.baseline
    const guessed = assumedComponents({ ...assumptions, baseline }, threshold, assume)
    const components = pilot === null ? guessed : { ...pilot.components, seed: pilot.components.seed ?? guessed.seed }
    // the residual of a pilot is that of the mean over its samples
    const design = { items, seeds, samples: 1 }
    const effect = detectableEffect(components, design, alpha)
    const distance = Math.abs(assume - threshold) * baseline
    return {
      claim: asked.claim, against: asked.against, threshold, assume, evaluation: question.evaluations.join("+"),
      hypotheses: asked.claim === null ? 1 : asked.cells.length,
      items, seeds, samples: Math.min(...evaluations.map(({ samples }) => samples)), alpha,
      from: pilot === null ? "assumed" : pilot.components.seed === null ? "pilot, seeds assumed" : "pilot",
      baseline, components, effect, effectInRetention: baseline === 0 ? Infinity : effect / baseline,
      power: asked.claim === null || seeds < seedsForPopulation || items < 2 ? null : powerAt((assume - threshold) * baseline, components, { items, seeds }, alpha),
      itemsNeeded: asked.claim === null ? null : distance === 0 ? "not reachable" : itemsForEffect(components, distance, design, alpha, defaultPower)
    }
  })
}
