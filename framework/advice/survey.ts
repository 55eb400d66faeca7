/** Reads traces once and keeps a few numbers of each. */
import type { PlacedTrace } from "../sources/open-traces.ts"
import { SequenceError } from "../sequence/SequenceError.ts"
import type { LengthUnit } from "./LengthUnit.ts"
import { MarkerCounts } from "./MarkerCounts.ts"
import { type LengthsOf, type Mathematics, type Measured, measureTrace } from "./measure-trace.ts"
import { hashOf, type Matcher, Rows } from "./Rows.ts"

/** Traces of one file or data set. */
export interface TraceSet {
  readonly name: string
  /** what the records were taken for; null where they are no records of a file */
  readonly format: { readonly name: string; readonly score: number; readonly because: string } | null
  readonly traces: AsyncIterable<PlacedTrace> | Iterable<PlacedTrace>
  /** a trace that could not be used after all */
  readonly refuse: (reason: string, place: string) => void
  /** records that are not used, by reason; asked for when `used` traces were */
  readonly leftOut: (used: number) => Readonly<Record<string, number>>
  /** a place to look at, by reason */
  readonly leftOutAt?: (used: number) => Readonly<Record<string, string>>
}

export interface SurveyOptions {
  readonly unit: LengthUnit
  readonly matchers: ReadonlyArray<Matcher>
  readonly mathematics: Mathematics | null
  readonly lengthsOf: LengthsOf | null
  /** at most so many traces of each set are used */
  readonly limit: number | null
  /** longer ones are left out as `over-length`; null: none */
  readonly maxLength: number | null
  /** traces held for quantiles */
  readonly capacity?: number
  readonly onProgress?: (read: number) => void
}

export interface SurveyedSet {
  readonly name: string
  readonly format: TraceSet["format"]
  /** traces that were measured */
  readonly used: number
  readonly leftOut: Readonly<Record<string, number>>
  readonly leftOutAt?: Readonly<Record<string, string>>
  /** traces whose thought never ends, among those used */
  readonly open: number
  /** what was looked for in the thoughts, in traces */
  readonly looked: Readonly<Record<Measured["looked"], number>> & { readonly prepared?: number }
  readonly markers: ReturnType<MarkerCounts["tables"]>
}

export interface Survey {
  readonly unit: Pick<LengthUnit, "name" | "describe">
  readonly sets: ReadonlyArray<SurveyedSet>
  /** traces that there are, where no more than a random sample of them was looked at; left out: all were */
  readonly total?: number
  /** names by number */
  readonly tiers: ReadonlyArray<string>
  readonly rows: Rows
}

/** What is wrong with one text alone. */
const reasonsOfFaults: Readonly<Partial<Record<SequenceError["code"], string>>> =
  { "tokenizer-unknown-symbol": "unknown-symbol", "template-segments": "template-misfit" }

/** Traces that are looked at side by side: what is done by workers need not wait for one another. */
const window = 16
const mostTiers = 40

/** Results in the order of what was asked, up to `window` under way. */
async function* inOrder<A, B>(items: AsyncIterable<A> | Iterable<A>, work: (item: A) => Promise<B>): AsyncIterable<B> {
  const waiting: Array<Promise<B>> = []
  for await (const item of items) {
    const made = work(item)
    made.catch(() => undefined) // it is awaited in its turn
    waiting.push(made)
    if (waiting.length >= window) yield await waiting.shift()!
  }
  while (waiting.length > 0) yield await waiting.shift()!
}

/** Reads all sets, one after the other. */
export const survey = async (sets: ReadonlyArray<TraceSet>, options: SurveyOptions): Promise<Survey> => {
  const rows = new Rows(options.capacity)
  const tiers: Array<string> = []
  const tierOf = (name: string): number => {
    const known = tiers.indexOf(name)
    if (known >= 0) return known
    if (tiers.length >= mostTiers) return tierOf("other")
    return tiers.push(tiers.length === mostTiers - 1 ? "other" : name) - 1
  }
  const surveyed: Array<SurveyedSet> = []
  for (const [set, source] of sets.entries()) {
    const markers = new MarkerCounts()
    const looked = { reference: 0, answer: 0, told: 0, nothing: 0 }
    let [used, open] = [0, 0]
    const measured = async (trace: PlacedTrace) => {
      try {
        const numbers = await measureTrace(trace, options.unit, options.matchers, options.mathematics, options.lengthsOf)
        return options.maxLength !== null && numbers.prompt + numbers.cot + numbers.answer > options.maxLength
          ? { trace, reason: "over-length" }
          : { trace, numbers }
      } catch (fault) {
        const reason = fault instanceof SequenceError ? reasonsOfFaults[fault.code] : undefined
        // what says something about all texts, such as a template that throws, is no reason to leave one out
        if (reason === undefined) throw fault
        return { trace, reason }
      }
    }
    for await (const one of inOrder(source.traces, measured)) {
      const { numbers, reason, trace } = one
      if (reason !== undefined) {
        source.refuse(reason, trace.place ?? trace.id)
        continue
      }
      rows.add({ set, tier: tierOf(trace.tier), problem: hashOf(trace.problem), ...numbers, ...numbers.places })
      markers.add(numbers)
      looked[numbers.looked]++
      used++
      if (numbers.closed === 0) open++
      if (used % 100 === 0) options.onProgress?.(rows.seen)
      if (used === options.limit) break
    }
    surveyed.push({
      name: source.name, format: source.format, used, open, looked, markers: markers.tables(),
      leftOut: source.leftOut(used), ...(source.leftOutAt === undefined ? {} : { leftOutAt: source.leftOutAt(used) })
    })
  }
  return { unit: options.unit, sets: surveyed, tiers, rows }
}
