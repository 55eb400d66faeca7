/** Chain arithmetic as sequences of one token a symbol, and policies as a view calls them. */
import { Result } from "effect"
import chainArithmetic from "../../../plugins/datasets/chain-arithmetic.ts"
import type { TraceRecord, TruncationPlugin } from "../../../framework/plugin/define.ts"
import { decodeOptions } from "../../../framework/plugin/options.ts"
import type { Sequence } from "../../../framework/sequence/Sequence.ts"
import { makeView, type ViewRequest } from "../../../framework/sequence/view.ts"
import { preparedOf, requestOf } from "../sequence/traces.ts"

/** Options as a spec would have them decoded. */
export const decoded = (plugin: Parameters<typeof decodeOptions>[0], written: unknown) => Result.getOrThrow(decodeOptions(plugin, written))

export const tracesOf = (style: string, count: number): ReadonlyArray<TraceRecord> =>
  [...chainArithmetic.records({ split: "train", count, seed: 0 }, decoded(chainArithmetic, { style }))]

/** Prompt, opener, thought, closer, answer, end of turn: a token a symbol, a token a marker; ids are code points. */
export const sequenceOfTrace = ({ answer, cot, derivedAt, id, prompt }: TraceRecord): Sequence => {
  const text = `${prompt}<${cot}>${answer}|`
  const [thought, closer] = [prompt.length + 1, prompt.length + 1 + cot.length]
  return {
    id,
    tokens_T: Int32Array.from(text, (symbol) => symbol.codePointAt(0)!),
    segments_T: Uint8Array.from(text, (_, t) => t < thought ? 0 : t <= closer ? 1 : 2),
    derivedAt: derivedAt === null ? null : thought + derivedAt,
    openerAt: prompt.length, closerAt: closer, endOfTurnAt: text.length - 1
  }
}

export const symbolOf = (id: number): string => String.fromCodePoint(id)

export const viewOf = (
  sequences: ReadonlyArray<Sequence>, plugin: TruncationPlugin, written: unknown, { ratio = "1", ...request }: Partial<ViewRequest> & { readonly ratio?: string } = {}
) => makeView(preparedOf(sequences), requestOf({
  truncation: { plugin, ratio, options: decoded(plugin, written), grow: null }, mainRows: sequences.length,
  supervised: ["prompt", "cot", "answer"], ...request
}), symbolOf)

/** Mean of kept tokens of a view's rows. */
export const meanKept = ({ lengths_N }: { readonly lengths_N: Int32Array }): number => lengths_N.reduce((a, b) => a + b, 0) / lengths_N.length
