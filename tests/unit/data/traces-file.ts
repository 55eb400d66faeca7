/** Files of records in a temporary folder, and the doors that tests open them by. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import type { Tally } from "../../../framework/sequence/Tally.ts"
import type { EvaluationItem } from "../../../framework/sources/contamination.ts"
import { type DrawRequest, openTraces, type PlacedTrace } from "../../../framework/sources/open-traces.ts"
import { Data } from "../../../framework/spec/schema/Data.ts"

const root = mkdtempSync(join(tmpdir(), "leadspan-data-"))
let files = 0

export const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: join(root, "cache") })

/** A file of JSON lines; a text stands as it is. */
export const fileOf = (records: ReadonlyArray<unknown>): string => {
  const path = join(root, `traces-${files++}.jsonl`)
  writeFileSync(path, records.map((record) => typeof record === "string" ? record : JSON.stringify(record)).join("\n"))
  return path
}

export const scratch = join(root, "scratch")

export const settingsOf = (written: Readonly<Record<string, unknown>>) => {
  const { train: _, validation: __, ...settings } = Schema.decodeUnknownSync(Data)({ train: 1, validation: 0, ...written })
  return settings
}

export interface Drawn {
  readonly traces: ReadonlyArray<PlacedTrace>
  readonly tally: Tally
  readonly contamination: unknown
  readonly identity: unknown
  readonly format: unknown
}

/** Takes the first `count` traces of a draw. */
export const drawn = (
  written: Readonly<Record<string, unknown>>, request: DrawRequest, items: ReadonlyArray<EvaluationItem> = []
): Effect.Effect<Drawn, unknown> => Effect.scoped(Effect.gen(function*() {
  const opened = yield* openTraces(settingsOf(written), { registry, cacheFolder: scratch, items })
  const draw = opened.draw(request)
  const traces = yield* Effect.tryPromise({
    try: async () => {
      const taken: Array<PlacedTrace> = []
      for await (const trace of draw.traces) {
        taken.push(trace)
        if (taken.length === request.count) break
      }
      return taken
    },
    catch: (error) => error
  })
  return { traces, tally: draw.tally(traces.length), contamination: draw.contamination(), identity: opened.identity, format: opened.format }
}))
