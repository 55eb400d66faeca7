/** One trace as numbers: lengths of its parts, where the answer is first derived, and the markers on the way. */
import { answerValue, firstDerivation } from "../derivation/find-derivation.ts"
import type { TraceRecord } from "../plugin/define.ts"
import { findMarkers } from "../sequence/find-markers.ts"
import type { LengthUnit } from "./LengthUnit.ts"
import { notFound, notKnown, type Matcher } from "./Rows.ts"

/** Looks for the answer by mathematics: character offsets and equality, by processes of its own. */
export interface Mathematics {
  readonly derivationOf: (cot: string, wanted: string) => Promise<number | null>
  readonly equal: (gold: string, predicted: string) => Promise<boolean>
}

/** Tenths of the thought, and of the whole sequence. */
export const tenths = 10

/** Markers of a trace: class, and the tenth in which it begins. */
export interface PlacedMarker {
  readonly name: string
  readonly ofThought: number | null
  readonly ofSequence: number
}

export interface Measured {
  readonly prompt: number
  readonly cot: number
  readonly answer: number
  readonly closed: number
  readonly correct: number
  readonly places: Readonly<Record<Matcher, number>>
  /** what was looked for: the reference answer, the answer's own value, or nothing; `told`: the data tell the place themselves */
  readonly looked: "reference" | "answer" | "told" | "nothing"
  readonly markers: ReadonlyArray<PlacedMarker>
}

/** Lengths of the parts under a template, where there is one. */
export type LengthsOf = (trace: TraceRecord) => { readonly prompt: number; readonly cot: number; readonly answer: number }

const asText = (trace: TraceRecord): string => trace.system === undefined ? trace.prompt : `${trace.system}\n\n${trace.prompt}`

const isRight = async (trace: TraceRecord, mathematics: Mathematics | null): Promise<number> => {
  if (trace.correct !== undefined && trace.correct !== null) return Number(trace.correct)
  const gold = trace.gold ?? null
  if (gold === null || trace.closed === false) return -1
  const given = answerValue(trace.answer)
  if (given === null) return 0
  if (firstDerivation(given, gold, "loose") !== null) return 1
  return mathematics === null ? 0 : Number(await mathematics.equal(gold, given))
}

/**
 * @param lengthsOf how long the parts are in the rendered sequence; left out: as texts
 * @throws SequenceError if the tokenizer or the template cannot place the texts
 */
export const measureTrace = async (
  trace: TraceRecord, unit: LengthUnit, wanted: ReadonlyArray<Matcher>, mathematics: Mathematics | null, lengthsOf: LengthsOf | null
): Promise<Measured> => {
  const thought = unit.measure(trace.cot)
  const parts = lengthsOf === null
    ? { prompt: unit.measure(asText(trace)).count, cot: thought.count, answer: unit.measure(trace.answer).count }
    : lengthsOf(trace)
  const gold = trace.gold === undefined || trace.gold === null || trace.gold.trim() === "" ? null : trace.gold
  const looked = gold ?? (trace.derivedAt === null ? answerValue(trace.answer) : null)
  const offsets: Partial<Record<Matcher, number | null>> = { told: trace.derivedAt }
  if (looked !== null) {
    for (const matcher of ["strict", "loose"] as const) if (wanted.includes(matcher)) offsets[matcher] = firstDerivation(trace.cot, looked, matcher)
    if (wanted.includes("equivalent") && mathematics !== null) offsets.equivalent = await mathematics.derivationOf(trace.cot, looked)
  }
  const places = placesOf(offsets, thought)
  const length = parts.prompt + parts.cot + parts.answer
  const inThought = findMarkers(trace.cot)
  const inAnswer = findMarkers(trace.answer)
  const thoughtUnits = thought.unitsAt(inThought.map(({ start }) => start))
  const answerUnits = inAnswer.length === 0 ? new Int32Array(0) : unit.measure(trace.answer).unitsAt(inAnswer.map(({ start }) => start))
  const tenth = (at: number, of: number) => Math.min(tenths - 1, Math.floor((at / Math.max(1, of)) * tenths))
  const markers = [
    ...inThought.map((marker, n) => ({
      name: marker.class, ofThought: tenth(thoughtUnits[n]!, thought.count), ofSequence: tenth(parts.prompt + thoughtUnits[n]!, length)
    })),
    ...inAnswer.map((marker, n) => ({
      name: marker.class, ofThought: null, ofSequence: tenth(parts.prompt + parts.cot + answerUnits[n]!, length)
    }))
  ]
  return {
    ...parts, closed: trace.closed === false ? 0 : 1, correct: await isRight(trace, mathematics), places,
    looked: looked === null ? trace.derivedAt === null ? "nothing" : "told" : gold === null ? "answer" : "reference", markers
  }
}

/** Character offsets as units, all in one sweep. */
const placesOf = (
  offsets: Partial<Record<Matcher, number | null>>, thought: { readonly unitsAt: (offsets: ReadonlyArray<number>) => Int32Array }
): Record<Matcher, number> => {
  const found = Object.entries(offsets).filter((entry): entry is [Matcher, number] => entry[1] !== null && entry[1] !== undefined)
    .sort((a, b) => a[1] - b[1])
  const units = thought.unitsAt(found.map(([, offset]) => offset))
  const of = (matcher: Matcher): number => {
    const place = found.findIndex(([name]) => name === matcher)
    if (place >= 0) return units[place]!
    return offsets[matcher] === null && matcher !== "told" ? notFound : notKnown
  }
  return { told: of("told"), strict: of("strict"), loose: of("loose"), equivalent: of("equivalent") }
}
