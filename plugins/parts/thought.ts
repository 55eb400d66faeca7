/** Where the thought of a sequence lies, and how kept pieces are told to the framework: for plugins of several kinds. */
import type { Kept, SequenceInfo } from "leadspan"

/** Thought [start, end) without its markers; the answer, end of turn included, begins at `answerAt`. */
export interface Thought {
  readonly start: number
  readonly end: number
  readonly answerAt: number
}

/**
 * Without a closer the thought ends where the answer begins, and with neither it runs to the end. Where there is no
 * thought, it is an empty span before closer and answer.
 */
export const thoughtOf = ({ closerAt, endOfTurnAt, segments_T }: SequenceInfo): Thought => {
  const found = segments_T.indexOf(2)
  const answerAt = found < 0 ? endOfTurnAt ?? segments_T.length : found
  const end = closerAt ?? answerAt
  const first = segments_T.indexOf(1)
  return { start: first < 0 ? end : Math.min(first, end), end, answerAt }
}

type Piece = readonly [start: number, end: number]

/** Pieces as spans: in order, none empty, those that touch or overlap made one; at least the first token is kept. */
const spansOf = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> => {
  const spans: Array<Piece> = []
  for (const [start, end] of pieces.filter(([from, to]) => from < to).sort(([a], [b]) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && start <= last[1]) spans[spans.length - 1] = [last[0], Math.max(last[1], end)]
    else spans.push([start, end])
  }
  return spans.length === 0 ? [[0, 1]] : spans
}

/**
 * What is kept: the pieces, and with `answer: kept` closer, answer and end of turn besides. A closer that does not follow
 * the thought's own last token is context and no target, else the student would learn to end thoughts anywhere.
 */
export const keep = (sequence: SequenceInfo, pieces: ReadonlyArray<Piece>, answer: "cut" | "kept", masksCloser = false): Piece | Kept => {
  const { answerAt, end } = thoughtOf(sequence)
  const length = sequence.tokens_T.length
  const spans = spansOf(answer === "kept" ? [...pieces, [end, length]] : pieces)
  const followsThought = spans.some(([from, to]) => from < end && end < to)
  if (answer === "kept" && end < answerAt && (masksCloser || !followsThought)) return { spans, masked: [[end, answerAt]] }
  return spans.length === 1 ? spans[0]! : { spans }
}
