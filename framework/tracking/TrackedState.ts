/**
 * All that tracking needs to know of an experiment: plain data, folded from the journal and the analysis by whoever owns
 * them. MLflow is a projection of this value and of nothing else, so it can be rebuilt at any time.
 */
import type { Body, Metric } from "../journal/Record.ts"
import type { RecordedPlan } from "../journal/RecordedPlan.ts"

export type Cost = NonNullable<Extract<Body, { readonly type: "done" }>["cost"]>

export interface TrackedArtifact {
  /** within the run, "/" between folders */
  readonly path: string
  /** media type, e.g. "text/yaml" */
  readonly type: string
  /** names the contents: equal digests are not sent twice */
  readonly digest: string
  readonly bytes: () => Uint8Array
}

export type TrackedStatus = "running" | "done" | "failed" | "interrupted"

/** A trial that has begun, or whose result was at hand. Trials that wait are not listed: they have no run yet. */
export interface TrackedTrial {
  /** `PlannedTrial.id` */
  readonly id: string
  readonly status: TrackedStatus
  /** milliseconds since 1970, as all times here */
  readonly startedAt: number
  readonly endedAt: number | null
  /** name of the experiment that made it; null where this one did */
  readonly reusedFrom: string | null
  readonly attempts: number
  readonly failure: { readonly reason: string; readonly message: string } | null
  readonly device: string | null
  /**
   * train/, heldout/ and eval/ metrics in journal order with the journal's times: points are only ever appended.
   * What is derived (a score that a better grader changes) may change; its run is then made anew.
   */
  readonly metrics: ReadonlyArray<Metric>
  /** of the trial as a whole; null until it is done */
  readonly cost: Cost | null
  /** primary score under the primary rule; null until it is scored */
  readonly score: number | null
  /** when the score came to be */
  readonly scoredAt: number | null
  /** settings worth a column beside the axes, by short name, e.g. learning_rate */
  readonly params: Readonly<Record<string, string>>
  readonly artifacts: ReadonlyArray<TrackedArtifact>
}

/** A row beside the trials: the untrained student, the teacher. */
export interface TrackedReference {
  /** "base student", "teacher" */
  readonly name: string
  readonly at: number
  readonly score: number | null
  readonly metrics: ReadonlyArray<Metric>
}

export interface TrackedCurvePoint {
  readonly ratioPercent: number
  readonly score: number | null
  readonly retention: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface TrackedCurve {
  /** unique within the experiment */
  readonly key: string
  /** for people: the other axes' values, e.g. "cot+answer" */
  readonly name: string
  /** indices of its cells: they take its colour */
  readonly cells: ReadonlyArray<number>
  readonly points: ReadonlyArray<TrackedCurvePoint>
  /** nothing more will change it unless the experiment grows: only then is it sent */
  readonly final: boolean
  /** when its last point came to be */
  readonly at: number
}

/** A judged hypothesis, as its tags tell it. */
export interface TrackedClaim {
  /** name in the spec */
  readonly claim: string
  /** the cell it is about, with its name */
  readonly cell: number
  readonly cellName: string
  /** verdict with estimate, interval, threshold and alpha */
  readonly text: string
}

export interface TrackedState {
  /** random name of this project, made once: runs of another project in the same MLflow experiment are left alone */
  readonly origin: string
  readonly plan: RecordedPlan
  /** MLflow's experiment */
  readonly experimentName: string
  readonly status: TrackedStatus
  readonly startedAt: number
  readonly endedAt: number | null
  /** what all trials share, by short name, e.g. engine, teacher, student */
  readonly params: Readonly<Record<string, string>>
  readonly trials: ReadonlyArray<TrackedTrial>
  readonly references: ReadonlyArray<TrackedReference>
  readonly curves: ReadonlyArray<TrackedCurve>
  /** one a hypothesis, in the order of the spec */
  readonly claims: ReadonlyArray<TrackedClaim>
  /** all that was judged, as `mlflow.log_table` would write it; null where nothing is claimed */
  readonly claimsTable: TrackedArtifact | null
  /** report.html and such, kept with the experiment's run; the spec and the plan are added from `plan` */
  readonly artifacts: ReadonlyArray<TrackedArtifact>
}
