/** Mathematical equality of answers, decided here where that is safe, else by engines in threads that can be killed. */
import { EquivalenceThread, type Job, type ThreadLimits } from "./EquivalenceThread.ts"
import { type GradeOptions, prejudge, type Verdict } from "./grade.ts"

export interface EquivalenceSettings extends Partial<ThreadLimits> {
  /** threads; they start when they are needed */
  readonly workers?: number
}

export interface Equivalence {
  /**
   * Whether `pred` gives the answer `gold`. What cannot be told in time is not equal, and the
   * reason says so. Rejects with NoEngine where no engine can be started.
   */
  readonly equal: (gold: string | number | null, pred: string | number | null, options?: GradeOptions) => Promise<Verdict>
  readonly close: () => Promise<void>
}

/** Comparisons that one message carries. */
const batchSize = 32

export const defaultTimeLimitMilliseconds = 2000
export const defaultMemoryMebibytes = 256

/** Comparisons wait in line and go out in batches, first come first served. */
export const makeEquivalence = (settings: EquivalenceSettings = {}): Equivalence => {
  const limits: ThreadLimits = {
    timeLimitMilliseconds: settings.timeLimitMilliseconds ?? defaultTimeLimitMilliseconds, memoryMebibytes: settings.memoryMebibytes ?? defaultMemoryMebibytes
  }
  const waiting: Array<Job> = []
  let isScheduled = false
  const threads = Array.from({ length: Math.max(1, settings.workers ?? 1) }, () => new EquivalenceThread(limits))
  const hand = (): void => {
    isScheduled = false
    for (const thread of threads) {
      if (waiting.length === 0) return
      if (thread.isIdle) thread.give(waiting.splice(0, Math.min(batchSize, Math.max(1, Math.ceil(waiting.length / threads.length)))))
    }
  }
  for (const thread of threads) thread.onIdle = hand
  const equal = (gold: string | number | null, pred: string | number | null, options: GradeOptions = {}): Promise<Verdict> => {
    const first = prejudge(gold, pred, options)
    if ("verdict" in first) return Promise.resolve(first.verdict)
    return new Promise((resolve, reject) => {
      waiting.push({ question: { prepared: first.open, options }, done: resolve, failed: reject })
      // What is asked in one turn goes out together.
      if (isScheduled) return
      isScheduled = true
      queueMicrotask(hand)
    })
  }
  return {
    equal,
    close: async () => {
      for (const job of waiting.splice(0)) job.done({ equal: false, extracted: job.question.prepared.extracted, reason: "stopped" })
      await Promise.all(threads.map((thread) => thread.close()))
    }
  }
}
