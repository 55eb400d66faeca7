/** What a cell asks of its data: the view that its settings make. */
import type { SelectorPlugin, TruncationPlugin } from "../plugin/define.ts"
import type { ViewRequest } from "../sequence/view.ts"
import type { CellSettings } from "../spec/ExperimentSpec.ts"

/** Plugins of a cell with their options decoded. */
export interface Policies {
  readonly truncation: { readonly plugin: TruncationPlugin; readonly options: unknown }
  readonly selector: { readonly plugin: SelectorPlugin; readonly options: unknown } | null
  /** the selector's control: its weights on other tokens */
  readonly isTwin: boolean
}

/** @param mainRows rows before the replayed ones */
export const viewRequest = (
  { sequence }: CellSettings, { isTwin, selector, truncation }: Policies, seed: number, mainRows: number
): ViewRequest => ({
  truncation: { plugin: truncation.plugin, options: truncation.options, ratio: sequence.truncate.ratio, grow: sequence.truncate.grow },
  conventions: { thinkTags: sequence.thinkTags, endOfTurn: sequence.endOfTurn, quirks: sequence.quirks },
  supervised: sequence.supervise,
  selection: selector === null ? null : { plugin: selector.plugin, options: selector.options, placement: isTwin ? "random" : "chosen" },
  seed, mainRows
})

/** The view at the end of training, of other data: where the prefix grows, that of its last phase. */
export const lastRequest = (request: ViewRequest, mainRows: number): ViewRequest => ({
  ...request, mainRows,
  truncation: { ...request.truncation, ratio: request.truncation.grow?.to ?? request.truncation.ratio, grow: null }
})
