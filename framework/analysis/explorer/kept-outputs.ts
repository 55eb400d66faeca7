/** Which outputs a report keeps as text: those of items that tell a cell from its baseline, as many as fit. */
import type { OutputText } from "../../journal/RecordedPlan.ts"
import type { PlannedCell } from "../../journal/RecordedPlan.ts"
import { verdictOf } from "../item-tables.ts"
import type { TextReader } from "../texts.ts"
import { type Answerer, type ItemGrid, rightOf } from "./ItemGrid.ts"

/** Two answerers by their places in the grid: a cell, and what it is compared with. */
export interface Pair {
  readonly first: number
  readonly second: number
}

/** One output, by answerer, student and line. */
export interface OutputPlace {
  readonly answerer: number
  readonly student: number
  readonly line: number
}

/** An item on which the two of a pair differ, and the outputs that show it. */
export interface Flip {
  readonly pair: Pair
  readonly item: number
  readonly outputs: readonly [OutputPlace, OutputPlace]
}

/** Every cell with its matched baseline, or else its reference baseline; a cell that is one has none. */
export const declaredPairs = (cells: ReadonlyArray<PlannedCell>, { answerers }: ItemGrid): ReadonlyArray<Pair> => {
  const placeOf = (cell: number | null | undefined) => answerers.findIndex((one) => one.cell !== null && one.cell === cell)
  // an alias stands for the cell whose trials it has
  const owner = (index: number | null) => cells.find((cell) => cell.index === index)?.aliasOf ?? index
  return answerers.flatMap(({ cell }, first) => {
    const planned = cell === null ? undefined : cells.find(({ index }) => index === cell)
    const seconds = planned === undefined ? [] : [planned.baselines.matched, planned.baselines.reference].map((index) => placeOf(owner(index)))
    const second = seconds.find((place) => place !== -1 && place !== first)
    return second === undefined ? [] : [{ first, second }]
  })
}

/** The first students of the same seed, and sample, that differ on an item; a model beside the cells has one for all seeds. */
const telling = (grid: ItemGrid, { first, second }: Pair, item: number): readonly [OutputPlace, OutputPlace] => {
  const { answerers, primary, rules, samples } = grid
  const [a, b] = [answerers[first]!, answerers[second]!]
  const verdict = rules[primary]!.verdict
  const couples = a.students.flatMap(({ seed }, left) => {
    const right = partner(b, seed)
    return right === -1 ? [] : Array.from({ length: samples }, (_, sample) => [left, right, item * samples + sample] as const)
  })
  const found = couples.find(([left, right, line]) =>
    verdictOf(a.students[left]!.lines[line]!, verdict) !== verdictOf(b.students[right]!.lines[line]!, verdict)) ?? couples[0] ?? [0, 0, item * samples]
  return [{ answerer: first, student: found[0], line: found[2] }, { answerer: second, student: found[1], line: found[2] }]
}

const partner = ({ students }: Answerer, seed: number | null): number =>
  students.length === 1 && students[0]!.seed === null ? 0 : seed === null ? 0 : students.findIndex((student) => student.seed === seed)

/**
 * Flips of each pair, most telling first: lost and gained items by turns, greater differences before smaller ones, items that
 * flip in many pairs before others (their outputs then serve many comparisons), then by the items' order.
 * @param most flips of a pair
 */
export const flipsOf = (grid: ItemGrid, pairs: ReadonlyArray<Pair>, most: number): ReadonlyArray<ReadonlyArray<Flip>> => {
  const verdict = grid.rules[grid.primary]!.verdict
  const right = grid.answerers.map((answerer) => rightOf(grid, answerer, verdict))
  const differences = pairs.map(({ first, second }) => right[first]!.map((share, item) => share - right[second]![item]!))
  const often = grid.items.map((_, item) => differences.filter((one) => one[item] !== 0).length)
  return pairs.map((pair, place) => {
    const difference = differences[place]!
    const order = (items: ReadonlyArray<number>) => [...items].sort((a, b) =>
      Math.abs(difference[b]!) - Math.abs(difference[a]!) || often[b]! - often[a]! || a - b)
    const all = grid.items.map((_, item) => item)
    const [lost, gained] = [order(all.filter((item) => difference[item]! < 0)), order(all.filter((item) => difference[item]! > 0))]
    const turns = Array.from({ length: Math.max(lost.length, gained.length) }, (_, turn) => [lost[turn], gained[turn]]).flat()
    return turns.filter((item) => item !== undefined).slice(0, most).map((item) => ({ pair, item, outputs: telling(grid, pair, item) }))
  })
}

