/** How a benchmark compares: by its own function, or as mathematics in threads that can be ended. */
import { makeEquivalence } from "../equivalence/equivalence.ts"
import type { Verdict } from "../equivalence/grade.ts"
import type { BenchmarkPlugin } from "../plugin/define.ts"
import type { Judge, Judgement } from "./score.ts"

export interface OpenJudge {
  readonly judge: Judge
  readonly close: () => Promise<void>
}

/** The answer was found by the rule already: what is compared is the whole of it. */
const extraction = ["boxed", "bare", "whole"] as const

const judgementOf = ({ equal, reason }: Verdict): Judgement => (/limit$/u.test(reason) ? { equal: false, undecided: reason } : { equal })

/** Each pair is compared once, however many rules and samples give it. */
const mathematics = (workers: number): OpenJudge => {
  const pool = makeEquivalence({ workers })
  const known = new Map<string, Promise<Judgement>>()
  return {
    judge: (gold, predicted) => {
      const key = `${gold}\0${predicted}`
      const found = known.get(key) ?? pool.equal(gold, predicted, { extraction }).then(judgementOf)
      known.set(key, found)
      return found
    },
    close: pool.close
  }
}

/** @param workers threads, which start when they are needed; verdicts are the same for any number */
export const openJudge = (benchmark: BenchmarkPlugin, workers: number): OpenJudge => {
  const { equal } = benchmark
  if (equal === "mathematics") return mathematics(workers)
  return { judge: (gold, predicted) => Promise.resolve({ equal: equal(gold, predicted) }), close: () => Promise.resolve() }
}
