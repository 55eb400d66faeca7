/**
 * Target weights: which tokens of a kept span the student is asked to predict, and how much each counts.
 *
 * A *target* is a token that is predicted from those before it. The first kept token has nothing before it and is never a
 * target; a token that is cut off is none either. A target's segment is its own, not that of the token it is predicted from:
 * the first token of the thought is supervised with `cot` although it follows the prompt. Engines compare the logits at
 * position t - 1 with token t: this shift by one lives in them alone, weights are aligned with the tokens.
 */
import type { SelectorPlugin, SequenceInfo } from "../plugin/define.ts"
import type { Segment } from "./Segment.ts"
import { quote, SequenceError } from "./SequenceError.ts"
import { supervisedCodes } from "./supervise.ts"

/**
 * Weights of the kept span [start, end) by the segment of each target: 1 supervised, 0 not, [end - start].
 * ```ts
 * // two tokens of prompt, three of thought, one of answer; the first four are kept
 * Array.from(targetWeights(Uint8Array.of(0, 0, 1, 1, 1, 2), ["prompt", "cot"], 0, 4)) // => [0, 1, 1, 1]
 * Array.from(targetWeights(Uint8Array.of(0, 0, 1, 1, 1, 2), ["cot"], 0, 4)) // => [0, 0, 1, 1]
 * ```
 */
export const targetWeights = (
  segments_T: Uint8Array, supervised: ReadonlyArray<Segment>, start: number, end: number
): Float32Array => {
  const isSupervised = supervisedCodes(supervised)
  const weights = new Float32Array(end - start)
  for (let t = start + 1; t < end; t++) weights[t - start] = isSupervised[segments_T[t]!]!
  return weights
}

/** A selector as a cell uses it: moving masks are keyed by the trial's seed. */
export interface Selection {
  readonly plugin: SelectorPlugin
  readonly options: unknown
  readonly seed: number
}

/**
 * Weights of the kept span by a selector plugin, which sees the whole sequence: masks do not depend on where it is cut.
 * @throws SequenceError if the plugin's weights are not T finite numbers of at least 0
 */
export const selectedWeights = (
  sequence: SequenceInfo, supervised: ReadonlyArray<Segment>, selection: Selection, start: number, end: number
): Float32Array => {
  const { plugin, options, seed } = selection
  const all_T = plugin.weights(sequence, supervised, seed, options)
  const length = sequence.tokens_T.length
  const bad = all_T.length !== length ? -1 : all_T.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)))
  if (all_T.length !== length || bad !== -1) {
    throw new SequenceError({
      code: "selector-weights", where: `selector ${plugin.name}, sample ${quote(sequence.id)}`,
      expected: `${length} finite weights of at least 0`,
      found: all_T.length === length ? `${all_T[bad]} at token ${bad}` : `${all_T.length} weights`,
      advice: "Mend the selector plugin."
    })
  }
  const weights = all_T.slice(start, end)
  weights[0] = 0
  return weights
}
