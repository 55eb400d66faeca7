/** Checks a token selector: its examples, and for many sequences one finite weight of 0 or more a token, the same twice. */
import { Result } from "effect"
import { segmentCode, segments as segmentNames, type Segment } from "../../sequence/Segment.ts"
import type { SelectorContext, SelectorPlugin, SequenceInfo, TokenMeasures } from "../define.ts"
import { decodeOptions } from "../options.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, near } from "./CheckRow.ts"
import { exampleRandom, exampleSequence, keyedRandom, probes } from "./example-sequence.ts"

/** Weights are float32; examples are often written with six digits. */
const tolerance = 1e-6

/** 1 where a token is a target of the segments; the first token of a sequence never is. */
const supervisedOf = ({ segments_T }: SequenceInfo, supervised: ReadonlyArray<Segment>): Uint8Array =>
  segments_T.map((code, t) => t > 0 && supervised.some((segment) => segmentCode[segment] === code) ? 1 : 0)

const measured = (length: number, values: ReadonlyArray<number> | undefined, name: string): Float32Array => {
  if (values !== undefined && values.length !== length) throw new Error(`${values.length} values of ${name}, expected one for each of the ${length} tokens`)
  return Float32Array.from({ length }, (_, t) => values?.[t] ?? 0)
}

/** Numbers that are no token's alone: ties must be broken by a rule. */
const somehow = (length: number): TokenMeasures => {
  const values = (step: number) => Float32Array.from({ length }, (_, t) => ((t * step) % 5) / 2)
  return { teacherEntropy_T: values(2), studentEntropy_T: values(3), divergence_T: values(4) }
}

export const checkSelector = (context: CheckContext<SelectorPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.flatMap(({ measures, options: written, segments, supervised, texts, weights }, index) =>
    withOptions(context, plugin, written, `${index + 1}`, (options) => {
      const sequence = exampleSequence({ segments, texts })
      const length = segments.length
      const given: SelectorContext = {
        random: exampleRandom,
        measures: plugin.needsMeasures !== true ? null : {
          teacherEntropy_T: measured(length, measures?.teacherEntropy, "teacherEntropy"),
          studentEntropy_T: measured(length, measures?.studentEntropy, "studentEntropy"),
          divergence_T: measured(length, measures?.divergence, "divergence")
        }
      }
      const found = plugin.weights(sequence, supervisedOf(sequence, supervised), options, given)
      return [near("weights", `${index + 1}: ${segments}`, weights, [...found], tolerance)]
    }))

  const everywhere = (written: unknown) => withOptions(context, plugin, written, "everywhere", (options) => {
    const faults: Array<string> = []
    for (const sequence of probes) {
      const length = sequence.tokens_T.length
      const supervised_T = supervisedOf(sequence, segmentNames)
      const weigh = (key: string): unknown => plugin.weights(sequence, supervised_T.slice(), options, {
        random: keyedRandom(key), measures: plugin.needsMeasures === true ? somehow(length) : null
      })
      const weights = weigh(sequence.id)
      const isSame = (others: unknown) => others instanceof Float32Array && others.every((weight, t) => weight === (weights as Float32Array)[t])
      const fault = !(weights instanceof Float32Array) || weights.length !== length ? "not one weight a token in a Float32Array"
        : !weights.every((weight) => Number.isFinite(weight) && weight >= 0) ? "a weight below 0 or not finite"
        : !isSame(weigh(sequence.id)) ? "other weights the second time"
        : plugin.isRandom !== true && !isSame(weigh("another key")) ? "random numbers are used, but isRandom is not true"
        : null
      if (fault !== null) faults.push(`${fault}, sequence ${sequence.id} of ${length} tokens`)
    }
    const count = `${probes.length} sequences`
    return [holds("a finite weight of 0 or more a token, always the same", `everywhere ${JSON.stringify(written ?? {})}`, count, faults[0] ?? count, faults.length === 0)]
  })
  const writtens = new Map(plugin.examples.map(({ options }) => [JSON.stringify(options ?? {}), options]))
  if (Result.isSuccess(decodeOptions(plugin, undefined))) writtens.set("{}", undefined)
  return [hasExamples(plugin.examples), ...examples, ...[...writtens.values()].flatMap(everywhere)]
}
