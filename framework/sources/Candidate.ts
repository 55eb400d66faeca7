/** A trace that passed everything that can be seen of it alone; what is left is whether it is drawn. */
import type { TraceRecord } from "../plugin/define.ts"

export interface Candidate {
  readonly trace: TraceRecord
  /** where it stands, for people */
  readonly place: string
  /** 1 for the first generation read; with the seed and the problem it decides when the trace is drawn */
  readonly number: number
}
