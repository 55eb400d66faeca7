/** One sample of a cell, token by token: its segment, kept or cut, supervised or not. Read from the files an engine is fed. */
import type { Prepared } from "./prepared-file.ts"
import { sequenceAt } from "./prepared-file.ts"
import { type Segment, segments } from "./Segment.ts"
import type { CellView } from "./view-file.ts"

export interface ExplainedToken {
  readonly index: number
  readonly id: number
  readonly text: string
  readonly segment: Segment
  readonly kept: boolean
  /** weight as a target; 0 is not supervised */
  readonly weight: number
}

/** JSON as it stands. Spans and indices count tokens of the whole sequence. */
export interface Explanation {
  readonly row: number
  readonly sample: string
  readonly length: number
  readonly kept: readonly [start: number, end: number]
  readonly targets: number
  /** index just after the first derivation, and whether its last token is kept */
  readonly derivedAt: number | null
  readonly derivationKept: boolean | null
  readonly segments: Readonly<Record<Segment, { readonly tokens: number; readonly kept: number; readonly targets: number }>>
  readonly tokens: ReadonlyArray<ExplainedToken>
}

/** @param textOf a token as people read it */
export const explain = (prepared: Prepared, view: CellView, row: number, textOf: (id: number) => string): Explanation => {
  const { id: sample, tokens_T, segments_T, derivedAt } = sequenceAt(prepared, row)
  const [start, end] = [view.starts[row]!, view.ends[row]!]
  const firstWeight = view.weightOffsets[row]!
  const tokens = Array.from(tokens_T, (id, index): ExplainedToken => {
    const kept = start <= index && index < end
    return {
      index, id, text: textOf(id), segment: segments[segments_T[index]!]!, kept,
      weight: kept ? view.weights[firstWeight + index - start]! : 0
    }
  })
  const countsOf = (segment: Segment) => {
    const own = tokens.filter((token) => token.segment === segment)
    return {
      tokens: own.length, kept: own.filter((token) => token.kept).length, targets: own.filter((token) => token.weight > 0).length
    }
  }
  return {
    row, sample, length: tokens.length, kept: [start, end], targets: tokens.filter((token) => token.weight > 0).length,
    derivedAt, derivationKept: derivedAt === null ? null : start < derivedAt && derivedAt <= end,
    segments: { prompt: countsOf("prompt"), cot: countsOf("cot"), answer: countsOf("answer") }, tokens
  }
}
