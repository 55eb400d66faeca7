/**
 * Tokenises traces with all cores and gives them back in their order. Few traces stay in this thread: a worker takes about a
 * second to read a large tokenizer. This thread is one of those that tokenise: it takes a batch whenever the one that is due
 * is not done elsewhere. Few batches are on their way at once, so memory does not grow with the data.
 */
import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { SequenceError } from "./SequenceError.ts"
import { type Outcome, packTraces, type Tokenisable, tokeniseOne, type TokeniseOptions, unpackOutcomes } from "./TokeniseTask.ts"
import type { Answer, Batch, WorkerSettings } from "./tokenise-worker.ts"
import type { Tokenizer } from "./tokenizer.ts"

/** Text that is tokenised in this thread before workers are worth starting, in UTF-16 units. */
const smallText = 8_000_000
const [batchTraces, batchText] = [64, 256_000]
/** Each worker holds a tokenizer of its own: 200 to 300 MiB for one of 150,000 tokens. */
const maxWorkers = 16

export interface PoolSettings {
  /** threads beside this one, 0: none; left out: one a further core, for data that are worth it */
  readonly workers?: number
  readonly options: TokeniseOptions
}

export interface Tokenised<T extends Tokenisable> {
  readonly trace: T
  readonly outcome: Outcome
}

declare const LEADSPAN_BUNDLED: boolean | undefined

/** The worker's file lies beside the bundle; sources are run from there, too. */
const workerFile = (): string => {
  const here = dirname(fileURLToPath(import.meta.url))
  return typeof LEADSPAN_BUNDLED === "undefined" ? join(here, "../../dist/tokenise-worker.js") : join(here, "tokenise-worker.js")
}

const textOf = ({ answer, cot, prompt, system }: Tokenisable): number => prompt.length + cot.length + answer.length + (system?.length ?? 0)

/** Groups that are small enough to be sent, and large enough to be worth it. */
async function* inBatches<T extends Tokenisable>(traces: AsyncIterable<T> | Iterable<T>): AsyncGenerator<ReadonlyArray<T>> {
  let [batch, text]: [Array<T>, number] = [[], 0]
  for await (const trace of traces) {
    batch.push(trace)
    text += textOf(trace)
    if (batch.length < batchTraces && text < batchText) continue
    yield batch
    ;[batch, text] = [[], 0]
  }
  if (batch.length > 0) yield batch
}

interface Pending { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }

/** Batches that a worker has at once: one that it works on and one that waits for it. */
const ahead = 2

class TokeniseWorker {
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #failure: SequenceError | null = null
  #isReady = false

  constructor(file: string, settings: WorkerSettings) {
    this.#worker = new Worker(file, { workerData: settings })
    this.#worker.on("message", (message: Answer | "ready") => {
      if (message === "ready") {
        this.#isReady = true
        return
      }
      this.#pending.get(message.number)?.resolve(message)
      this.#pending.delete(message.number)
    })
    this.#worker.on("error", (error) => this.#fail(error.message))
    this.#worker.on("exit", (code) => { if (this.#pending.size > 0) this.#fail(`it ended with code ${code}`) })
  }

  #fail(found: string): void {
    this.#failure = new SequenceError({
      code: "file-malformed", where: "tokenising worker", expected: "batches of sequences", found, advice: "Run it again; with less memory, give Node.js fewer cores."
    })
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }

  /** One that has failed takes its next batch, too, and says so. */
  get isFree(): boolean {
    return this.#failure !== null || (this.#isReady && this.#pending.size < ahead)
  }

  tokenise(batch: Batch): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure)
      this.#pending.set(batch.number, { resolve, reject })
      this.#worker.postMessage(batch, [batch.json.buffer as ArrayBuffer])
    })
  }

  close(): Promise<unknown> {
    return this.#worker.terminate()
  }
}

interface Underway<T> { readonly traces: ReadonlyArray<T>; outcomes: ReadonlyArray<Outcome> | null; readonly done: Promise<unknown> }

/** Lets this thread hear what the others have sent. */
const listen = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

async function* pooled<T extends Tokenisable>(
  tokenizer: Tokenizer, batches: AsyncIterator<ReadonlyArray<T>>, options: TokeniseOptions, size: number
): AsyncIterable<Tokenised<T>> {
  const workers = Array.from({ length: size }, () => new TokeniseWorker(workerFile(), { folder: tokenizer.folder, options }))
  const underway: Array<Underway<T>> = []
  const most = 2 * ahead * (size + 1)
  let [number, isRead] = [0, false]
  const sent = (worker: TokeniseWorker, traces: ReadonlyArray<T>): Underway<T> => {
    const answer = worker.tokenise({ number: number++, json: packTraces(traces) })
    const batch: Underway<T> = {
      traces, outcomes: null,
      done: answer.then(({ outcomes }) => { batch.outcomes = unpackOutcomes(outcomes, traces.map(({ id }) => id)) })
    }
    // Whoever stops early leaves answers that nobody waits for.
    batch.done.catch(() => undefined)
    return batch
  }
  const here = (traces: ReadonlyArray<T>): Underway<T> =>
    ({ traces, outcomes: traces.map((trace) => tokeniseOne(tokenizer, trace, options)), done: Promise.resolve() })
  try {
    while (true) {
      await listen()
      for (let due = underway[0]; due !== undefined && due.outcomes !== null; due = underway[0]) {
        underway.shift()
        for (const [n, outcome] of due.outcomes.entries()) yield { trace: due.traces[n]!, outcome }
      }
      const next = isRead || underway.length >= most ? null : await batches.next()
      if (next !== null && next.done !== true) {
        const worker = workers.find(({ isFree }) => isFree)
        underway.push(worker === undefined ? here(next.value) : sent(worker, next.value))
        continue
      }
      isRead ||= next !== null
      if (underway.length > 0) await underway[0]!.done
      else if (isRead) return
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
    await batches.return?.(undefined)
  }
}

/** Each trace with its sequence or what is wrong with it, in the order of the traces; the same whatever the number of workers. */
export async function* tokenised<T extends Tokenisable>(
  tokenizer: Tokenizer, traces: AsyncIterable<T> | Iterable<T>, settings: PoolSettings
): AsyncIterable<Tokenised<T>> {
  const { options } = settings
  const size = Math.min(maxWorkers, settings.workers ?? (existsSync(workerFile()) ? availableParallelism() - 1 : 0))
  const batches = inBatches(traces)
  let text = 0
  try {
    for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
      for (const trace of next.value) {
        text += textOf(trace)
        yield { trace, outcome: tokeniseOne(tokenizer, trace, options) }
      }
      if (size > 0 && (settings.workers !== undefined || text > smallText)) break
    }
    if (size > 0) yield* pooled(tokenizer, batches, options, size)
  } finally {
    await batches.return(undefined)
  }
}
