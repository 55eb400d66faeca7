/**
 * What belongs to what where papers differ: the thought's tags, the end of turn, and habits of a reference implementation.
 *
 * Segments partition a sequence; conventions say beside them which tokens are never targets, and which one is a target of
 * two segments. They bear on targets alone: what is kept, fed and counted by a ratio does not change. (`generation-prompt-
 * appended` changes the tokens themselves: it belongs to the prepared data, not to a view.)
 */
import type { SequenceInfo } from "../plugin/define.ts"
import { type Segment, segmentCode } from "./Segment.ts"
import { supervisedCodes } from "./supervise.ts"

export const thinkTagRules = ["closer", "both", "none"] as const
export const endOfTurnRules = ["answer", "none"] as const
export const quirks = ["cot-runs-on", "generation-prompt-appended"] as const
export type Quirk = (typeof quirks)[number]

export interface Conventions {
  /** which tags are targets with the thought: its closer, opener and closer, or neither (nor with anything else) */
  readonly thinkTags: (typeof thinkTagRules)[number]
  /** whether the end of turn is a target with the answer, or never */
  readonly endOfTurn: (typeof endOfTurnRules)[number]
  readonly quirks: ReadonlyArray<Quirk>
}

export const plainConventions: Conventions = { thinkTags: "closer", endOfTurn: "answer", quirks: [] }

/** A sequence as conventions see it. T tokens. */
export interface EffectiveSegments {
  /** 0 prompt, 1 cot, 2 answer; the array of the sequence itself where nothing differs, [T] */
  readonly segments_T: Uint8Array
  /** spans [start, end) of tokens that are never targets */
  readonly never: ReadonlyArray<readonly [start: number, end: number]>
  /** a token that is a target of the thought and of the answer alike; null where there is none */
  readonly shared: number | null
}

const firstOf = (segments_T: Uint8Array, code: number): number => {
  const found = segments_T.findIndex((segment) => segment >= code)
  return found === -1 ? segments_T.length : found
}

/** Just after the closing tag itself, which white space may follow inside the closer. */
const afterTag = (sequence: SequenceInfo, closerAt: number, answerAt: number): number => {
  for (let t = answerAt - 1; t >= closerAt; t--) if (sequence.textAt(t).trim() !== "") return t + 1
  return answerAt
}

/** Segments, never-targets and the shared target of a sequence under conventions. */
export const effectiveSegments = (sequence: SequenceInfo, conventions: Conventions): EffectiveSegments => {
  const { closerAt, endOfTurnAt, openerAt, segments_T } = sequence
  const length = segments_T.length
  const cotAt = firstOf(segments_T, segmentCode.cot)
  const answerAt = firstOf(segments_T, segmentCode.answer)
  const never: Array<readonly [number, number]> = []
  if (conventions.thinkTags === "none" && openerAt !== null && openerAt < cotAt) never.push([openerAt, cotAt])
  if (conventions.thinkTags === "none" && closerAt !== null && closerAt < answerAt) never.push([closerAt, answerAt])
  if (conventions.endOfTurn === "none" && endOfTurnAt !== null && endOfTurnAt < length) never.push([endOfTurnAt, length])
  let effective_T = segments_T
  if (conventions.thinkTags === "both" && openerAt !== null && openerAt < cotAt) {
    effective_T = segments_T.slice()
    effective_T.fill(segmentCode.cot, openerAt, cotAt)
  }
  let shared: number | null = null
  if (conventions.quirks.includes("cot-runs-on") && closerAt !== null) {
    const next = afterTag(sequence, closerAt, answerAt)
    if (next < length) shared = next
  }
  return { segments_T: effective_T, never, shared }
}

/** 1 where segments and conventions make a token a target, [T]. The first token of a sequence is none: nothing stands before it. */
export const supervisedTokens = (effective: EffectiveSegments, supervised: ReadonlyArray<Segment>): Uint8Array => {
  const isSupervised = supervisedCodes(supervised)
  const supervised_T = effective.segments_T.map((code) => isSupervised[code]!)
  if (effective.shared !== null) {
    supervised_T[effective.shared] = isSupervised[segmentCode.cot]! | isSupervised[segmentCode.answer]!
  }
  for (const [start, end] of effective.never) supervised_T.fill(0, start, end)
  supervised_T[0] = 0
  return supervised_T
}

/** What of conventions bears on a view. */
export const conventionsOfView = ({ endOfTurn, quirks: named, thinkTags }: Conventions): unknown =>
  [thinkTags, endOfTurn, named.includes("cot-runs-on")]
