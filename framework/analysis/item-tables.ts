/** From score lines to the tables that statistics work on. */
import type { PlannedCell, PlannedClaim, ScoreLine } from "../journal/RecordedPlan.ts"
import { type ItemBySeed, numberClusters } from "../statistics/ItemBySeed.ts"
import type { ExperimentOutcomes } from "./ExperimentOutcomes.ts"

export type Rule = PlannedClaim["rule"]
export const rules: ReadonlyArray<Rule> = ["strict", "lenient", "first", "forced"]

/** Which verdict of a line counts: a rule, or one thought budget of the forced rule. `forced` is its first budget. */
export type Verdict = Rule | { readonly forcedBudget: number }

export const verdictOf = (line: ScoreLine, verdict: Verdict): boolean =>
  typeof verdict === "object"
    ? (line.forced[verdict.forcedBudget] ?? false)
    : verdict === "forced"
      ? (line.forced[0] ?? false)
      : line[verdict]

/** Lines of each seed that has been scored, in the order of the cell's trials. */
export const scoredSeeds = (
  cell: PlannedCell,
  evaluation: string,
  outcomes: ExperimentOutcomes
): ReadonlyMap<number, ReadonlyArray<ScoreLine>> => {
  const lines = new Map<number, ReadonlyArray<ScoreLine>>()
  for (const trial of cell.trials) {
    const step = trial.evaluations[evaluation]?.score
    const scored = step === undefined ? undefined : outcomes.scores.get(step)
    if (scored !== undefined && scored.length > 0) lines.set(trial.seed, scored)
  }
  return lines
}

/** Where each line of one student belongs: independent of the verdict asked for. */
interface Layout {
  readonly items_n: ReadonlyArray<string>
  readonly clusters: ReturnType<typeof numberClusters>
  /** row of each line */
  readonly rows: Int32Array
  readonly samples_n: Int32Array
}

/** Lines are read under many verdicts and against several baselines: laid out once, forgotten with them. */
const layouts = new WeakMap<ReadonlyArray<ScoreLine>, Layout>()

/** The layout made last: students of one benchmark answer the same items in the same order, so one layout serves them all. */
let last: { readonly lines: ReadonlyArray<ScoreLine>; readonly layout: Layout } | null = null

const isLaidOutAlike = (a: ReadonlyArray<ScoreLine>, b: ReadonlyArray<ScoreLine>): boolean =>
  a.length === b.length && a.every(({ cluster, item }, place) => item === b[place]!.item && cluster === b[place]!.cluster)

const layoutOf = (lines: ReadonlyArray<ScoreLine>): Layout => {
  const known = layouts.get(lines)
  if (known !== undefined) return known
  const layout = last !== null && isLaidOutAlike(last.lines, lines) ? last.layout : makeLayout(lines)
  last = { lines, layout }
  layouts.set(lines, layout)
  return layout
}

const makeLayout = (lines: ReadonlyArray<ScoreLine>): Layout => {
  const clusterOf = new Map(lines.map(({ cluster, item }) => [item, cluster]))
  const items_n = [...clusterOf.keys()].sort()
  const rowOf = new Map(items_n.map((item, row) => [item, row]))
  const rows = Int32Array.from(lines, ({ item }) => rowOf.get(item)!)
  const samples_n = new Int32Array(items_n.length)
  for (const row of rows) samples_n[row]! += 1
  return { items_n, clusters: numberClusters(items_n.map((item) => clusterOf.get(item)!)), rows, samples_n }
}

/**
 * Items x seeds, samples averaged within an item, items in order of their names.
 * @returns null if nothing is scored, or the seeds were not scored on the same items, which then cannot be paired
 */
export const itemTable = (
  bySeed: ReadonlyMap<number, ReadonlyArray<ScoreLine>>,
  verdict: Verdict
): (ItemBySeed & { readonly items_n: ReadonlyArray<string> }) | null => {
  const seeds = [...bySeed.values()].map((lines) => ({ lines, layout: layoutOf(lines) }))
  const first = seeds[0]?.layout
  if (first === undefined || !seeds.every(({ layout }) => sameItems(layout, first))) return null
  const { clusters, items_n } = first
  const values_nS = new Float64Array(items_n.length * seeds.length)
  for (const [column, { layout, lines }] of seeds.entries()) {
    for (const [place, line] of lines.entries()) {
      const row = layout.rows[place]!
      if (verdictOf(line, verdict)) values_nS[row * seeds.length + column]! += 1 / layout.samples_n[row]!
    }
  }
  return { numItems: items_n.length, numSeeds: seeds.length, values_nS, ...clusters, items_n }
}

/** Two tables over the same items (in the same order): only then may they be paired. */
export const sameItems = (a: { readonly items_n: ReadonlyArray<string> }, b: typeof a): boolean =>
  a.items_n === b.items_n || (a.items_n.length === b.items_n.length && a.items_n.every((item, row) => item === b.items_n[row]))
