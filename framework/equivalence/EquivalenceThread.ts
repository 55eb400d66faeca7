/** One worker thread that can be killed: what it was at when time or memory ran out is answered so, the rest goes to its successor. */
import { existsSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { Data } from "effect"
import type { Question, Reply } from "./equivalence-worker.ts"
import type { Verdict } from "./grade.ts"
import { processorMilliseconds } from "./processor-time.ts"

declare const LEADSPAN_BUNDLED: boolean | undefined

/** The built worker: beside the bundle, or in dist/ where sources run unbundled. */
export const workerFile = (): string => {
  const here = dirname(fileURLToPath(import.meta.url))
  return typeof LEADSPAN_BUNDLED === "undefined" ? join(here, "../../dist/equivalence-worker.js") : join(here, "equivalence-worker.js")
}

/** A comparison and who waits for it. */
export interface Job {
  readonly question: Question
  readonly done: (verdict: Verdict) => void
  readonly failed: (error: NoEngine) => void
}

/** The engine itself cannot be started: that says nothing about any answer. */
export class NoEngine extends Data.TaggedError("NoEngine")<{ readonly message: string }> {}

export interface ThreadLimits {
  /** processor time of one comparison; loading the engine does not count */
  readonly timeLimitMilliseconds: number
  readonly memoryMebibytes: number
}

/** A thread that does not come up in this time never will. */
const startMilliseconds = 120_000

/** A comparison that gets no processor time for so many limits is ended all the same. */
const mostWaits = 15

export class EquivalenceThread {
  readonly #limits: ThreadLimits
  #worker: Worker | null = null
  #isReady = false
  /** its folder under /proc */
  #task: string | null = null
  #jobs: Array<Job> = []
  #timer: NodeJS.Timeout | null = null
  /** replies so far, by which a late timer sees that the thread went on */
  #replies = 0
  #fault: { readonly code?: string; readonly message: string } | null = null
  /** ends without a reply in a row while coming up: a thread that cannot start is given up */
  #failedStarts = 0
  /** called when it has nothing left to do */
  onIdle: () => void = () => undefined

  constructor(limits: ThreadLimits) {
    this.#limits = limits
  }

  get isIdle(): boolean {
    return this.#jobs.length === 0
  }

  give(jobs: ReadonlyArray<Job>): void {
    this.#jobs.push(...jobs)
    this.#worker?.ref()
    if (this.#worker === null) this.#start()
    else if (this.#isReady) this.#send()
  }

  async close(): Promise<void> {
    this.#stopTimer()
    const worker = this.#worker
    this.#worker = null
    for (const job of this.#jobs.splice(0)) job.done(refused(job, "stopped"))
    await worker?.terminate()
  }

  #start(): void {
    if (!existsSync(workerFile())) return this.#giveUp(`dist/${basename(workerFile())} is missing; build with node framework/setup/build.mjs`)
    const worker = new Worker(workerFile(), {
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memoryMebibytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }, stdout: true, stderr: true
    })
    this.#worker = worker
    this.#isReady = false
    this.#task = null
    this.#fault = null
    worker.on("message", (reply: Reply) => {
      if (worker === this.#worker) this.#receive(reply)
    })
    worker.on("error", (error: Error & { readonly code?: string }) => {
      this.#fault = error
    })
    worker.on("exit", () => {
      if (worker === this.#worker) this.#ended()
    })
    this.#startTimer(startMilliseconds)
  }

  #send(): void {
    this.#worker!.postMessage(this.#jobs.map(({ question }) => question))
    this.#startTimer(this.#limits.timeLimitMilliseconds)
  }

  #receive(reply: Reply): void {
    this.#replies += 1
    if ("thread" in reply) {
      this.#isReady = true
      this.#task = reply.thread
      this.#failedStarts = 0
      if (this.#jobs.length > 0) this.#send()
      return
    }
    const job = this.#jobs.shift()!
    if (this.#jobs.length > 0) this.#startTimer(this.#limits.timeLimitMilliseconds)
    else this.#rest()
    job.done(reply)
    if (this.#jobs.length === 0) this.onIdle()
  }

  #rest(): void {
    this.#stopTimer()
    // An idle thread keeps no process alive.
    this.#worker?.unref()
  }

  #startTimer(milliseconds: number): void {
    const [began, replies, spentBefore] = [performance.now(), this.#replies, processorMilliseconds(this.#task)]
    const look = (): void => {
      if (this.#replies !== replies || this.#worker === null) return
      const spent = processorMilliseconds(this.#task)
      const left = spent === null || spentBefore === null ? 0 : milliseconds - (spent - spentBefore)
      if (left <= 0 || performance.now() - began >= mostWaits * milliseconds) this.#kill("time limit")
      else wait(left)
    }
    const wait = (delay: number): void => {
      this.#stopTimer()
      // This thread may have been busy while the reply lay there: it is read before anyone is killed.
      this.#timer = setTimeout(() => setImmediate(look), Math.max(20, delay))
    }
    wait(milliseconds)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** The first job is what it was at. */
  #kill(reason: string): void {
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
    this.#answerFirst(reason)
  }

  #ended(): void {
    this.#worker = null
    if (!this.#isReady && ++this.#failedStarts >= 3) return this.#giveUp(this.#fault?.message ?? "it ends at once")
    if (!this.#isReady) return this.#jobs.length > 0 ? this.#start() : undefined
    this.#answerFirst(this.#fault?.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory limit" : "cannot be read")
  }

  #answerFirst(reason: string): void {
    this.#stopTimer()
    const job = this.#jobs.shift()
    if (this.#jobs.length > 0) this.#start()
    if (job !== undefined) job.done(refused(job, reason))
    if (this.#jobs.length === 0) this.onIdle()
  }

  #giveUp(message: string): void {
    this.#stopTimer()
    const error = new NoEngine({ message: `answers cannot be compared, the engine does not start: ${message}` })
    for (const job of this.#jobs.splice(0)) job.failed(error)
    this.onIdle()
  }
}

const refused = ({ question }: Job, reason: string): Verdict => ({ equal: false, extracted: question.prepared.extracted, reason })
