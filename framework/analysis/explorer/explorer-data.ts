/**
 * What the page's script reads: every verdict as a bit, kept outputs as text, each distinct text once. Plain JSON.
 */
import type { RecordedPlan } from "../../journal/RecordedPlan.ts"
import type { ExperimentOutcomes } from "../ExperimentOutcomes.ts"
import { verdictOf } from "../item-tables.ts"
import { type Answerer, type ItemGrid, itemGrid } from "./ItemGrid.ts"
import { declaredPairs, type Flip, flipsOf, type Kept, type KeptOutput, keptOutputs, type Pair } from "./kept-outputs.ts"

/** Flips of a pair whose outputs are looked up, and bytes of text that a report may keep, over all evaluations. */
const [mostFlips, mostBytes] = [24, 900_000]

/** One evaluation as it is shown. */
export interface ExploredItems extends Kept {
  readonly grid: ItemGrid
  readonly pairs: ReadonlyArray<Pair>
  /** place of the pair that is shown first */
  readonly opened: number
}

/** The pair of the first claim; else of a cell that keeps half; else the first. */
const openedPair = (plan: RecordedPlan, grid: ItemGrid, pairs: ReadonlyArray<Pair>, flips: ReadonlyArray<ReadonlyArray<Flip>>): number => {
  const claimed = plan.claims[0]?.cells[0]
  const ofCell = (holds: (cell: number) => boolean) => pairs.findIndex(({ first }, place) => flips[place]!.length > 0 && holds(grid.answerers[first]!.cell!))
  const ratio = (cell: number) => plan.cells.find(({ index }) => index === cell)?.axes["sequence.truncate.ratio"]
  const candidates = [ofCell((cell) => cell === claimed), ofCell((cell) => Number(ratio(cell)) === 0.5), ofCell(() => true)]
  return Math.max(0, candidates.find((place) => place !== -1) ?? 0)
}

/** All evaluations of which something is scored. */
export const exploredItems = (plan: RecordedPlan, outcomes: ExperimentOutcomes, nameOf: (cell: number) => string): ReadonlyArray<ExploredItems> => {
  const grids = plan.evaluations.flatMap((evaluation) => itemGrid(plan, outcomes, evaluation, nameOf) ?? [])
  return grids.map((grid) => {
    const pairs = declaredPairs(plan.cells, grid)
    const flips = flipsOf(grid, pairs, mostFlips)
    const kept = keptOutputs(grid, flips, outcomes.texts ?? (() => new Map()), mostBytes / grids.length)
    return { grid, pairs, ...kept, opened: openedPair(plan, grid, pairs, flips) }
  })
}

/** Verdicts of a student, one bit a line, the lowest bit of each byte first. */
const bits = (answerer: Answerer, student: number, verdict: ItemGrid["rules"][number]["verdict"]): string => {
  const { lines } = answerer.students[student]!
  const bytes = new Uint8Array(Math.ceil(lines.length / 8))
  for (const [place, line] of lines.entries()) if (verdictOf(line, verdict)) bytes[place >> 3]! |= 1 << (place & 7)
  return Buffer.from(bytes).toString("base64")
}

export const explorerData = (explored: ReadonlyArray<ExploredItems>): unknown => {
  const texts: Array<readonly [string, string | null, number]> = []
  const placeOf = new Map<string, number>()
  const textPlace = ({ cut, text: { answer, thought } }: KeptOutput): number => {
    const key = JSON.stringify([thought, answer])
    const known = placeOf.get(key)
    if (known !== undefined) return known
    placeOf.set(key, texts.length)
    texts.push([thought, answer, cut])
    return texts.length - 1
  }
  const evaluations = explored.map(({ grid, opened, outputs, pairs }) => ({
    name: grid.evaluation.name,
    rules: grid.rules.map(({ name }) => name),
    primary: grid.primary,
    samples: grid.samples,
    items: grid.items.map(({ item, tier }) => [item, tier]),
    answerers: grid.answerers.map((answerer) => ({
      name: answerer.name,
      students: answerer.students.map(({ seed }, student) => ({ seed, right: grid.rules.map(({ verdict }) => bits(answerer, student, verdict)) }))
    })),
    opened: pairs[opened] === undefined ? [0, Math.min(1, grid.answerers.length - 1)] : [pairs[opened].first, pairs[opened].second],
    prompts: Object.fromEntries(outputs.map(({ line, text: { gold, prompt } }) => [Math.floor(line / grid.samples), [prompt, gold]])),
    // answerer, student, line, text, what each rule read
    outputs: outputs.map((one) => [one.answerer, one.student, one.line, textPlace(one), readings(grid, one)])
  }))
  return { format: 1, evaluations, texts }
}

/** What each rule took for the answer. */
export const readings = ({ rules }: ItemGrid, { text: { read } }: KeptOutput): ReadonlyArray<string | null> => rules.map(({ readOf }) => readOf(read))

/** JSON that may stand in a script element: nothing in it ends the element or opens a comment. */
export const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026")
