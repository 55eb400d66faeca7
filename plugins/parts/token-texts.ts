/** Texts of tokens, to be joined and searched. */
import type { SequenceInfo } from "leadspan"

/**
 * One text a token of [start, end). Bytes that are no whole character, which `textAt` writes as `\xE2`, become replacement
 * characters here: their letters would else look like a part of the word beside them.
 */
export const tokenTexts = ({ textAt }: SequenceInfo, start: number, end: number): ReadonlyArray<string> =>
  Array.from({ length: end - start }, (_, index) => textAt(start + index).replaceAll(/\\x[0-9A-F]{2}/gu, "\uFFFD"))
