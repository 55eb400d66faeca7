/** What the scores of one trial say, as counts and shares; intervals are drawn elsewhere (`statistics/`). */
import type { ScoreLine } from "../journal/RecordedPlan.ts"

export interface RuleScores {
  readonly strict: number
  readonly lenient: number
  readonly first: number
  /** one share a thought budget */
  readonly forced: ReadonlyArray<number>
}

export interface ScoreSummary {
  readonly items: number
  readonly lines: number
  /** shares of all lines in [0, 1]; avg@n, as every item has equally many samples */
  readonly accuracy: RuleScores
  readonly byTier: Readonly<Record<string, { readonly lines: number; readonly accuracy: RuleScores }>>
  readonly finished: number
  readonly thoughtClosed: number
  /** mean of the new tokens of a line */
  readonly tokens: number
  /** among the finished lines; null if none finished */
  readonly accuracyGivenFinished: RuleScores | null
  /** answers that could not be compared, by the limit that they met; left out where there are none */
  readonly undecided?: Readonly<Record<string, number>>
}

const share = (lines: ReadonlyArray<ScoreLine>, holds: (line: ScoreLine) => boolean): number =>
  lines.length === 0 ? 0 : lines.filter(holds).length / lines.length

const scoresOf = (lines: ReadonlyArray<ScoreLine>): RuleScores => ({
  strict: share(lines, (line) => line.strict),
  lenient: share(lines, (line) => line.lenient),
  first: share(lines, (line) => line.first),
  forced: (lines[0]?.forced ?? []).map((_, budget) => share(lines, (line) => line.forced[budget] === true))
})

const undecidedOf = (lines: ReadonlyArray<ScoreLine>): Pick<ScoreSummary, "undecided"> => {
  const counts = new Map<string, number>()
  for (const limit of lines.flatMap(({ undecided }) => Object.values(undecided ?? {}))) counts.set(limit, (counts.get(limit) ?? 0) + 1)
  return counts.size === 0 ? {} : { undecided: Object.fromEntries([...counts].sort(([a], [b]) => a < b ? -1 : 1)) }
}

export const summarise = (lines: ReadonlyArray<ScoreLine>): ScoreSummary => {
  const tiers = [...new Set(lines.map((line) => line.tier))].sort()
  const finished = lines.filter((line) => line.finished)
  return {
    items: new Set(lines.map((line) => line.item)).size,
    lines: lines.length,
    accuracy: scoresOf(lines),
    byTier: Object.fromEntries(tiers.map((tier) => {
      const ofTier = lines.filter((line) => line.tier === tier)
      return [tier, { lines: ofTier.length, accuracy: scoresOf(ofTier) }]
    })),
    finished: share(lines, (line) => line.finished),
    thoughtClosed: share(lines, (line) => line.thoughtClosed),
    tokens: lines.length === 0 ? 0 : lines.reduce((sum, line) => sum + line.tokens, 0) / lines.length,
    accuracyGivenFinished: finished.length === 0 ? null : scoresOf(finished),
    ...undecidedOf(lines)
  }
}

/** Forced at each thought budget, as metrics under `eval/<evaluation>/`: `forced_at_92`. */
export const budgetMetrics = (evaluation: string, { accuracy }: ScoreSummary, budgets: ReadonlyArray<number>): Readonly<Record<string, number>> =>
  Object.fromEntries(accuracy.forced.map((value, place) => [`eval/${evaluation}/forced_at_${budgets[place]}`, value]))

/** The summary as metrics of a trial, under `eval/<evaluation>/`. The second budget, if there is one, is `forced_half`. */
export const summaryMetrics = (evaluation: string, summary: ScoreSummary): Readonly<Record<string, number>> => {
  const { accuracy } = summary
  const named: Record<string, number> = {
    strict: accuracy.strict, lenient: accuracy.lenient, first: accuracy.first,
    finished: summary.finished, thought_closed: summary.thoughtClosed, tokens: summary.tokens
  }
  const [forced, half] = accuracy.forced
  if (forced !== undefined) named["forced"] = forced
  if (half !== undefined) named["forced_half"] = half
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`eval/${evaluation}/${name}`, value]))
}

/** avg@n and pass@k as metrics under `eval/<evaluation>/`, where items have several samples: MLflow takes no `@`. */
export const sampleMetrics = (
  evaluation: string, samples: number, average: number, passes: ReadonlyArray<{ readonly k: number; readonly value: number }>
): Readonly<Record<string, number>> => Object.fromEntries([
  [`eval/${evaluation}/avg_at_${samples}`, average],
  ...passes.filter(({ k }) => k > 1).map(({ k, value }) => [`eval/${evaluation}/pass_at_${k}`, value])
])
