/** Sets of supervised segments: the non-empty subsets of prompt, cot and answer, seven in all. */
import { type Segment, segmentCode, segments } from "./Segment.ts"

/** The seven sets, each in the order of the sequence. */
export const segmentSets: ReadonlyArray<ReadonlyArray<Segment>> = [1, 2, 3, 4, 5, 6, 7].map((bits) =>
  segments.filter((segment) => (bits >> segmentCode[segment]) & 1)
)

/** The set in the order of the sequence, each segment once: [answer, cot] and [cot, answer] are one set. */
export const canonicalSegments = (supervised: ReadonlyArray<Segment>): ReadonlyArray<Segment> =>
  segments.filter((segment) => supervised.includes(segment))

/** 1 at the code of each supervised segment, [3]. */
export const supervisedCodes = (supervised: ReadonlyArray<Segment>): Uint8Array =>
  Uint8Array.from(segments, (segment) => supervised.includes(segment) ? 1 : 0)
