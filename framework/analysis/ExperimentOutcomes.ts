/** What came out of an experiment, as plain data: gathered from the journal and the store, read by tables and reports. */
import type { Body } from "../journal/Record.ts"
import type { ScoreLine } from "../journal/RecordedPlan.ts"
import type { ClaimHistory } from "./claims/ClaimHistory.ts"
import type { KeptAdvice } from "./DataAdvice.ts"
import type { TextReader } from "./texts.ts"

export type Cost = NonNullable<Extract<Body, { readonly type: "done" }>["cost"]>

export interface TrialOutcome {
  /** `reused`: made by another experiment. `waiting`: not begun, or failed and to be tried again. */
  readonly status: "done" | "reused" | "failed" | "running" | "waiting"
  /** of the last failed attempt; null where none failed */
  readonly failure: { readonly reason: string; readonly message: string } | null
  readonly attempts: number
  /** name of the experiment that made it */
  readonly reusedFrom: string | null
  readonly cost: Cost | null
  /** the last value of each held-out metric by its key, e.g. "heldout/cot_cross_entropy" */
  readonly heldout: Readonly<Record<string, number>>
}

/** The adviser's look at the data of some cells. */
export interface DataOutcome {
  /** what tells these data from the others; empty where all cells have the same */
  readonly name: string
  /** null where it has not been made, or is not in the store any more */
  readonly kept: KeptAdvice | null
  /** why it could not be made */
  readonly failure: string | null
}

export interface ExperimentOutcomes {
  /** verdicts by id of the score step; a step that is not done is absent */
  readonly scores: ReadonlyMap<string, ReadonlyArray<ScoreLine>>
  /** by id of the train step */
  readonly trials: ReadonlyMap<string, TrialOutcome>
  /** cost of every done teach step, by id */
  readonly teacherPasses: ReadonlyMap<string, Cost>
  /** cost of every done measure step, by id: what teacher and untrained student make of each token */
  readonly measurePasses: ReadonlyMap<string, Cost>
  /** one for each of the data that cells train on */
  readonly data: ReadonlyArray<DataOutcome>
  /** when each claim was declared, and how often it has been judged */
  readonly claims: ClaimHistory
  /** what computed: each distinct kind of machine that took part */
  readonly machines: ReadonlyArray<{ readonly cpuModel: string; readonly computes: string; readonly library: string }>
  /** name -> version: leadspan, node, tensorflow, ... */
  readonly versions: Readonly<Record<string, string>>
  /** what to type to get this again, in order */
  readonly commands: ReadonlyArray<string>
  /** outputs as text, by score step; left out where they are not at hand */
  readonly texts?: TextReader
}
