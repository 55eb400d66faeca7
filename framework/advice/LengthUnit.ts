/** What lengths and places are counted in: tokens of a tokenizer, or pieces where none was given. */
import { unitsAt } from "../sequence/offsets.ts"
import type { Tokenizer } from "../sequence/tokenizer.ts"
import { pieceStarts } from "./pieces.ts"

/** A text that was counted. */
export interface Counted {
  readonly count: number
  /** Units that begin before each of these characters, which ascend: so many hold the text up to there, [offsets]. */
  readonly unitsAt: (offsets: ReadonlyArray<number>) => Int32Array
}

export interface LengthUnit {
  readonly name: "tokens" | "pieces"
  /** for people: whose tokens, or what a piece is */
  readonly describe: string
  /** @throws SequenceError if the tokenizer cannot place the text */
  readonly measure: (text: string) => Counted
}

/** Counts of ascending marks below ascending bounds, in one sweep. */
const below = (marks: ArrayLike<number>, bounds: ReadonlyArray<number>): Int32Array => {
  let passed = 0
  return Int32Array.from(bounds, (bound) => {
    while (passed < marks.length && marks[passed]! < bound) passed++
    return passed
  })
}

export const pieces: LengthUnit = {
  name: "pieces",
  describe: "pieces (words, groups of up to three digits, single signs); no tokenizer was named, so counts are not tokens",
  measure: (text) => {
    const starts = pieceStarts(text)
    return { count: starts.length, unitsAt: (offsets) => below(starts, offsets) }
  }
}

/** Offsets of a text in those of its normalised form. */
const normalisedOffsets = (tokenizer: Tokenizer, text: string, normal: string, offsets: ReadonlyArray<number>) =>
  normal === text ? offsets : offsets.map((offset) => tokenizer.normalise(text.slice(0, offset)).length)

/** @param name of the tokenizer, for people */
export const tokensOf = (tokenizer: Tokenizer, name: string): LengthUnit => ({
  name: "tokens",
  describe: `tokens of ${name}`,
  measure: (text) => {
    const normal = tokenizer.normalise(text)
    if (normal === "") return { count: 0, unitsAt: (offsets) => new Int32Array(offsets.length) }
    const { ends_T } = tokenizer.encode(normal)
    return {
      count: ends_T.length,
      unitsAt: (offsets) => {
        const bounds = unitsAt(tokenizer.unit, normal, normalisedOffsets(tokenizer, text, normal, offsets))
        // token t starts where token t - 1 ends, so as many start before a bound as end before it, and the first
        return below(ends_T, bounds).map((ended, place) => bounds[place]! > 0 ? Math.min(ended + 1, ends_T.length) : 0)
      }
    }
  }
})
