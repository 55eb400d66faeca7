/** Checks a truncation: its examples, and for many lengths and ratios a span that lies in the sequence and is the same twice. */
import type { SequenceInfo, TruncationPlugin } from "../define.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"

/** A sequence of `length` tokens, 0, 1, 2...: a fifth of it prompt, a fifth answer. */
export const exampleSequence = (length: number): SequenceInfo => ({
  id: `example-${length}`,
  tokens_T: Int32Array.from({ length }, (_, t) => t),
  segments_T: Uint8Array.from({ length }, (_, t) => 5 * t < length ? 0 : 5 * t < 4 * length ? 1 : 2),
  derivedAt: length > 4 ? Math.floor(length / 2) : null
})

const ratios = ["0.01", "0.1", "0.25", "0.29", "0.5", "0.75", "0.99", "1"]

export const checkTruncation = (context: CheckContext<TruncationPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.flatMap(({ length, ratio, span }, index) =>
    withOptions(context, plugin, undefined, `${index + 1}`, (options) =>
      [same("span", `${ratio} of ${length}`, span, plugin.span(exampleSequence(length), ratio, options))]))
  const everywhere = withOptions(context, plugin, undefined, "lengths 1-64", (options) => {
    const faults: Array<string> = []
    let count = 0
    for (let length = 1; length <= 64; length++) {
      for (const ratio of ratios) {
        count++
        const sequence = exampleSequence(length)
        const [start, end] = plugin.span(sequence, ratio, options)
        const [again, endAgain] = plugin.span(sequence, ratio, options)
        const isInside = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= length
        if (!isInside) faults.push(`[${start}, ${end}) of ${length} at ${ratio}`)
        if (start !== again || end !== endAgain) faults.push(`another span the second time, of ${length} at ${ratio}`)
      }
    }
    return [holds("0 <= start < end <= T, always the same", "lengths 1-64", `${count} spans`, faults[0] ?? `${count} spans`, faults.length === 0)]
  })
  return [hasExamples(plugin.examples), ...examples, ...everywhere]
}
