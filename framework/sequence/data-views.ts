/** The views of one prepared file, each made, counted and hashed once, however many cells of a grid ask for it. */
import { conventionsOfView } from "./conventions.ts"
import { countRows, type TargetCounts } from "./sparse.ts"
import type { Prepared } from "./prepared-file.ts"
import { canonicalSegments } from "./supervise.ts"
import { isSeeded, makeView, ratiosOf, type TextOf, type ViewRequest } from "./view.ts"
import { digestRows, lastTarget, type ViewDigest } from "./view-digest.ts"
import type { CellView } from "./view-file.ts"

/** A view as a plan knows it. N rows, replay included; where the prefix grows, those of each phase one after the other. */
export interface DataView {
  readonly digest: ViewDigest
  readonly counts: TargetCounts
  /** kept tokens of each row, [N] */
  readonly lengths: Int32Array
  /** tokens of each row that are fed: up to its last target, [N] */
  readonly fedLengths: Int32Array
  /** phases of a growing prefix; 1 where nothing grows */
  readonly phases: number
  /** The view itself, its rows made again when they are asked for: only numbers of rows stay in memory. */
  readonly view: () => CellView
}

const canonicalRatio = (ratio: string): string =>
  /^\d+\.\d*$/u.test(ratio) ? ratio.replace(/0+$/u, "").replace(/\.$/u, "") : ratio

/** A prefix that grows to the ratio at which it begins does not grow. */
const settled = (request: ViewRequest): ViewRequest => {
  const { grow, ratio } = request.truncation
  return grow !== null && canonicalRatio(grow.to) === canonicalRatio(ratio) ? { ...request, truncation: { ...request.truncation, grow: null } } : request
}

const measured = (prepared: Prepared, request: ViewRequest, textOf: TextOf): DataView => {
  const view = makeView(prepared, request, textOf)
  const digest = digestRows(prepared)
  const counted = countRows(view.count, (row) => row < request.mainRows)
  const lengths = new Int32Array(view.count)
  const fedLengths = new Int32Array(view.count)
  for (let n = 0; n < view.count; n++) {
    const row = view.row(n)
    digest.add(row)
    counted.add(row)
    lengths[n] = row.weights.length
    // A row without targets is fed as two tokens: it keeps its place in the batch and bears no loss.
    fedLengths[n] = Math.max(2, lastTarget(row) + 1)
  }
  return {
    digest: digest.finish(lengths), counts: counted.finish(), lengths, fedLengths,
    phases: ratiosOf(request.truncation).length, view: () => makeView(prepared, request, textOf, lengths)
  }
}

/** @throws SequenceError from `get` if a plugin's answer cannot be */
export const dataViews = (prepared: Prepared, textOf: TextOf): { readonly get: (request: ViewRequest) => DataView } => {
  const made = new Map<string, DataView>()
  const plugins: Array<object> = []
  /** A plugin is itself, whatever its name. */
  const numberOf = (plugin: object): number => {
    const known = plugins.indexOf(plugin)
    return known === -1 ? plugins.push(plugin) - 1 : known
  }
  /** What a view is made from. A ratio counts as the number it writes: 0.5 and 0.50 are one. */
  const keyOf = (request: ViewRequest): string => {
    const { conventions, mainRows, seed, selection, supervised, truncation } = request
    return JSON.stringify([
      numberOf(truncation.plugin), ratiosOf(truncation).map(canonicalRatio), truncation.options, conventionsOfView(conventions), canonicalSegments(supervised),
      selection === null ? null : [numberOf(selection.plugin), selection.options, selection.placement],
      isSeeded(request) ? seed : null, mainRows
    ])
  }
  const get = (given: ViewRequest): DataView => {
    const request = settled(given)
    const key = keyOf(request)
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = measured(prepared, request, textOf)
    made.set(key, fresh)
    return fresh
  }
  return { get }
}
