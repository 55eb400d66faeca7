/** Sequences for property tests: any three segment lengths, tokens that name their place, and the plugins we ship. */
import { Schema } from "effect"
import { optionsOf } from "../datasets/options.ts"
import first from "../../../plugins/truncation/first.ts"
import last from "../../../plugins/truncation/last.ts"
import middle from "../../../plugins/truncation/middle.ts"
import type { Prepared } from "../../../framework/sequence/prepared-file.ts"
import type { Sequence } from "../../../framework/sequence/Sequence.ts"
import { plainConventions } from "../../../framework/sequence/conventions.ts"
import type { Truncation } from "../../../framework/sequence/truncate.ts"
import type { ViewRequest } from "../../../framework/sequence/view.ts"
import type { CellView } from "../../../framework/sequence/view-file.ts"

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
const decoded = (keep: typeof Keep.Type): unknown => optionsOf(plugins[keep], {})

export const truncationOf = (keep: typeof Keep.Type, percent: number): Truncation =>
  ({ plugin: plugins[keep], ratio: (percent / 100).toFixed(2), options: decoded(keep), grow: null })

/** The last token of the prompt is the thought's opener, the last of the thought its closer, the last of the answer the end of turn. */
export const sequenceOf = ({ prompt, cot, answer }: typeof Lengths.Type, id = "s"): Sequence => {
  const total = prompt + cot + answer
  return {
    id,
    tokens_T: Int32Array.from({ length: total }, (_, t) => 100 + t),
    segments_T: Uint8Array.from({ length: total }, (_, t) => t < prompt ? 0 : t < prompt + cot ? 1 : 2),
    derivedAt: cot > 1 ? prompt + (cot >> 1) : null,
    openerAt: prompt > 0 ? prompt - 1 : null,
    closerAt: cot > 0 ? prompt + cot - 1 : null,
    endOfTurnAt: answer > 0 ? total - 1 : null
  }
}

/** Prepared data that were never in a file. */
export const preparedOf = (sequences: ReadonlyArray<Sequence>): Prepared => {
  const lengths_N = Int32Array.from(sequences, (sequence) => sequence.tokens_T.length)
  const firstToken_N1 = new Float64Array(sequences.length + 1)
  lengths_N.forEach((length, n) => { firstToken_N1[n + 1] = firstToken_N1[n]! + length })
  return {
    count: sequences.length, lengths_N, firstToken_N1,
    derivedAt_N: Int32Array.from(sequences, (sequence) => sequence.derivedAt ?? -1),
    row: (n) => sequences[n]!, close: () => {}
  }
}

/** Tokens as people read them: a letter each, by its number. */
export const textOf = (id: number): string => String.fromCodePoint(97 + id % 26)

/** A view's request; all that is left out is as it mostly is. */
export const requestOf = (request: Pick<ViewRequest, "truncation" | "mainRows"> & Partial<ViewRequest>): ViewRequest =>
  ({ conventions: plainConventions, supervised: ["cot"], selection: null, seed: 0, ...request })

/** The rows of a view, plain. */
export const rowsOf = (view: CellView) => Array.from({ length: view.count }, (_, n) => {
  const { prepared, spans, weights } = view.row(n)
  return { prepared, spans: Array.from(spans), weights: Array.from(weights) }
})
