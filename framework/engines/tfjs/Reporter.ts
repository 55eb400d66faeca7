/** How a task in progress tells of itself, and hears that it should stop. */

export interface Metric {
  readonly key: string
  readonly step: number
  readonly value: number
}

export interface Reporter {
  /** Told at most about twice a second, whatever the number of calls. */
  readonly progress: (phase: string, done: number, total: number, tokensPerSecond: number) => void
  readonly metrics: (metrics: ReadonlyArray<Metric>) => void
  /**
   * To be awaited after every graph call. A call blocks the process, so only here is a heartbeat sent and a message read.
   */
  readonly breathe: () => Promise<void>
  readonly isStopping: () => boolean
}

/** Thrown at a point where a stopped task may be left: what it has written by then is sound. */
export class Stopped extends Error {
  override readonly name = "Stopped"
}
