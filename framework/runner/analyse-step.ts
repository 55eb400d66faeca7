/** An analyse step: a look at the data, done in the runner's own process. What it fails of is told and fails nothing else. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import type { AnalyseWork } from "../plan/Step.ts"

/** Writes the step's files into `out`. */
export const analyseStep = ({ advise }: AnalyseWork, out: string): Effect.Effect<void, { readonly message: string }> => Effect.tryPromise({
  try: async (signal) => {
    for (const { name, text } of await advise(signal)) {
      mkdirSync(dirname(join(out, name)), { recursive: true })
      writeFileSync(join(out, name), text)
    }
  },
  catch: (fault) => ({ message: fault instanceof Error ? fault.message : String(fault) })
})
