/** One prepared file and what a plan derives from it once, however many cells look at it. */
import type { SequenceInfo } from "../plugin/define.ts"
import { dataViews, type DataView } from "../sequence/data-views.ts"
import type { PreparedSummary } from "../sequence/prepare.ts"
import type { Prepared } from "../sequence/prepared-file.ts"
import { makeView, sequenceInfo, type TextOf, type ViewRequest } from "../sequence/view.ts"
import type { CellView } from "../sequence/view-file.ts"
import { bucketLengths } from "./buckets.ts"

export interface DataSplit {
  /** id of the `prepare` step: its folder in the store */
  readonly step: string
  readonly summary: PreparedSummary
  readonly prepared: Prepared
  readonly views: { readonly get: (request: ViewRequest) => DataView }
  /** A view that is neither counted nor hashed: one that only measures complete. @param lengths_N kept tokens of its rows */
  readonly viewOf: (request: ViewRequest, lengths_N: Int32Array) => CellView
  /** text of a token */
  readonly textOf: TextOf
  /** a row as policies see it */
  readonly sequence: (row: number) => SequenceInfo
  /** lengths to pad whole sequences to */
  readonly wholeLengths: ReadonlyArray<number>
}

export const openSplit = (step: string, summary: PreparedSummary, prepared: Prepared, textOf: TextOf): DataSplit =>
  ({
    step, summary, prepared, textOf, views: dataViews(prepared, textOf), wholeLengths: bucketLengths(prepared.lengths_N),
    viewOf: (request, lengths_N) => makeView(prepared, request, textOf, lengths_N),
    sequence: (row) => sequenceInfo(prepared.row(row), textOf)
  })
