/** Traces with the place of their first derivation, found as the spec says, where the source does not tell it. */
import { availableParallelism } from "node:os"
import { equivalentDerivation } from "../derivation/equivalent-derivation.ts"
import { makeEquivalence } from "../equivalence/equivalence.ts"
import type { TraceRecord } from "../plugin/define.ts"
import type { Data } from "../spec/schema/Data.ts"
import { goldOf, withDerivation } from "../sequence/derive.ts"

/** Thoughts that are looked at together. */
const underway = 8

async function* byText<T extends TraceRecord>(traces: AsyncIterable<T>, matcher: "strict" | "loose"): AsyncIterable<T> {
  for await (const trace of traces) yield withDerivation(trace, matcher)
}

/** Mathematics is compared in workers that are killed when they take too long; the order stays. */
async function* byMathematics<T extends TraceRecord>(traces: AsyncIterable<T>): AsyncIterable<T> {
  const pool = makeEquivalence({ workers: availableParallelism() })
  const found = async (trace: T): Promise<T> => {
    const gold = trace.derivedAt === null ? goldOf(trace) : null
    return gold === null ? trace : { ...trace, derivedAt: await equivalentDerivation({ cot: trace.cot, gold }, pool) }
  }
  try {
    const waiting: Array<Promise<T>> = []
    for await (const trace of traces) {
      const search = found(trace)
      // It is awaited in its turn; until then a failure must not count as unheard.
      search.catch(() => undefined)
      waiting.push(search)
      if (waiting.length >= underway) yield await waiting.shift()!
    }
    for (const search of waiting) yield await search
  } finally {
    await pool.close()
  }
}

export const derived = <T extends TraceRecord>(traces: AsyncIterable<T>, how: Data["derivation"]): AsyncIterable<T> =>
  how === "off" ? traces : how === "equivalent" ? byMathematics(traces) : byText(traces, how)
