/** The advice on a spec's own data: for a run's artifacts. */
import { Effect } from "effect"
import { adviceArtifacts } from "../advice/figures.ts"
import { summarise } from "../advice/summarise.ts"
import { survey } from "../advice/survey.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import { openSpecData, scratchOf } from "./data-sets.ts"
import type { Session } from "./session.ts"

const matchers = ["strict", "loose"] as const

/** Traces that are looked at beside a run: enough for figures, whatever the data's size. */
const mostTraces = 5000

/** `data/advice.json` and the figures as SVG files, paths relative to the artifacts. */
export const specAdviceFiles = (loaded: LoadedSpec, session: Pick<Session, "project" | "registry">) => Effect.scoped(Effect.gen(function*() {
  const opened = yield* openSpecData(loaded, mostTraces, { registry: session.registry, cacheFolder: scratchOf(session.project.cache) })
  return yield* Effect.tryPromise({
    try: async () => {
      const { lengthsOf, limit, maxLength, sets, unit } = opened
      const surveyed = await survey(sets, { unit, matchers, mathematics: null, lengthsOf, limit, maxLength })
      return adviceArtifacts(summarise(surveyed, { maxTokens: null, keep: 0.9, matchers, sequence: "template" }))
    },
    catch: (fault) => fault as Error
  })
}))
