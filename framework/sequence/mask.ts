/**
 * Target weights: which kept tokens the student is asked to predict, and how much each counts.
 *
 * A *target* is a token that is predicted from those before it. The first token of a kept span has nothing before it that it
 * was written after, and is never a target; a token that is cut off is none either. A target's segment is its own, not that
 * of the token it is predicted from: the first token of the thought is supervised with `cot` although it follows the prompt.
 * Engines compare the logits at position t - 1 with token t: this shift by one lives in them alone, weights are aligned with
 * the tokens.
 */
import type { SelectorContext, SelectorPlugin, SequenceInfo, TokenMeasures } from "../plugin/define.ts"
import { shuffled } from "./random.ts"
import { quote, reasonOf, SequenceError } from "./SequenceError.ts"
import { type KeptSpans, tokensIn } from "./truncate.ts"

/** A selector as a cell uses it. */
export interface Selection {
  readonly plugin: SelectorPlugin
  readonly options: unknown
  /** `random`: the same weights, each row's own, laid on supervised tokens drawn at random: the selector's control */
  readonly placement: "chosen" | "random"
  /** what engines measured of row n of the prepared data; left out where the selector needs none */
  readonly measures?: (row: number) => TokenMeasures
}

/**
 * Weights of the whole sequence by a selector plugin: masks do not depend on where it is cut. Tokens that are not supervised
 * have weight 0, whatever the plugin says. [T]
 * @throws SequenceError if the plugin's weights are not T finite numbers of at least 0
 */
export const selectedTokens = (
  sequence: SequenceInfo, supervised_T: Uint8Array, selection: Selection, context: SelectorContext
): Float32Array => {
  const { options, plugin } = selection
  const length = sequence.tokens_T.length
  const fault = (found: string) => new SequenceError({
    code: "selector-weights", where: `selector ${plugin.name}, sample ${quote(sequence.id)}`,
    expected: `${length} finite weights of at least 0`, found, advice: "Mend the selector plugin."
  })
  let all_T: Float32Array
  try {
    all_T = plugin.weights(sequence, supervised_T.slice(), options, context)
  } catch (thrown) {
    throw fault(reasonOf(thrown))
  }
  if (all_T?.length !== length) throw fault(`${all_T?.length} weights`)
  const weights_T = new Float32Array(length)
  for (let t = 0; t < length; t++) {
    if (!(all_T[t]! >= 0 && Number.isFinite(all_T[t]))) throw fault(`${all_T[t]} at token ${t}`)
    if (supervised_T[t] === 1) weights_T[t] = all_T[t]!
  }
  return weights_T
}

/**
 * Weights of the kept tokens, all spans one after the other: the whole sequence's, without what has no kept token before it
 * and without what is context only.
 * ```ts
 * // five tokens, of which [0, 2) and [3, 5) are kept and the last is context
 * const kept = { spans: Int32Array.of(0, 2, 3, 5), masked: Int32Array.of(4, 5) }
 * Array.from(keptWeights(Float32Array.of(0, 1, 1, 1, 1), kept)) // => [0, 1, 0, 0]
 * ```
 */
export const keptWeights = (weights_T: Float32Array, { masked, spans }: KeptSpans): Float32Array => {
  const weights = new Float32Array(tokensIn(spans))
  for (let i = 0, at = 0; i < spans.length; i += 2) {
    const [start, end] = [spans[i]!, spans[i + 1]!]
    weights.set(weights_T.subarray(start, end), at)
    weights[at] = 0
    for (let m = 0; m < masked.length; m += 2) {
      const [from, to] = [Math.max(start, masked[m]!), Math.min(end, masked[m + 1]!)]
      if (from < to) weights.fill(0, at + from - start, at + to - start)
    }
    at += end - start
  }
  return weights
}

/**
 * The same weights on other tokens: those of a row, largest first, on places drawn at random among the kept tokens that may
 * be targets. Equal numbers of targets with equal weights therefore give equal rows, whatever chose them.
 * @param weights of the kept tokens, as chosen   @param mayBe of the kept tokens: above 0 where a target may be
 */
export const replaced = (weights: Float32Array, mayBe: Float32Array, random: () => number): Float32Array => {
  const values = weights.filter((weight) => weight > 0).sort().reverse()
  const places: Array<number> = []
  mayBe.forEach((weight, i) => { if (weight > 0) places.push(i) })
  const order = shuffled(places.length, random)
  const fresh = new Float32Array(weights.length)
  values.forEach((weight, i) => { fresh[places[order[i]!]!] = weight })
  return fresh
}

