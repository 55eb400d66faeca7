/** A thread that compares by the engine. It answers one by one, so that whoever waits knows which comparison hangs. */
import { parentPort } from "node:worker_threads"
import { makeOracle } from "./engine.ts"
import { type GradeOptions, judge, type Prepared, type Verdict } from "./grade.ts"

export interface Question {
  readonly prepared: Prepared
  readonly options: GradeOptions
}

/** null: ready for work. */
export type Reply = Verdict | null

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
parentPort!.postMessage(null satisfies Reply)
