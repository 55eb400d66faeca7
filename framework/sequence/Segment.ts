/** The parts of a training sequence, in the order in which they stand. */
export const segments = ["prompt", "cot", "answer"] as const
export type Segment = (typeof segments)[number]

/** Number of a segment in prepared data: 0 prompt, 1 cot, 2 answer. */
export const segmentCode: Readonly<Record<Segment, number>> = { prompt: 0, cot: 1, answer: 2 }
