/** The views of one prepared file, each made, counted and hashed once, however many cells of a grid ask for it. */
import { countTargets, type TargetCounts } from "./sparse.ts"
import { canonicalSegments } from "./supervise.ts"
import { makeView, type ViewRequest } from "./view.ts"
import { type ViewDigest, viewDigest } from "./view-digest.ts"
import type { CellView } from "./view-file.ts"
import type { Prepared } from "./prepared-file.ts"

export interface DataView {
  readonly digest: ViewDigest
  readonly counts: TargetCounts
  /** kept tokens of each row, replay included, [N] */
  readonly lengths: Int32Array
  /** The view itself, made again when asked for: only digests and counts stay in memory. */
  readonly view: () => CellView
}

const canonicalRatio = (ratio: string): string =>
  /^\d+\.\d*$/u.test(ratio) ? ratio.replace(/0+$/u, "").replace(/\.$/u, "") : ratio

/** @throws SequenceError from `get` if a plugin's answer cannot be */
export const dataViews = (prepared: Prepared): { readonly get: (request: ViewRequest) => DataView } => {
  const made = new Map<string, DataView>()
  const plugins: Array<object> = []
  /** A plugin is itself, whatever its name. */
  const numberOf = (plugin: object): number => {
    const known = plugins.indexOf(plugin)
    return known === -1 ? plugins.push(plugin) - 1 : known
  }
  /** What a view is made from. A ratio counts as the number it writes: 0.5 and 0.50 are one. */
  const keyOf = ({ truncation, supervised, selection, mainRows }: ViewRequest): string => JSON.stringify([
    numberOf(truncation.plugin), canonicalRatio(truncation.ratio), truncation.options, canonicalSegments(supervised),
    selection === null ? null : [numberOf(selection.plugin), selection.options, selection.seed], mainRows
  ])
  const get = (request: ViewRequest): DataView => {
    const key = keyOf(request)
    const known = made.get(key)
    if (known !== undefined) return known
    const view = makeView(prepared, request)
    const fresh: DataView = {
      digest: viewDigest(prepared, view),
      counts: countTargets(view, request.mainRows),
      lengths: view.ends.map((end, n) => end - view.starts[n]!),
      view: () => makeView(prepared, request)
    }
    made.set(key, fresh)
    return fresh
  }
  return { get }
}
