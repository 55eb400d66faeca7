/** How surely a sample is of a format: the share of records that show its sign, times how much the sign proves. */
import type { RawRecord } from "leadspan"

/** What a sign proves. A data set's own columns prove most; a shape that many data sets share leaves them the first place. */
export const proof = { dataset: 1, shape: 0.9, chat: 0.8, guess: 0.7 } as const

/**
 * Recognises by a sign that a record shows or does not.
 * @param proves how much it proves, in [0, 1]   @param sign said after "in 97 of 100 records": what was seen
 */
export const bySign = (proves: number, sign: string, shows: (record: RawRecord) => boolean) => (sample: ReadonlyArray<RawRecord>) => {
  const count = sample.filter(shows).length
  return { score: sample.length === 0 ? 0 : proves * count / sample.length, because: `${sign} in ${count} of ${sample.length} records` }
}
