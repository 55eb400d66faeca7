/** Prepared data, a truncation and a set of segments make a cell's view. Its rows are made when they are asked for. */
import type { RandomOf, SequenceInfo } from "../plugin/define.ts"
import { type Conventions, effectiveSegments, plainConventions, supervisedTokens } from "./conventions.ts"
import { phaseRatios } from "./growth.ts"
import { keptWeights, replaced, type Selection, selectedTokens } from "./mask.ts"
import type { Prepared } from "./prepared-file.ts"
import { randomStream } from "./random.ts"
import type { Segment } from "./Segment.ts"
import type { Sequence } from "./Sequence.ts"
import { type KeptSpans, keptSpans, type Population, tokensIn, type Truncation } from "./truncate.ts"
import type { CellView, ViewRow } from "./view-file.ts"

export interface ViewRequest {
  readonly truncation: Truncation
  readonly conventions: Conventions
  readonly supervised: ReadonlyArray<Segment>
  readonly selection: Selection | null
  /** of the trial: keys what truncation and selection draw at random */
  readonly seed: number
  /**
   * Rows from here on are replay: complete in every cell, their thought and answer supervised, as instruction data is.
   * Equal to the number of rows where there is no replay.
   */
  readonly mainRows: number
}

/** Text of a token as people read it: what policies see of the vocabulary. */
export type TextOf = (id: number) => string

const replaySupervised: ReadonlyArray<Segment> = ["cot", "answer"]

export const sequenceInfo = (sequence: Sequence, textOf: TextOf): SequenceInfo =>
  ({ ...sequence, textAt: (t) => textOf(sequence.tokens_T[t]!) })

/** Whether views of different seeds may differ. */
export const isSeeded = ({ selection, truncation }: Pick<ViewRequest, "selection" | "truncation">): boolean =>
  truncation.plugin.isRandom === true || selection?.plugin.isRandom === true || selection?.placement === "random"

/** Ratio of each phase; one where nothing grows. */
export const ratiosOf = ({ grow, ratio }: Truncation): ReadonlyArray<string> => grow === null ? [ratio] : phaseRatios(ratio, grow)

/** What a row keeps, and its weights. */
interface MadeRow {
  readonly kept: KeptSpans
  readonly weights: Float32Array
}

const wholeKept = (length: number): KeptSpans => ({ spans: Int32Array.of(0, length), masked: new Int32Array(0) })

/** How rows of one request are made, whichever of their phases is meant. */
export const rowMaker = (prepared: Prepared, request: ViewRequest, textOf: TextOf) => {
  const { conventions, mainRows, seed, selection, supervised, truncation } = request
  const population: Population = {
    lengths_N: prepared.lengths_N.subarray(0, mainRows), derivedAt_N: prepared.derivedAt_N.subarray(0, mainRows)
  }
  const randomOf = (who: string, id: string): RandomOf => (purpose) => randomStream(seed, `${who}/${purpose}`, id)

  const kept = (sequence: SequenceInfo, n: number, ratio: string): KeptSpans => n >= mainRows
    ? wholeKept(sequence.tokens_T.length)
    : keptSpans(sequence, { ...truncation, ratio }, randomOf("truncation", sequence.id), population)

  const make = (n: number, ratio: string): MadeRow => {
    const sequence = sequenceInfo(prepared.row(n), textOf)
    const spans = kept(sequence, n, ratio)
    const isReplay = n >= mainRows
    const supervised_T = supervisedTokens(
      effectiveSegments(sequence, isReplay ? plainConventions : conventions), isReplay ? replaySupervised : supervised)
    const eligible = keptWeights(Float32Array.from(supervised_T), spans)
    if (selection === null || isReplay) return { kept: spans, weights: eligible }
    const weights_T = selectedTokens(sequence, supervised_T, selection, {
      random: randomOf("selector", sequence.id), measures: selection.measures?.(n) ?? null
    })
    const weights = keptWeights(weights_T, spans)
    return {
      kept: spans, weights: selection.placement === "random" ? replaced(weights, eligible, randomStream(seed, "twin", sequence.id)) : weights
    }
  }
  const length = (n: number, ratio: string): number => tokensIn(kept(sequenceInfo(prepared.row(n), textOf), n, ratio).spans)
  return { make, length }
}

/**
 * What a cell keeps and supervises, row by row: row n of the prepared data at phase p is row p * N + n of the view.
 * @param lengths_N kept tokens of each row of the view, where they are known already
 * @throws SequenceError from `row` and `lengths_N` if a plugin answers with spans or weights that cannot be
 */
export const makeView = (prepared: Prepared, request: ViewRequest, textOf: TextOf, lengths_N?: Int32Array): CellView => {
  const ratios = ratiosOf(request.truncation)
  const rows = rowMaker(prepared, request, textOf)
  const { count } = prepared
  let lengths = lengths_N
  return {
    count: count * ratios.length,
    get lengths_N() {
      return lengths ??= Int32Array.from({ length: count * ratios.length }, (_, n) => rows.length(n % count, ratios[Math.floor(n / count)]!))
    },
    row: (n): ViewRow => {
      const { kept, weights } = rows.make(n % count, ratios[Math.floor(n / count)]!)
      return { prepared: n % count, spans: kept.spans, weights }
    }
  }
}

/** Everything is kept and all is supervised but the first token: the common yardstick on held-out data. */
export const wholeView = ({ count, lengths_N }: Prepared): CellView => ({
  count, lengths_N,
  row: (n) => {
    const weights = new Float32Array(lengths_N[n]!).fill(1)
    weights[0] = 0
    return { prepared: n, spans: Int32Array.of(0, lengths_N[n]!), weights }
  }
})
