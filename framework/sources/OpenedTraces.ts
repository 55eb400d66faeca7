/** Traces that are open: what they are called, what they are taken for, and how they are drawn. */
import type { TraceRecord } from "../plugin/define.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import type { ContaminationReport, Tally } from "../sequence/Tally.ts"
import type { Data } from "../spec/schema/Data.ts"
import type { EvaluationItem } from "./contamination.ts"
import type { Split } from "./spool.ts"

/** What of a spec's `data` says which traces there are; how many are taken is each draw's. */
export type TraceSettings = Omit<Data, "train" | "validation">

/** A trace and where it stands, for people. */
export interface PlacedTrace extends TraceRecord {
  readonly place?: string
}

export interface FormatTaken {
  readonly name: string
  /** how surely it was recognised; 1 where the spec names it */
  readonly score: number
  readonly because: string
}

/** Traces of one split in the order in which they are drawn. Whoever takes them says which he could not use. */
export interface Draw {
  /** all that may be drawn, to be read once and as far as is needed */
  readonly traces: AsyncIterable<PlacedTrace>
  readonly refuse: (reason: string, place: string) => void
  /** `used` traces were taken; what was neither used nor refused was not drawn */
  readonly tally: (used: number) => Tally
  readonly contamination: () => ContaminationReport | null
}

export interface DrawRequest {
  /** `all` takes no split: every trace, in the order of the files */
  readonly split: Split | "all"
  /** how many will be used: what a data-set plugin is asked for */
  readonly count: number
  /** the data's own, unless given */
  readonly seed?: number
  /** false: a derivation by text is left to whoever tokenises, who has more threads; left out: true */
  readonly derives?: boolean
}

export interface OpenedTraces {
  /** for people: the plugin's name, the file's, or that of the data set of the hub */
  readonly name: string
  /** equal where the traces are: contents, format and every setting that bears on them */
  readonly identity: unknown
  readonly format: FormatTaken | null
  readonly draw: (request: DrawRequest) => Draw
}

export interface TraceContext {
  readonly registry: PluginRegistry
  /** folder for temporary files and what the hub gives; the temporary ones go with the scope */
  readonly cacheFolder: string
  /** what the evaluations of the plan ask */
  readonly items?: ReadonlyArray<EvaluationItem>
  /** folder that a relative FILE starts from; left out: the working directory */
  readonly folder?: string
  readonly hubEndpoint?: string
  readonly signal?: AbortSignal
}
