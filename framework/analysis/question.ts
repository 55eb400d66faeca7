/** What is asked of a student: which items, and what counts as right. */
import type { PlannedCell, PlannedClaim, RecordedPlan, ScoreLine } from "../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"
import { scoredSeeds, type Verdict } from "./item-tables.ts"

export interface Question {
  /** one evaluation, or several whose items are pooled */
  readonly evaluations: ReadonlyArray<string>
  readonly rule: Verdict
  /** one tier of the items; null: all of them */
  readonly tier: string | null
}

export const questionOf = ({ evaluation, evaluations, rule, tier }: PlannedClaim): Question =>
  ({ evaluations: evaluations ?? [evaluation], rule, tier: tier ?? null })

/** Chosen lines of lines that are asked for again and again: kept as long as those. */
const chosen = new WeakMap<ReadonlyArray<ScoreLine>, Map<string, ReadonlyArray<ScoreLine>>>()

const remembered = (
  lines: ReadonlyArray<ScoreLine>, key: string, make: () => ReadonlyArray<ScoreLine>
): ReadonlyArray<ScoreLine> => {
  const known = chosen.get(lines) ?? new Map<string, ReadonlyArray<ScoreLine>>()
  chosen.set(lines, known)
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}

const ofTier = (lines: ReadonlyArray<ScoreLine>, tier: string | null): ReadonlyArray<ScoreLine> =>
  tier === null ? lines : remembered(lines, `tier ${tier}`, () => lines.filter((line) => line.tier === tier))

/** Items of different evaluations may share a name; those of different benchmarks may share the name of a problem by chance only. */
const pooled = (plan: RecordedPlan, parts: ReadonlyArray<readonly [string, ReadonlyArray<ScoreLine>]>): ReadonlyArray<ScoreLine> =>
  parts.flatMap(([evaluation, lines]) => remembered(lines, `pooled ${evaluation}`, () => {
    const benchmark = plan.evaluations.find(({ name }) => name === evaluation)?.benchmark ?? evaluation
    return lines.map((line) => ({ ...line, item: `${evaluation}/${line.item}`, cluster: `${benchmark}/${line.cluster}` }))
  }))

/** Lines of each seed of a cell that answer the question: of several evaluations, seeds that were scored on all of them. */
export const linesOn = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, cell: PlannedCell, { evaluations, tier }: Question
): ReadonlyMap<number, ReadonlyArray<ScoreLine>> => {
  const scored = evaluations.map((evaluation) => [evaluation, scoredSeeds(cell, evaluation, outcomes)] as const)
  const lines = new Map<number, ReadonlyArray<ScoreLine>>()
  for (const { seed } of cell.trials) {
    const parts = scored.flatMap(([evaluation, bySeed]) => {
      const all = bySeed.get(seed)
      return all === undefined ? [] : [[evaluation, ofTier(all, tier)] as const]
    })
    if (parts.length < evaluations.length || parts.length === 0) continue
    const [only] = parts
    const asked = parts.length === 1 ? only![1] : pooled(plan, parts)
    if (asked.length > 0) lines.set(seed, asked)
  }
  return lines
}

/** The same of a model beside the cells (the base student, the teacher), which answers once. */
export const modelLinesOn = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, steps: RecordedPlan["baseStudent"], { evaluations, tier }: Question
): ReadonlyArray<ScoreLine> | null => {
  const parts = evaluations.flatMap((evaluation) => {
    const lines = outcomes.scores.get(steps?.[evaluation] ?? "")
    return lines === undefined || lines.length === 0 ? [] : [[evaluation, ofTier(lines, tier)] as const]
  })
  if (parts.length < evaluations.length || parts.length === 0) return null
  const lines = parts.length === 1 ? parts[0]![1] : pooled(plan, parts)
  return lines.length === 0 ? null : lines
}

/** Tiers that the items of an evaluation have, in order of their names. */
export const tiersOf = (plan: RecordedPlan, outcomes: ExperimentOutcomes, evaluations: ReadonlyArray<string>): ReadonlyArray<string> => {
  const names = new Set<string>()
  for (const evaluation of evaluations) {
    const steps = [
      plan.teacher?.[evaluation], plan.baseStudent?.[evaluation],
      ...plan.cells.flatMap(({ trials }) => trials.map((trial) => trial.evaluations[evaluation]?.score))
    ]
    // all students answer the same items: the first that is scored tells
    const scored = steps.find((step) => (outcomes.scores.get(step ?? "")?.length ?? 0) > 0)
    for (const { tier } of outcomes.scores.get(scored ?? "") ?? []) names.add(tier)
  }
  return [...names].sort()
}
