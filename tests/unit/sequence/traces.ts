/** Sequences for property tests: any three segment lengths, tokens that name their place, and the plugins we ship. */
import { Schema } from "effect"
import first from "../../../plugins/truncation/first.ts"
import last from "../../../plugins/truncation/last.ts"
import middle from "../../../plugins/truncation/middle.ts"
import { offsetsOf, type Prepared } from "../../../framework/sequence/prepared-file.ts"
import type { Sequence } from "../../../framework/sequence/render.ts"
import type { Truncation } from "../../../framework/sequence/truncate.ts"

const length = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** Lengths of prompt, thought and answer. */
export const Lengths = Schema.Struct({ prompt: length(12), cot: length(30), answer: length(6) })
  .check(Schema.makeFilter(({ prompt, cot, answer }) => prompt + cot + answer > 0))
export const LengthsList = Schema.Array(Lengths).check(Schema.isMinLength(1), Schema.isMaxLength(12))
export const Percent = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))
export const Keep = Schema.Literals(["first", "middle", "last"])
/** bits of a non-empty set of segments */
export const SetBits = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 }))

const plugins = { first, middle, last }

export const truncationOf = (keep: typeof Keep.Type, percent: number): Truncation =>
  ({ plugin: plugins[keep], ratio: (percent / 100).toFixed(2), options: {} })

export const sequenceOf = ({ prompt, cot, answer }: typeof Lengths.Type, id = "s"): Sequence => {
  const total = prompt + cot + answer
  return {
    id,
    tokens_T: Int32Array.from({ length: total }, (_, t) => 100 + t),
    segments_T: Uint8Array.from({ length: total }, (_, t) => t < prompt ? 0 : t < prompt + cot ? 1 : 2),
    derivedAt: cot > 1 ? prompt + (cot >> 1) : null
  }
}

export const preparedOf = (sequences: ReadonlyArray<Sequence>): Prepared => ({
  ids: sequences.map((sequence) => sequence.id),
  tokenOffsets: offsetsOf(Int32Array.from(sequences, (sequence) => sequence.tokens_T.length)),
  tokens: Int32Array.from(sequences.flatMap((sequence) => Array.from(sequence.tokens_T))),
  segments: Uint8Array.from(sequences.flatMap((sequence) => Array.from(sequence.segments_T))),
  derivedAt: Int32Array.from(sequences, (sequence) => sequence.derivedAt ?? -1)
})
