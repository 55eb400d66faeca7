/** Two experiments, cell by cell on the items that both have answered. Pure. */
import type { RecordedPlan, ScoreLine } from "../../journal/RecordedPlan.ts"
import type { ContrastInterval } from "../../statistics/contrast.ts"
import { benjaminiHochberg } from "../../statistics/multiplicity.ts"
import { pairedDifference } from "../../statistics/paired-difference.ts"
import { type PairedTest, pairedTest } from "../../statistics/paired-tests.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { itemTable, type Rule, sameItems, scoredSeeds } from "../item-tables.ts"
import { type CellRow, tidy } from "../tidy.ts"
import { type CellPair, pairCells, type Unpaired } from "./pair-cells.ts"

export interface Side {
  readonly plan: RecordedPlan
  readonly outcomes: ExperimentOutcomes
}

export type Difference =
  /** all trials are one and the same: nothing to compare */
  | { readonly kind: "same-trials" }
  | {
    readonly kind: "measured"
    /** score of B less score of A on the shared items, 95 % */
    readonly interval: ContrastInterval
    readonly test: PairedTest
    /** Benjamini-Hochberg over all rows of the comparison */
    readonly adjustedP: number
    readonly items: number
    readonly itemsOf: readonly [a: number, b: number]
    readonly seeds: ReadonlyArray<number>
  }
  | { readonly kind: "not-defined"; readonly reason: string }
  | { readonly kind: "waiting" }

export interface ComparedCell extends Pick<CellPair, "by" | "sharedTrials"> {
  readonly a: CellRow
  readonly b: CellRow
  readonly difference: Difference
}

/** A field of the spec that the two have otherwise; null where one has none. */
export interface DifferingField {
  readonly field: string
  readonly a: string | null
  readonly b: string | null
}

export interface Comparison {
  readonly a: Side
  readonly b: Side
  readonly rule: Rule
  /** pairs of evaluations that are compared, by name */
  readonly evaluations: ReadonlyArray<{ readonly a: string; readonly b: string }>
  readonly rows: ReadonlyArray<ComparedCell>
  readonly unpaired: ReadonlyArray<Unpaired>
  /** trials that both experiments have, each made once */
  readonly sharedTrials: number
  readonly fields: ReadonlyArray<DifferingField>
  /** what must be known beside the numbers */
  readonly remarks: ReadonlyArray<string>
}

/** Fixed: the same results give the same bytes. */
const testSeed = 0

const evaluationPairs = (a: RecordedPlan, b: RecordedPlan) => {
  const same = a.evaluations.flatMap((one) => b.evaluations.flatMap((other) => one.name === other.name && one.benchmark === other.benchmark ? [{ a: one.name, b: other.name }] : []))
  const [[first, ...moreA], [second, ...moreB]] = [a.evaluations, b.evaluations]
  const areOnly = first !== undefined && second !== undefined && moreA.length === 0 && moreB.length === 0
  return same.length === 0 && areOnly && first.benchmark === second.benchmark ? [{ a: first.name, b: second.name }] : same
}

type Lines = ReadonlyArray<ScoreLine>

/** Lines of items that both have; a name that stands for two problems is told. */
const onShared = (a: ReadonlyMap<number, Lines>, b: ReadonlyMap<number, Lines>, seeds: ReadonlyArray<number>) => {
  const problems = (lines: Lines) => new Map(lines.map(({ cluster, item }) => [item, cluster]))
  const [ofA, ofB] = [problems(a.get(seeds[0]!)!), problems(b.get(seeds[0]!)!)]
  const shared = new Set([...ofA.keys()].filter((item) => ofB.has(item)))
  const other = [...shared].find((item) => ofA.get(item) !== ofB.get(item))
  const kept = (of: ReadonlyMap<number, Lines>) => new Map(seeds.map((seed) => [seed, of.get(seed)!.filter(({ item }) => shared.has(item))] as const))
  return { other, itemsOf: [ofA.size, ofB.size] as const, shared: shared.size, a: kept(a), b: kept(b) }
}

