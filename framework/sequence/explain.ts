/** One sample of a cell, token by token: its segment, kept or cut, context or target. Read from the files an engine is fed. */
import type { SequenceInfo } from "../plugin/define.ts"
import { type Conventions, effectiveSegments } from "./conventions.ts"
import type { Prepared } from "./prepared-file.ts"
import { type Segment, segments } from "./Segment.ts"
import { sequenceInfo, type TextOf } from "./view.ts"
import type { CellView } from "./view-file.ts"

export interface ExplainedToken {
  readonly index: number
  readonly id: number
  readonly text: string
  /** where the token stands */
  readonly segment: Segment
  /** the segment with which the cell's conventions count it as a target */
  readonly countsAs: Segment
  /** its place among the tokens that are fed, or null where it is cut */
  readonly position: number | null
  readonly kept: boolean
  /** weight as a target; 0 is not supervised */
  readonly weight: number
}

/** JSON as it stands. Spans and indices count tokens of the whole sequence. */
export interface Explanation {
  /** row of the prepared data, and of the view */
  readonly row: number
  readonly viewRow: number
  readonly sample: string
  readonly length: number
  /** kept spans [start, end), in order */
  readonly spans: ReadonlyArray<readonly [start: number, end: number]>
  /** kept tokens */
  readonly kept: number
  readonly targets: number
  /** index just after the first derivation, and whether its last token is kept */
  readonly derivedAt: number | null
  readonly derivationKept: boolean | null
  readonly segments: Readonly<Record<Segment, { readonly tokens: number; readonly kept: number; readonly targets: number }>>
  readonly tokens: ReadonlyArray<ExplainedToken>
}

const pairs = (spans: Int32Array): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: spans.length / 2 }, (_, i) => [spans[2 * i]!, spans[2 * i + 1]!] as const)

/**
 * @param viewRow row of the view
 * @param textOf a token as people read it
 * @throws SequenceError if the files lie about the row
 */
export const explain = (prepared: Prepared, view: CellView, viewRow: number, conventions: Conventions, textOf: TextOf): Explanation => {
  const { prepared: row, spans: bounds, weights } = view.row(viewRow)
  const sequence: SequenceInfo = sequenceInfo(prepared.row(row), textOf)
  const { derivedAt, id: sample, segments_T, tokens_T } = sequence
  const effective = effectiveSegments(sequence, conventions)
  const spans = pairs(bounds)
  const positionOf_T = new Int32Array(tokens_T.length).fill(-1)
  let fed = 0
  for (const [start, end] of spans) for (let t = start; t < end; t++) positionOf_T[t] = fed++
  const tokens = Array.from(tokens_T, (id, index): ExplainedToken => {
    const position = positionOf_T[index]!
    return {
      index, id, text: textOf(id), segment: segments[segments_T[index]!]!, countsAs: segments[effective.segments_T[index]!]!,
      position: position === -1 ? null : position, kept: position !== -1, weight: position === -1 ? 0 : weights[position]!
    }
  })
  const countsOf = (segment: Segment) => {
    const own = tokens.filter((token) => token.segment === segment)
    return {
      tokens: own.length, kept: own.filter((token) => token.kept).length, targets: own.filter((token) => token.weight > 0).length
    }
  }
  return {
    row, viewRow, sample, length: tokens.length, spans, kept: fed, targets: tokens.filter((token) => token.weight > 0).length,
    derivedAt, derivationKept: derivedAt === null ? null : derivedAt > 0 && positionOf_T[derivedAt - 1] !== -1,
    segments: { prompt: countsOf("prompt"), cot: countsOf("cot"), answer: countsOf("answer") }, tokens
  }
}
