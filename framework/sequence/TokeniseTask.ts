/** Traces to sequences, in this thread or in another: what goes in and what comes out. */
import type { TraceRecord } from "../plugin/define.ts"
import type { TextMatcher } from "../derivation/find-derivation.ts"
import { withDerivation } from "./derive.ts"
import { tokeniseTrace } from "./render.ts"
import type { Sequence } from "./Sequence.ts"
import { reasonOf, SequenceError, type SequenceErrorCode } from "./SequenceError.ts"
import type { RenderOptions } from "./template.ts"
import type { Tokenizer } from "./tokenizer.ts"

/** What of a trace bears on its tokens. */
export type Tokenisable = Pick<TraceRecord, "id" | "prompt" | "cot" | "answer" | "derivedAt" | "system" | "closed" | "gold">

export interface TokeniseOptions extends RenderOptions {
  /** how the first derivation is found where a trace does not tell it; left out: it is not looked for */
  readonly derivation?: TextMatcher
}

/** An error as it travels between threads. */
export interface Fault {
  readonly code: SequenceErrorCode
  readonly where: string
  readonly expected: string
  readonly found: string
  readonly advice: string
}
export type Outcome = { readonly sequence: Sequence } | { readonly fault: Fault }

export const errorOf = (fault: Fault): SequenceError => new SequenceError(fault)

const faultOf = (thrown: unknown, trace: Tokenisable): Fault => {
  if (!(thrown instanceof SequenceError)) {
    return { code: "record-malformed", where: `record ${JSON.stringify(trace.id)}`, expected: "a record that can be tokenised", found: reasonOf(thrown), advice: "Mend the data." }
  }
  const { advice, code, expected, found, where } = thrown
  return { code, where, expected, found, advice }
}

export const tokeniseOne = (tokenizer: Tokenizer, trace: Tokenisable, { derivation, ...options }: TokeniseOptions): Outcome => {
  try {
    return { sequence: tokeniseTrace(tokenizer, (derivation === undefined ? trace : withDerivation(trace, derivation)) as TraceRecord, options) }
  } catch (thrown) {
    return { fault: faultOf(thrown, trace) }
  }
}

/** Traces as the bytes of JSON, which change hands without being copied: cloning as many texts takes longer. */
export const packTraces = (traces: ReadonlyArray<Tokenisable>): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(traces.map(({ answer, closed, cot, derivedAt, gold, id, prompt, system }) =>
    ({ id, prompt, cot, answer, derivedAt, system, closed, gold }))))

export const unpackTraces = (json: Uint8Array): ReadonlyArray<Tokenisable> =>
  JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString("utf8")) as ReadonlyArray<Tokenisable>

/** Outcomes of a batch in few buffers, which change hands without being copied. Rows that failed have no tokens. */
export interface PackedOutcomes {
  /** [N] */
  readonly lengths: Int32Array
  readonly tokens: Int32Array
  readonly segments: Uint8Array
  /** derivedAt, openerAt, closerAt, endOfTurnAt of each row, -1 for none, [4 N] */
  readonly places: Int32Array
  readonly faults: ReadonlyArray<readonly [row: number, fault: Fault]>
}

export const packOutcomes = (outcomes: ReadonlyArray<Outcome>): PackedOutcomes => {
  const lengths = Int32Array.from(outcomes, (outcome) => "sequence" in outcome ? outcome.sequence.tokens_T.length : 0)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const [tokens, segments, places] = [new Int32Array(total), new Uint8Array(total), new Int32Array(4 * outcomes.length).fill(-1)]
  const faults: Array<readonly [number, Fault]> = []
  let at = 0
  for (const [row, outcome] of outcomes.entries()) {
    if ("fault" in outcome) {
      faults.push([row, outcome.fault])
      continue
    }
    const { closerAt, derivedAt, endOfTurnAt, openerAt, segments_T, tokens_T } = outcome.sequence
    tokens.set(tokens_T, at)
    segments.set(segments_T, at)
    places.set([derivedAt ?? -1, openerAt ?? -1, closerAt ?? -1, endOfTurnAt ?? -1], 4 * row)
    at += tokens_T.length
  }
  return { lengths, tokens, segments, places, faults }
}

export const unpackOutcomes = (packed: PackedOutcomes, ids: ReadonlyArray<string>): ReadonlyArray<Outcome> => {
  const faults = new Map(packed.faults)
  let at = 0
  return ids.map((id, row): Outcome => {
    const fault = faults.get(row)
    if (fault !== undefined) return { fault }
    const [from, to] = [at, at + packed.lengths[row]!]
    at = to
    const place = (n: number): number | null => packed.places[4 * row + n] === -1 ? null : packed.places[4 * row + n]!
    return {
      sequence: {
        id, tokens_T: packed.tokens.subarray(from, to), segments_T: packed.segments.subarray(from, to),
        derivedAt: place(0), openerAt: place(1), closerAt: place(2), endOfTurnAt: place(3)
      }
    }
  })
}
