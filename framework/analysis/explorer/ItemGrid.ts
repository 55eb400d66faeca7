/** Who answered which item how: the students of one evaluation over the same outputs, in one order. */
import type { OutputText, PlannedEvaluation, RecordedPlan, ScoreLine } from "../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { type Verdict, verdictOf } from "../item-tables.ts"

export interface Student {
  /** null: a model beside the cells */
  readonly seed: number | null
  readonly step: string
  readonly lines: ReadonlyArray<ScoreLine>
}

/** A cell, or a model beside the cells, with its students. */
export interface Answerer {
  readonly name: string
  /** index of the cell; null for a model beside the cells */
  readonly cell: number | null
  readonly students: ReadonlyArray<Student>
}

export interface ItemGrid {
  readonly evaluation: PlannedEvaluation
  /** all of the evaluation; the primary one alone where so many verdicts would fill the page */
  readonly rules: ReadonlyArray<{ readonly name: string; readonly verdict: Verdict; readonly readOf: (read: OutputText["read"]) => string | null }>
  /** place of the primary rule */
  readonly primary: number
  /** in the order of the scores */
  readonly items: ReadonlyArray<{ readonly item: string; readonly tier: string }>
  /** outputs an item; those of item i are the lines from i * samples on */
  readonly samples: number
  readonly answerers: ReadonlyArray<Answerer>
  /** names of those that answered other items, or others in another order */
  readonly apart: ReadonlyArray<string>
}

const sameOutputs = (a: ReadonlyArray<ScoreLine>, b: ReadonlyArray<ScoreLine>): boolean =>
  a.length === b.length && a.every(({ item, sample }, place) => item === b[place]!.item && sample === b[place]!.sample)

/** Six of them are a character of the page. */
const mostVerdicts = 6_000_000

/** Null where nothing is scored, or items differ in their number of samples. */
export const itemGrid = (
  plan: RecordedPlan, outcomes: ExperimentOutcomes, evaluation: PlannedEvaluation, nameOf: (cell: number) => string
): ItemGrid | null => {
  const student = (seed: number | null, step: string | undefined): ReadonlyArray<Student> => {
    const lines = outcomes.scores.get(step ?? "")
    return step === undefined || lines === undefined || lines.length === 0 ? [] : [{ seed, step, lines }]
  }
  const all: ReadonlyArray<Answerer> = [
    ...plan.cells.filter(({ status }) => status === "distinct").map(({ index, trials }) => ({
      name: nameOf(index), cell: index, students: trials.flatMap((trial) => student(trial.seed, trial.evaluations[evaluation.name]?.score))
    })),
    { name: "base student", cell: null, students: student(null, plan.baseStudent?.[evaluation.name]) },
    { name: "teacher", cell: null, students: student(null, plan.teacher?.[evaluation.name]) }
  ].filter(({ students }) => students.length > 0)
  const first = all[0]?.students[0]?.lines
  if (first === undefined) return null
  const samples = first.findLastIndex(({ item }) => item === first[0]!.item) + 1
  const isEven = first.length % samples === 0 && first.every(({ item }, place) => item === first[place - (place % samples)]!.item)
  if (!isEven) return null
  const rules: ItemGrid["rules"] = [
    ...(["strict", "lenient", "first"] as const).map((rule) => ({ name: rule, verdict: rule, readOf: (read: OutputText["read"]) => read[rule] })),
    ...evaluation.thoughtTokens.map((budget, forcedBudget) => ({
      name: `forced ${budget}`, verdict: { forcedBudget }, readOf: (read: OutputText["read"]) => read.forced[forcedBudget] ?? null
    }))
  ]
  const primary = ["strict", "lenient", "first", "forced"].indexOf(plan.primaryRule)
  const verdicts = rules.length * first.length * all.reduce((sum, { students }) => sum + students.length, 0)
  const fits = (one: Answerer) => one.students.every(({ lines }) => sameOutputs(lines, first))
  return {
    evaluation,
    ...(verdicts > mostVerdicts ? { rules: rules.slice(primary, primary + 1), primary: 0 } : { rules, primary }),
    items: first.filter((_, place) => place % samples === 0).map(({ item, tier }) => ({ item, tier })),
    samples,
    answerers: all.filter(fits),
    apart: all.filter((one) => !fits(one)).map(({ name }) => name)
  }
}

/** How often, of its students and samples, an answerer got each item right. */
export const rightOf = ({ items, samples }: ItemGrid, { students }: Answerer, verdict: Verdict): Float64Array =>
  Float64Array.from(items, (_, item) => {
    let right = 0
    for (const { lines } of students) {
      for (let sample = 0; sample < samples; sample++) if (verdictOf(lines[item * samples + sample]!, verdict)) right += 1
    }
    return right / (students.length * samples)
  })
