/** Applies a truncation plugin and checks what it answers. */
import type { Kept, RandomOf, SequenceInfo, Spans, TruncationContext, TruncationPlugin } from "../plugin/define.ts"
import type { Growth } from "./growth.ts"
import { quote, reasonOf, SequenceError } from "./SequenceError.ts"

/** A truncation as a cell uses it: `ratio` is the decimal as it was written in the spec. */
export interface Truncation {
  readonly plugin: TruncationPlugin
  readonly ratio: string
  readonly options: unknown
  /** the ratio grows from `ratio` over training; null: it stays */
  readonly grow: Growth | null
}

/** Kept spans and what of them is context only: start, end, start, end ... of the whole sequence. */
export interface KeptSpans {
  /** in order, apart from each other, none empty, at least one */
  readonly spans: Int32Array
  /** in order, inside the kept spans */
  readonly masked: Int32Array
}

/** Tokens in spans that are written start, end, start, end ... */
export const tokensIn = (spans: Int32Array): number => {
  let tokens = 0
  for (let i = 0; i < spans.length; i += 2) tokens += spans[i + 1]! - spans[i]!
  return tokens
}

const isKept = (answer: readonly [number, number] | Kept): answer is Kept => !Array.isArray(answer)

const show = (spans: Spans): string =>
  spans.length > 4 ? `${show(spans.slice(0, 4))}, ...` : spans.map((span) => `[${String(span?.[0])}, ${String(span?.[1])})`).join(", ") || "none"

/** Spans one after the other, those that touch joined; null if they are not in order, in range and non-empty. */
const flat = (spans: Spans, length: number): Int32Array | null => {
  const bounds: Array<number> = []
  if (!Array.isArray(spans)) return null
  for (const span of spans as Spans) {
    if (!Array.isArray(span)) return null
    const [start, end] = span as unknown as readonly [number, number]
    const before = bounds.at(-1) ?? 0
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < before || end <= start || end > length) return null
    if (bounds.length > 0 && start === before) bounds[bounds.length - 1] = end
    else bounds.push(start, end)
  }
  return Int32Array.from(bounds)
}

/** Whether each span of `inner` lies in one of `outer`; both in order. */
const liesIn = (inner: Int32Array, outer: Int32Array): boolean => {
  let at = 0
  for (let i = 0; i < inner.length; i += 2) {
    while (at < outer.length && outer[at + 1]! < inner[i + 1]!) at += 2
    if (at >= outer.length || inner[i]! < outer[at]!) return false
  }
  return true
}

export type Population = TruncationContext["population"]

/**
 * What a truncation keeps of a sequence. Spans that touch are one.
 * @throws SequenceError if the plugin's spans are not whole numbers in order with 0 <= start < end <= T, none overlapping
 *   another, or if what it masks is not inside them
 */
export const keptSpans = (sequence: SequenceInfo, truncation: Truncation, random: RandomOf, population: Population): KeptSpans => {
  const { plugin, ratio, options } = truncation
  const length = sequence.tokens_T.length
  const fault = (expected: string, found: string) => new SequenceError({
    code: "truncation-span", where: `truncation ${plugin.name}, sample ${quote(sequence.id)}, ratio ${ratio}`,
    expected, found, advice: "Mend the truncation plugin."
  })
  const oneSpan = `a span [start, end) with 0 <= start < end <= ${length}`
  let answer: readonly [number, number] | Kept
  try {
    answer = plugin.span(sequence, ratio, options, { random, population })
  } catch (thrown) {
    throw fault(oneSpan, reasonOf(thrown))
  }
  if (answer === null || typeof answer !== "object") throw fault(oneSpan, String(answer))
  const kept: Kept = isKept(answer) ? answer : { spans: [answer] }
  const spans = flat(kept.spans, length)
  if (spans === null || spans.length === 0) {
    throw fault(isKept(answer) ? `spans in order, none overlapping or empty, with 0 <= start < end <= ${length}` : oneSpan, show(kept.spans ?? []))
  }
  const masked = flat(kept.masked ?? [], length)
  if (masked === null || !liesIn(masked, spans)) {
    throw fault(`masked spans in order and inside the kept ${show(kept.spans)}`, show(kept.masked ?? []))
  }
  return { spans, masked }
}
