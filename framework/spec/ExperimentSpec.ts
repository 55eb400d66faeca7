/** The decoded spec: every field has its value, defaults included. */
import { Redacted } from "effect"
import type { CellSection, DecodedSpec } from "./schema/SpecSchema.ts"

type DecodedLoss = DecodedSpec["loss"]
type DecodedEvaluation = DecodedSpec["evaluate"][number]

/** `weight` is resolved: 0.5 with `distil`, else 0, unless written. */
export interface Loss extends Omit<DecodedLoss, "weight"> {
  readonly weight: number
}
type DecodedVia = NonNullable<DecodedEvaluation["via"]>

/** `apiKey` prints as `<redacted>`. */
export interface Via extends Omit<DecodedVia, "apiKey"> {
  readonly apiKey: Redacted.Redacted<string> | null
}
/** `name` is resolved: the benchmark's, unless written. `maxTokens` null is twice the longest full trace. */
export interface Evaluation extends Omit<DecodedEvaluation, "name" | "via"> {
  readonly name: string
  readonly via: Via | null
}
/** `uri` may hold credentials: it prints as `<redacted>`. */
export interface Tracking {
  readonly uri: Redacted.Redacted<string> | null
  readonly experimentName: string | null
}

export interface ExperimentSpec extends Omit<DecodedSpec, "loss" | "evaluate" | "tracking"> {
  readonly loss: Loss
  readonly evaluate: ReadonlyArray<Evaluation>
  readonly tracking: Tracking
}

/** The sections of a spec that say everything about a cell; cells share the objects of equal sections. */
export type CellSettings = Pick<ExperimentSpec, CellSection>

export const finishLoss = (loss: DecodedLoss): Loss => ({
  ...loss,
  weight: loss.weight ?? (loss.distil === null ? 0 : 0.5)
})

const finishVia = (via: DecodedVia): Via => ({ ...via, apiKey: via.apiKey === null ? null : Redacted.make(via.apiKey) })

export const finishEvaluations = (evaluations: ReadonlyArray<DecodedEvaluation>): ReadonlyArray<Evaluation> =>
  evaluations.map((evaluation) => ({
    ...evaluation,
    name: evaluation.name ?? evaluation.benchmark,
    via: evaluation.via === null ? null : finishVia(evaluation.via)
  }))

export const finishSpec = (decoded: DecodedSpec): ExperimentSpec => ({
  ...decoded,
  loss: finishLoss(decoded.loss),
  evaluate: finishEvaluations(decoded.evaluate),
  tracking: {
    uri: decoded.tracking.uri === null ? null : Redacted.make(decoded.tracking.uri),
    experimentName: decoded.tracking.experimentName
  }
})
