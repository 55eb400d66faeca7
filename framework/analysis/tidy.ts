/** The experiment as tidy rows: one a trial, one a cell and evaluation, one a reference model. */
import type { PlannedCell, RecordedPlan } from "../journal/RecordedPlan.ts"
import { type ScoreInterval, scoreInterval } from "../statistics/score-interval.ts"
import { budgetsOf, curveName, ratioOf } from "./axis-values.ts"
import { meanCost, type TrialCost, trialCost } from "./cost.ts"
import type { ExperimentOutcomes, TrialOutcome } from "./ExperimentOutcomes.ts"
import { type Answering, answeringOf } from "./answering.ts"
import { itemTable, type Rule, rules, scoredSeeds, type Verdict } from "./item-tables.ts"
import { linesOn, tiersOf } from "./question.ts"
import { type Retention, retentionOf, retentionOn } from "./retention.ts"
import { type PassAt, passesOf, samplesOf } from "./samples.ts"

export type Scores = Readonly<Record<Rule, ScoreInterval | null>>

export interface TrialRow {
  readonly trial: string
  readonly cell: number
  readonly name: string
  readonly seed: number
  readonly status: TrialOutcome["status"]
  readonly attempts: number
  readonly reusedFrom: string | null
  readonly failure: TrialOutcome["failure"]
  readonly cost: TrialCost | null
  readonly heldout: Readonly<Record<string, number>>
  /** share right by evaluation and rule; null where not scored */
  readonly scores: Readonly<Record<string, Readonly<Record<Rule, number>> | null>>
}

export interface CellRow {
  readonly cell: number
  readonly name: string
  readonly role: PlannedCell["role"]
  readonly status: PlannedCell["status"]
  readonly reason: string | null
  readonly aliasOf: number | null
  readonly axes: PlannedCell["axes"]
  readonly ratio: number | null
  /** its place on all varying axes but the ratio */
  readonly curve: string
  readonly evaluation: string
  readonly items: number
  readonly seedsPlanned: ReadonlyArray<number>
  readonly seedsScored: ReadonlyArray<number>
  /** a trial of it failed for good */
  readonly failed: boolean
  readonly scores: Scores
  /** forced at each thought budget of the evaluation */
  readonly forcedBudgets: ReadonlyArray<{ readonly thoughtTokens: number; readonly score: ScoreInterval | null }>
  readonly answering: Answering | null
  /** by tier of difficulty, in order of their names, under the plan's primary rule; empty where all items are of one */
  readonly tiers: ReadonlyArray<TierScore>
  /** of each item; null where nothing is scored, or items have not equally many */
  readonly samples: number | null
  /** under the plan's primary rule; empty unless items have several samples */
  readonly passes: ReadonlyArray<PassAt>
  /** under the plan's primary rule */
  readonly retention: { readonly matched: Retention; readonly reference: Retention }
  /** means over its trials, peaks their maximum */
  readonly cost: TrialCost | null
  /** mean over its trials */
  readonly heldout: Readonly<Record<string, number>>
}

export interface TierScore {
  readonly tier: string
  readonly items: number
  readonly score: ScoreInterval | null
  /** against the matched baseline */
  readonly matched: Retention
}

/** A row beside the cells: the untrained student, the teacher. */
export interface ModelRow {
  readonly model: "base student" | "teacher"
  readonly evaluation: string
  readonly items: number
  readonly scores: Scores
  readonly forcedBudgets: CellRow["forcedBudgets"]
  readonly answering: Answering | null
  readonly samples: CellRow["samples"]
  readonly passes: CellRow["passes"]
}

export interface TidyTables {
  readonly trials: ReadonlyArray<TrialRow>
  readonly cells: ReadonlyArray<CellRow>
  readonly models: ReadonlyArray<ModelRow>
}

/** All rows, in the plan's order; a trial stands once, under the first cell that has it. */
export const tidy = (plan: RecordedPlan, outcomes: ExperimentOutcomes): TidyTables => ({
  trials: plan.cells.filter(({ status }) => status === "distinct").flatMap((cell) => trialRows(cell, outcomes)),
  cells: plan.evaluations.flatMap(({ name }) => plan.cells.map((cell) => cellRow(plan, outcomes, cell, name))),
  models: plan.evaluations.flatMap(({ name }) => modelRows(plan, outcomes, name))
})