const difference = (a: Side, b: Side, pair: CellPair, names: { readonly a: string; readonly b: string }, rule: Rule): Difference => {
  const [linesA, linesB] = [scoredSeeds(pair.a, names.a, a.outcomes), scoredSeeds(pair.b, names.b, b.outcomes)]
  if (linesA.size === 0 || linesB.size === 0) {
    const failed = ([["A", a, pair.a, linesA], ["B", b, pair.b, linesB]] as const).find(([, { outcomes }, { trials }, lines]) =>
      lines.size === 0 && trials.some(({ id }) => outcomes.trials.get(id)?.status === "failed"))
    return failed === undefined ? { kind: "waiting" } : { kind: "not-defined", reason: `failed in ${failed[0]}` }
  }
  const seeds = [...linesA.keys()].filter((seed) => linesB.has(seed))
  const isSame = names.a === names.b && pair.a.trials.length === pair.b.trials.length && pair.sharedTrials === pair.a.trials.length
  if (seeds.length === 0) return { kind: "not-defined", reason: `no training seed in common: ${[...linesA.keys()].join(", ")} and ${[...linesB.keys()].join(", ")}` }
  const both = onShared(linesA, linesB, seeds)
  if (both.shared === 0) return { kind: "not-defined", reason: "no item in common: they cannot be paired" }
  if (both.other !== undefined) return { kind: "not-defined", reason: `item ${both.other} is another problem in B: they cannot be paired` }
  if (isSame && both.shared === both.itemsOf[0] && both.shared === both.itemsOf[1]) return { kind: "same-trials" }
  const [first, second] = [itemTable(both.a, rule), itemTable(both.b, rule)]
  if (first === null || second === null || !sameItems(first, second)) return { kind: "not-defined", reason: "seeds were not scored on the same items: they cannot be paired" }
  const samples = Math.max(...[[a, names.a], [b, names.b]].map(([side, name]) => (side as Side).plan.evaluations.find((one) => one.name === name)?.samples ?? 1))
  return {
    kind: "measured", interval: pairedDifference(second, first), test: pairedTest(second, first, { samples, seed: testSeed }), adjustedP: 1,
    items: both.shared, itemsOf: both.itemsOf, seeds
  }
}

/** @param fields what differs between the specs, from whoever can read them */
export const compare = (a: Side, b: Side, fields: ReadonlyArray<DifferingField>): Comparison => {
  const rule = a.plan.primaryRule
  const evaluations = evaluationPairs(a.plan, b.plan)
  const { pairs, unpaired } = pairCells(a.plan, b.plan)
  const [rowsA, rowsB] = [tidy(a.plan, a.outcomes).cells, tidy(b.plan, b.outcomes).cells]
  const rows = evaluations.flatMap((names) => pairs.map((pair): ComparedCell => ({
    by: pair.by, sharedTrials: pair.sharedTrials,
    a: rowsA.find((row) => row.cell === pair.a.index && row.evaluation === names.a)!,
    b: rowsB.find((row) => row.cell === pair.b.index && row.evaluation === names.b)!,
    difference: difference(a, b, pair, names, rule)
  })))
  // cells with the same trials on both sides are one comparison under two names
  const keyOf = ({ a: one, b: other }: ComparedCell) => JSON.stringify([one.evaluation, one.aliasOf ?? one.cell, other.aliasOf ?? other.cell])
  const tests = new Map(rows.flatMap((row) => row.difference.kind === "measured" ? [[keyOf(row), row.difference.test.p] as const] : []))
  const adjusted = new Map(benjaminiHochberg([...tests].map(([name, p]) => ({ name, p }))).map((one) => [one.name, one.adjusted]))
  const idsOf = ({ plan }: Side) => new Set(plan.cells.flatMap(({ trials }) => trials.map(({ id }) => id)))
  const ofB = idsOf(b)
  const partial = rows.find(({ difference: one }) => one.kind === "measured" && one.itemsOf.some((count) => count > one.items))?.difference
  return {
    a, b, rule, evaluations, unpaired, fields,
    rows: rows.map((row) => row.difference.kind === "measured" ? { ...row, difference: { ...row.difference, adjustedP: adjusted.get(keyOf(row))! } } : row),
    sharedTrials: [...idsOf(a)].filter((id) => ofB.has(id)).length,
    remarks: [
      ...(a.plan.primaryRule === b.plan.primaryRule ? [] : [`The primary rule is ${a.plan.primaryRule} in A and ${b.plan.primaryRule} in B: differences are by ${rule}.`]),
      ...(evaluations.length === 0 ? ["No evaluation is of the same benchmark in both: nothing can be compared."] : []),
      ...(partial?.kind === "measured" ? [`Differences are on the ${partial.items} items that both have, of ${partial.itemsOf[0]} and ${partial.itemsOf[1]}.`] : []),
      ...(fields.length === 0 ? ["The specs say the same."] : [])
    ]
  }
}
