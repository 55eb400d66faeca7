/** A thread that compares by the engine. It answers one by one, so that whoever waits knows which comparison hangs. */
import { parentPort } from "node:worker_threads"
import { makeOracle } from "./engine.ts"
import { type GradeOptions, judge, type Prepared, type Verdict } from "./grade.ts"
import { ownThread } from "./processor-time.ts"

export interface Question {
  readonly prepared: Prepared
  readonly options: GradeOptions
}

/** Ready for work: the thread's folder under /proc, by which its processor time is read. */
export interface Ready {
  readonly thread: string | null
}

export type Reply = Verdict | Ready

const oracles = makeOracle()

const answer = ({ prepared, options }: Question): Verdict => {
  try {
    return judge(prepared, oracles, options)
  } catch (error) {
    const isDeep = error instanceof RangeError
    return { equal: false, extracted: prepared.extracted, reason: isDeep ? "nested too deeply to read" : "cannot be read" }
  }
}

parentPort!.on("message", (batch: ReadonlyArray<Question>) => {
  for (const question of batch) parentPort!.postMessage(answer(question) satisfies Reply)
})
parentPort!.postMessage({ thread: ownThread() } satisfies Reply)
