/**
 * Looks at data that are prepared: at the very tokens that a student is trained on. The derivation is where the preparation
 * found it, so nothing is searched or tokenised again, and the files that the data came from need not be there any more.
 */
import { findMarkers } from "../sequence/find-markers.ts"
import { segmentCode } from "../sequence/Segment.ts"
import type { Sequence } from "../sequence/Sequence.ts"
import { randomStream } from "../statistics/random-stream.ts"
import { MarkerCounts } from "./MarkerCounts.ts"
import { type PlacedMarker, tenths } from "./measure-trace.ts"
import { hashOf, type Matcher, notFound, notKnown, type Row, Rows } from "./Rows.ts"
import type { Survey, SurveyedSet } from "./survey.ts"

export interface PreparedTraces {
  /** for people */
  readonly name: string
  readonly format: SurveyedSet["format"]
  /** rows to look at, N of them: those of the data themselves, not what is replayed */
  readonly count: number
  /** tokens of all of them */
  readonly tokens: number
  readonly row: (n: number) => Sequence
  /** text of a token */
  readonly textOf: (id: number) => string
  /** whose tokens, for people */
  readonly tokenizer: string
  /** how the derivations were found; null where they were not looked for */
  readonly matcher: Matcher | null
  readonly leftOut: Readonly<Record<string, number>>
  /** a place for each reason */
  readonly leftOutAt: Readonly<Record<string, string>>
  /** rows whose thought never ends */
  readonly open: number
}

/** So much is looked at of large data. */
export interface SampleLimits {
  readonly rows: number
  readonly tokens: number
}

export const sampleLimits: SampleLimits = { rows: 10_000, tokens: 10_000_000 }

/** Rows to look at, ascending: all, or a random sample that is the same for the same data (Knuth's algorithm S). */
export const sampledRows = ({ count, tokens }: { readonly count: number; readonly tokens: number }, limits: SampleLimits): ReadonlyArray<number> => {
  const most = Math.max(1, Math.min(limits.rows, Math.floor(limits.tokens / Math.max(1, tokens / count))))
  if (count <= most) return Array.from({ length: count }, (_, n) => n)
  const random = randomStream(1)
  const chosen: Array<number> = []
  for (let n = 0; chosen.length < most; n++) if (random() * (count - n) < most - chosen.length) chosen.push(n)
  return chosen
}

/** A token that is no whole characters, as `Tokenizer.textOf` writes its bytes. */
const isBytes = (text: string): boolean => text.startsWith("\\x") && /^(?:\\x[0-9A-F]{2})+$/u.test(text)

/** A text put together of its tokens, and where each of them starts; of a character in several tokens, all start where it does. */
const textOfTokens = (tokens: Int32Array, textOf: (id: number) => string) => {
  const starts = new Int32Array(tokens.length)
  let [text, bytes] = ["", ""]
  const endBytes = (): void => {
    if (bytes !== "") text += Buffer.from(bytes.replaceAll("\\x", ""), "hex").toString("utf8")
    bytes = ""
  }
  for (let t = 0; t < tokens.length; t++) {
    const part = textOf(tokens[t]!)
    const isPart = isBytes(part)
    if (!isPart) endBytes()
    starts[t] = text.length
    if (isPart) bytes += part
    else text += part
  }
  endBytes()
  return { text, starts }
}

/** Markers of a part of a sequence, by the token in which each begins, counted from the part's beginning. */
const markersOf = (tokens: Int32Array, textOf: (id: number) => string): ReadonlyArray<{ readonly name: string; readonly token: number }> => {
  const { starts, text } = textOfTokens(tokens, textOf)
  let token = 0
  return findMarkers(text).map(({ class: name, start }) => {
    while (token + 1 < starts.length && starts[token + 1]! <= start) token++
    return { name, token }
  })
}

const tenthOf = (at: number, of: number): number => Math.min(tenths - 1, Math.floor((at / Math.max(1, of)) * tenths))

/** One sequence in numbers. */
const measured = ({ closerAt, derivedAt, segments_T, tokens_T }: Sequence, { matcher, textOf }: PreparedTraces) => {
  const length = tokens_T.length
  let prompt = 0
  while (prompt < length && segments_T[prompt] === segmentCode.prompt) prompt++
  let end = prompt
  while (end < length && segments_T[end] === segmentCode.cot) end++
  const [cot, answer] = [end - prompt, length - end]
  const markers: ReadonlyArray<PlacedMarker> = [
    ...markersOf(tokens_T.subarray(prompt, end), textOf).map(({ name, token }) =>
      ({ name, ofThought: tenthOf(token, cot), ofSequence: tenthOf(prompt + token, length) })),
    ...markersOf(tokens_T.subarray(end), textOf).map(({ name, token }) => ({ name, ofThought: null, ofSequence: tenthOf(end + token, length) }))
  ]
  // A data set that tells none says nothing; whoever looked and found none says that it is not there.
  const place = derivedAt !== null ? derivedAt - prompt : matcher === "told" ? notKnown : notFound
  const of = (one: Matcher): number => one === matcher ? place : notKnown
  return {
    prompt, cot, answer, markers, closed: closerAt !== null || answer > 0 ? 1 : 0, correct: -1,
    problem: hashOf(tokens_T.subarray(0, prompt).join(" ")),
    told: of("told"), strict: of("strict"), loose: of("loose"), equivalent: of("equivalent")
  }
}

/** Work is done in slices of so many milliseconds: what else goes on in this process goes on. */
const sliceMs = 20

/** @param signal stops it between two slices   @throws what `row` throws */
export const surveyPrepared = async (data: PreparedTraces, limits: SampleLimits = sampleLimits, signal?: AbortSignal): Promise<Survey> => {
  const rows = new Rows()
  const counts = new MarkerCounts()
  const texts = new Map<number, string>()
  const textOf = (id: number): string => {
    const known = texts.get(id) ?? data.textOf(id)
    texts.set(id, known)
    return known
  }
  const sampled = sampledRows(data, limits)
  let told = 0
  let sliced = performance.now()
  for (const n of sampled) {
    const numbers = measured(data.row(n), { ...data, textOf })
    const row: Row = { set: 0, tier: 0, ...numbers }
    rows.add(row)
    counts.add(numbers)
    if (data.matcher === "told" && row.told >= 0) told++
    if (performance.now() - sliced < sliceMs) continue
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    sliced = performance.now()
  }
  const searched = data.matcher !== null && data.matcher !== "told" ? sampled.length : 0
  return {
    unit: { name: "tokens", describe: `tokens of ${data.tokenizer}` }, tiers: [""], rows, total: data.count,
    sets: [{
      name: data.name, format: data.format, used: data.count, leftOut: data.leftOut, leftOutAt: data.leftOutAt, open: data.open, markers: counts.tables(),
      looked: { reference: 0, answer: 0, told, nothing: sampled.length - told - searched, prepared: searched }
    }]
  }
}
