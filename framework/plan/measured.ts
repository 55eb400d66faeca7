/** Cells whose selector reads what teacher and untrained student make of each token: their views are made when they are trained. */
import type { CellSettings } from "../spec/ExperimentSpec.ts"
import type { DataView } from "../sequence/data-views.ts"
import { isSeeded, type ViewRequest } from "../sequence/view.ts"
import type { DataSplit } from "./data-split.ts"
import type { MeasuresOf } from "./Step.ts"

export const needsMeasures = ({ selection }: ViewRequest): boolean => selection?.plugin.needsMeasures === true

/** The view that is known before anything is measured: all that the selector may choose from. */
export const baseRequest = (request: ViewRequest): ViewRequest => needsMeasures(request) ? { ...request, selection: null } : request

/**
 * What a view is, for identity: the digest of its data; where a selector reads measures, what these and the choice hang on.
 * @param base the view without the selector   @param measures id of the measure step
 */
export const viewIdentity = (
  request: ViewRequest, base: DataView, reduce: CellSettings["loss"]["reduce"], name: string | null, measures: string | null
): unknown => {
  const data = reduce === "fixed" ? base.digest.kept : base.digest.targets
  if (!needsMeasures(request) || request.selection === null) return data
  const { options, placement } = request.selection
  return { base: data, selector: name, options, placement, seed: isSeeded(request) ? request.seed : null, measures }
}

/** The view itself; asked for with measures where the selector reads them. */
export const viewWith = (split: DataSplit, request: ViewRequest, base: DataView): ((measures?: MeasuresOf) => ReturnType<DataView["view"]>) => {
  const { selection } = request
  if (!needsMeasures(request) || selection === null) return base.view
  return (measures) => {
    if (measures === undefined) throw new Error("a view of this selector is made with measures")
    return split.viewOf({ ...request, selection: { ...selection, measures } }, base.lengths)
  }
}

/** Whether a selector asks for what a teacher says: tried on the first sequence. */
export const readsTeacher = (split: DataSplit, { selection }: ViewRequest): boolean => {
  if (selection === null) return false
  const sequence = split.sequence(0)
  const length = sequence.tokens_T.length
  let isRead = false
  const taught = (): Float32Array => {
    isRead = true
    return new Float32Array(length)
  }
  try {
    selection.plugin.weights(sequence, new Uint8Array(length).fill(1, 1), selection.options, {
      random: () => () => 0,
      measures: { studentEntropy_T: new Float32Array(length), get teacherEntropy_T() { return taught() }, get divergence_T() { return taught() } }
    })
  } catch {
    // What is wrong with it shows when it is used.
  }
  return isRead
}