const trialRows = (cell: PlannedCell, outcomes: ExperimentOutcomes): ReadonlyArray<TrialRow> =>
  cell.trials.map((trial) => {
    const outcome = outcomes.trials.get(trial.id)
    const scores = Object.entries(trial.evaluations).map(([evaluation, { score }]) => {
      const lines = outcomes.scores.get(score)
      if (lines === undefined || lines.length === 0) return [evaluation, null] as const
      const bySeed = new Map([[trial.seed, lines]])
      return [evaluation, Object.fromEntries(rules.map((rule) => [rule, mean(bySeed, rule)])) as Record<Rule, number>] as const
    })
    return {
      trial: trial.id, cell: cell.index, name: cell.name, seed: trial.seed,
      status: outcome?.status ?? "waiting", attempts: outcome?.attempts ?? 0,
      reusedFrom: outcome?.reusedFrom ?? null, failure: outcome?.failure ?? null,
      cost: outcome?.cost == null ? null : trialCost(outcome.cost, cell.predicted),
      heldout: outcome?.heldout ?? {}, scores: Object.fromEntries(scores)
    }
  })

const mean = (bySeed: Parameters<typeof itemTable>[0], rule: Rule): number => {
  const values = itemTable(bySeed, rule)!.values_nS
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const cellRow = (plan: RecordedPlan, outcomes: ExperimentOutcomes, cell: PlannedCell, evaluation: string): CellRow => {
  const bySeed = scoredSeeds(cell, evaluation, outcomes)
  const trials = cell.trials.flatMap(({ id }) => outcomes.trials.get(id) ?? [])
  const retention = (against: "matched" | "reference"): Retention =>
    cell.status === "left-out"
      ? { kind: "not-defined", reason: cell.reason ?? "left out" }
      : retentionOf(plan, outcomes, cell, evaluation, against, plan.primaryRule)
  return {
    cell: cell.index, name: cell.name, role: cell.role, status: cell.status, reason: cell.reason,
    aliasOf: cell.aliasOf, axes: cell.axes, ratio: ratioOf(cell), curve: curveName(plan, cell), evaluation,
    seedsPlanned: cell.trials.map(({ seed }) => seed), seedsScored: [...bySeed.keys()],
    failed: trials.some(({ status }) => status === "failed"),
    ...scored(plan, evaluation, bySeed, budgetsOf(plan, cell, evaluation)),
    tiers: cell.status === "left-out" ? [] : tierScores(plan, outcomes, cell, evaluation),
    retention: { matched: retention("matched"), reference: retention("reference") },
    cost: meanCost(trials.flatMap(({ cost }) => (cost === null ? [] : [trialCost(cost, cell.predicted)]))),
    heldout: meanByKey(trials.map(({ heldout }) => heldout))
  }
}

const tierScores = (plan: RecordedPlan, outcomes: ExperimentOutcomes, cell: PlannedCell, evaluation: string): ReadonlyArray<TierScore> => {
  const tiers = tiersOf(plan, outcomes, [evaluation])
  if (tiers.length < 2) return []
  return tiers.map((tier) => {
    const question = { evaluations: [evaluation], rule: plan.primaryRule, tier }
    const table = itemTable(linesOn(plan, outcomes, cell, question), plan.primaryRule)
    return {
      tier, items: table?.numItems ?? 0, score: table === null ? null : scoreInterval(table),
      matched: retentionOn(plan, outcomes, cell, "matched", question)
    }
  })
}

const modelRows = (plan: RecordedPlan, outcomes: ExperimentOutcomes, evaluation: string): ReadonlyArray<ModelRow> =>
  ([["base student", plan.baseStudent], ["teacher", plan.teacher]] as const).flatMap(([model, steps]) => {
    const lines = outcomes.scores.get(steps?.[evaluation] ?? "")
    if (lines === undefined || lines.length === 0) return []
    return [{ model, evaluation, ...scored(plan, evaluation, new Map([[0, lines]]), budgetsOf(plan, null, evaluation)) }]
  })

const scored = (plan: RecordedPlan, evaluation: string, bySeed: ReturnType<typeof scoredSeeds>, budgets: ReadonlyArray<number>) => {
  const interval = (verdict: Verdict) => {
    const table = itemTable(bySeed, verdict)
    return table === null ? null : scoreInterval(table)
  }
  return {
    items: itemTable(bySeed, "strict")?.numItems ?? 0,
    scores: Object.fromEntries(rules.map((rule) => [rule, interval(rule)])) as unknown as Scores,
    forcedBudgets: budgets.map((thoughtTokens, forcedBudget) => ({ thoughtTokens, score: interval({ forcedBudget }) })),
    answering: answeringOf([...bySeed.values()].flat(), plan.primaryRule),
    samples: samplesOf(bySeed),
    passes: passesOf(bySeed, plan.primaryRule)
  }
}

const meanByKey = (records: ReadonlyArray<Readonly<Record<string, number>>>): Readonly<Record<string, number>> => {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].sort()
  return Object.fromEntries(
    keys.map((key) => {
      const values = records.flatMap((record) => (record[key] === undefined ? [] : [record[key]]))
      return [key, values.reduce((sum, value) => sum + value, 0) / values.length]
    })
  )
}
