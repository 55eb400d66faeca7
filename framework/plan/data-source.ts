/** What a spec's `source` names: a data-set plugin, or a file. */
import { createHash } from "node:crypto"
import { createReadStream, existsSync } from "node:fs"
import { Effect, Schema } from "effect"
import type { DatasetPlugin } from "../plugin/define.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { jsonlRecords } from "../sequence/jsonl-records.ts"
import { SequenceError } from "../sequence/SequenceError.ts"

/** A data set as a plan uses it; `identity` stands for its contents together with options, split, count and seed. */
export interface DataSource {
  readonly plugin: Pick<DatasetPlugin, "name" | "options" | "records">
  readonly identity: unknown
}

const digestOfFile = (path: string): Effect.Effect<string> => Effect.promise(async () => {
  const hash = createHash("sha256")
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest("hex")
})

const jsonlSource = Effect.fnUntraced(function*(path: string) {
  if (!existsSync(path)) {
    return yield* new SequenceError({ code: "file-missing", where: path, expected: "a file of JSON lines", found: "none", advice: "Check the path." })
  }
  return {
    plugin: { name: "jsonl", options: Schema.Struct({}), records: (request) => jsonlRecords(path, request) },
    identity: { jsonl: yield* digestOfFile(path) }
  } satisfies DataSource
})

/** Opens a source; `jsonl:` paths are absolute by now. */
export const dataSource = Effect.fnUntraced(function*(source: string, registry: PluginRegistry) {
  if (source.startsWith("jsonl:")) return yield* jsonlSource(source.slice("jsonl:".length))
  const plugin = yield* registry.get("dataset", source)
  return { plugin, identity: { source: plugin.name, version: plugin.version } } satisfies DataSource
})
