/** A thread that tokenises batches of traces, one after the other. */
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { type PackedOutcomes, packOutcomes, type Tokenisable, tokeniseOne, type TokeniseOptions } from "./TokeniseTask.ts"
import { loadTokenizer } from "./tokenizer.ts"

export interface WorkerSettings {
  readonly folder: string
  readonly options: TokeniseOptions
}
export interface Batch {
  readonly number: number
  readonly traces: ReadonlyArray<Tokenisable>
}
export interface Answer {
  readonly number: number
  readonly outcomes: PackedOutcomes
}

const { folder, options } = workerData as WorkerSettings
const tokenizer = Effect.runSync(loadTokenizer(folder))

parentPort!.on("message", ({ number, traces }: Batch) => {
  const outcomes = packOutcomes(traces.map((trace) => tokeniseOne(tokenizer, trace, options)))
  const { lengths, places, segments, tokens } = outcomes
  parentPort!.postMessage({ number, outcomes } satisfies Answer, [lengths.buffer, tokens.buffer, segments.buffer, places.buffer] as Array<ArrayBuffer>)
})
