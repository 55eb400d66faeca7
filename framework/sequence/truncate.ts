/** Applies a truncation plugin and checks what it answers. */
import type { SequenceInfo, TruncationPlugin } from "../plugin/define.ts"
import { quote, reasonOf, SequenceError } from "./SequenceError.ts"

/** A truncation as a cell uses it: `ratio` is the decimal as it was written in the spec. */
export interface Truncation {
  readonly plugin: TruncationPlugin
  readonly ratio: string
  readonly options: unknown
}

/**
 * The kept span [start, end) of a sequence.
 * @throws SequenceError if the plugin's span is not two integers with 0 <= start < end <= T
 */
export const keptSpan = (sequence: SequenceInfo, truncation: Truncation): readonly [number, number] => {
  const { plugin, ratio, options } = truncation
  const length = sequence.tokens_T.length
  const fault = (found: string) => new SequenceError({
    code: "truncation-span", where: `truncation ${plugin.name}, sample ${quote(sequence.id)}, ratio ${ratio}`,
    expected: `a span [start, end) with 0 <= start < end <= ${length}`, found, advice: "Mend the truncation plugin."
  })
  let span: readonly [number, number]
  try {
    span = plugin.span(sequence, ratio, options)
  } catch (thrown) {
    throw fault(reasonOf(thrown))
  }
  const [start, end] = span
  if (Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= length) return [start, end]
  throw fault(`[${String(start)}, ${String(end)})`)
}
