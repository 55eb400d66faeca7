/** A thread that tokenises batches of traces, one after the other. */
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { type PackedOutcomes, packOutcomes, tokeniseOne, type TokeniseOptions, unpackTraces } from "./TokeniseTask.ts"
import { loadTokenizer } from "./tokenizer.ts"

export interface WorkerSettings {
  readonly folder: string
  readonly options: TokeniseOptions
}
export interface Batch {
  readonly number: number
  readonly json: Uint8Array
}
export interface Answer {
  readonly number: number
  readonly outcomes: PackedOutcomes
}

const { folder, options } = workerData as WorkerSettings
const tokenizer = Effect.runSync(loadTokenizer(folder))
parentPort!.postMessage("ready")

parentPort!.on("message", ({ json, number }: Batch) => {
  const outcomes = packOutcomes(unpackTraces(json).map((trace) => tokeniseOne(tokenizer, trace, options)))
  const { lengths, places, segments, tokens } = outcomes
  parentPort!.postMessage({ number, outcomes } satisfies Answer, [lengths.buffer, tokens.buffer, segments.buffer, places.buffer] as Array<ArrayBuffer>)
})