/** An output as it is kept: long ones lose their middle. */
export interface KeptOutput extends OutputPlace {
  readonly text: OutputText
  /** characters left out of thought and answer */
  readonly cut: number
}

const mostCharacters = 5000
const [headCharacters, tailCharacters] = [3500, 1400]

/** Whole surrogate pairs only: half of one is no character. */
const sliced = (text: string, from: number, to: number): string =>
  text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/gu, "")

const shortened = (text: string): { readonly text: string; readonly cut: number } => {
  if (text.length <= mostCharacters) return { text, cut: 0 }
  const cut = text.length - headCharacters - tailCharacters
  return { text: `${sliced(text, 0, headCharacters)}\n[… ${cut} characters left out …]\n${sliced(text, text.length - tailCharacters, text.length)}`, cut }
}

const kept = (place: OutputPlace, text: OutputText): KeptOutput => {
  const [thought, answer, prompt] = [shortened(text.thought), text.answer === null ? null : shortened(text.answer), shortened(text.prompt)]
  const read = (value: string | null) => (value === null || value.length <= 200 ? value : `${sliced(value, 0, 200)}…`)
  return {
    ...place,
    cut: thought.cut + (answer?.cut ?? 0),
    text: {
      ...text, thought: thought.text, answer: answer?.text ?? null, prompt: prompt.text, gold: read(text.gold)!,
      read: { strict: read(text.read.strict), lenient: read(text.read.lenient), first: read(text.read.first), forced: text.read.forced.map(read) }
    }
  }
}

const keyOf = ({ answerer, line, student }: OutputPlace): string => `${answerer} ${student} ${line}`

/** Flips with both outputs at hand, and every output that they show. */
export interface Kept {
  readonly outputs: ReadonlyArray<KeptOutput>
  readonly flips: ReadonlyArray<Flip>
}

/**
 * Takes one flip of every pair by turns until `mostBytes` of distinct text are kept: the same results keep the same outputs.
 * @param flips by pair
 */
export const keptOutputs = (
  grid: ItemGrid, flips: ReadonlyArray<ReadonlyArray<Flip>>, texts: TextReader, mostBytes: number
): Kept => {
  const wanted = new Map<string, Set<number>>()
  for (const { outputs } of flips.flat()) {
    for (const { answerer, line, student } of outputs) {
      const { step } = grid.answerers[answerer]!.students[student]!
      wanted.set(step, (wanted.get(step) ?? new Set()).add(line))
    }
  }
  const read = new Map([...wanted].map(([step, lines]) => [step, texts(step, lines)]))
  const taken = new Map<string, KeptOutput>()
  const distinct = new Set<string>()
  const shown: Array<Flip> = []
  let bytes = 0
  for (let turn = 0; turn < Math.max(0, ...flips.map(({ length }) => length)); turn++) {
    for (const ofPair of flips) {
      const flip = ofPair[turn]
      if (flip === undefined) continue
      const both = flip.outputs.flatMap((place) => {
        const text = read.get(grid.answerers[place.answerer]!.students[place.student]!.step)?.get(place.line)
        return text === undefined ? [] : [kept(place, text)]
      })
      if (both.length < 2) continue
      const fresh = both.filter((one) => !taken.has(keyOf(one)))
      const size = fresh.reduce((sum, { text }) => {
        const written = `${text.thought}\n${text.answer ?? ""}`
        return sum + 120 + (distinct.has(written) ? 0 : Buffer.byteLength(written))
      }, 0)
      if (bytes + size > mostBytes) continue
      bytes += size
      for (const one of fresh) {
        taken.set(keyOf(one), one)
        distinct.add(`${one.text.thought}\n${one.text.answer ?? ""}`)
      }
      shown.push(flip)
    }
  }
  return { outputs: [...taken.values()], flips: shown }
}
