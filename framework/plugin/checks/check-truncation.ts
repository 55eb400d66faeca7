/** Checks a truncation: its examples, and for many sequences and ratios that what is kept can be kept, and is the same twice. */
import { Result } from "effect"
import type { Kept, Spans, TruncationPlugin } from "../define.ts"
import { decodeOptions } from "../options.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"
import { exampleRandom, exampleSequence, keyedRandom, populationOf, probes } from "./example-sequence.ts"

const ratios = ["0.01", "0.1", "0.25", "0.29", "0.5", "0.75", "0.99", "1"]

const isSpan = (answer: readonly [number, number] | Kept): answer is readonly [number, number] => Array.isArray(answer)

/** One shape for both ways to answer. */
const keptOf = (answer: readonly [number, number] | Kept): Required<Kept> =>
  isSpan(answer) ? { spans: [answer], masked: [] } : { spans: answer.spans, masked: answer.masked ?? [] }

const faultOfSpans = (spans: Spans, length: number): string | null => {
  let before = -1
  for (const [start, end] of spans) {
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= length)) return `[${start}, ${end}) of ${length} tokens`
    if (start <= before) return `[${start}, ${end}) touches or overlaps the span before it`
    before = end
  }
  return null
}

/** Masked tokens are kept ones: each masked span lies in a kept one. */
const faultOf = ({ masked, spans }: Required<Kept>, length: number): string | null =>
  spans.length === 0 ? "nothing is kept"
    : faultOfSpans(spans, length) ?? faultOfSpans(masked, length) ??
      (masked.every(([from, to]) => spans.some(([start, end]) => start <= from && to <= end)) ? null : "a masked span that is not kept")

const text = (kept: unknown): string => JSON.stringify(kept)

export const checkTruncation = (context: CheckContext<TruncationPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.flatMap((example, index) =>
    withOptions(context, plugin, example.options, `${index + 1}`, (options) => {
      const { derivedAt, kept, length, population, ratio, segments = "P".repeat(length ?? 0), span, texts } = example
      const sequence = exampleSequence({ segments, texts, derivedAt })
      const known = population === undefined ? populationOf([sequence])
        : { lengths_N: Int32Array.from(population, ([tokens]) => tokens), derivedAt_N: Int32Array.from(population, ([, at]) => at) }
      const found = keptOf(plugin.span(sequence, ratio, options, { random: exampleRandom, population: known }))
      const expected = kept === undefined ? { spans: span === undefined ? [] : [span], masked: [] } : keptOf(kept)
      const name = `${index + 1}: ${ratio} of ${texts === undefined && new Set(segments).size === 1 ? segments.length : segments}`
      return [
        same("spans", name, expected.spans, found.spans),
        ...(expected.masked.length + found.masked.length === 0 ? [] : [same("masked", name, expected.masked, found.masked)])
      ]
    }))

  const everywhere = (written: unknown) => withOptions(context, plugin, written, "everywhere", (options) => {
    const faults: Array<string> = []
    const population = populationOf(probes)
    const asked = plugin.takesRatio === false ? ["1"] : ratios
    for (const sequence of probes) {
      for (const ratio of asked) {
        const ask = (key: string) => keptOf(plugin.span(sequence, ratio, options, { random: keyedRandom(key), population }))
        const found = ask(sequence.id)
        const where = `, ${text(found)} of sequence ${sequence.id} at ${ratio}`
        const fault = faultOf(found, sequence.tokens_T.length)
        if (fault !== null) faults.push(fault + where)
        if (text(ask(sequence.id)) !== text(found)) faults.push(`something else the second time${where}`)
        if (plugin.isRandom !== true && text(ask("another key")) !== text(found)) faults.push(`random numbers are used, but isRandom is not true${where}`)
      }
    }
    const count = `${probes.length * asked.length} answers`
    const example = `${probes.length} sequences ${written === undefined ? "" : JSON.stringify(written)}`.trim()
    return [holds("spans in order, inside, always the same", example, count, faults[0] ?? count, faults.length === 0)]
  })
  const writtens = new Map(plugin.examples.map(({ options }) => [JSON.stringify(options), options]))
  const isComplete = Result.isSuccess(decodeOptions(plugin, undefined))
  if (isComplete) writtens.set(JSON.stringify(undefined), undefined)
  return [hasExamples(plugin.examples), ...examples, ...[...writtens.values()].flatMap(everywhere)]
}
