/** The format plugins as they ship, and the excerpts with what each row must give. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import type { FormatPlugin, FormatTrace, RawRecord, Refusal } from "../../../framework/plugin/define.ts"

const root = join(import.meta.dirname, "../../..")
const folder = join(root, "plugins/formats")

export const formats: ReadonlyArray<FormatPlugin> = await Promise.all(readdirSync(folder).filter((name) => name.endsWith(".ts"))
  .map(async (name) => (await import(join(folder, name)) as { default: FormatPlugin }).default))

export const format = (name: string): FormatPlugin => {
  const found = formats.find((plugin) => plugin.name === name)
  if (found === undefined) throw new Error(`no format ${name}`)
  return found
}

/** What a format gives for a record, options decoded as a spec's are. */
export const read = (name: string, record: unknown, options: unknown = {}): ReadonlyArray<FormatTrace | Refusal> => {
  const plugin = format(name)
  return plugin.traces(record as RawRecord, Schema.decodeUnknownSync(plugin.options as Schema.Codec<unknown>)(options))
}

const lines = (name: string): ReadonlyArray<any> =>
  readFileSync(join(root, "tests/fixtures/traces", name), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))

/** Excerpt files and the format that each must be taken for. */
export const formatOfFile: Readonly<Record<string, string>> = {
  "thought-markers.jsonl": "thought-markers",
  "sky-t1-eval.jsonl": "sky-t1-eval",
  "skythought.jsonl": "skythought",
  "openthoughts-heads.jsonl": "prompt-response",
  "limo.jsonl": "limo",
  "o1-journey.jsonl": "o1-journey",
  "prime-rl.jsonl": "prime-rl",
  "thought-anchors.jsonl": "thought-anchors",
  "thought-anchors-labels.jsonl": "thought-anchors",
  "ollama.jsonl": "ollama",
  "s1k.jsonl": "s1k",
  "plain.jsonl": "plain",
  "openthoughts-metadata.jsonl": "openthoughts-metadata",
  "synthetic-1.jsonl": "synthetic-1",
  "llama-nemotron.jsonl": "llama-nemotron",
  "s1k-1.1.jsonl": "s1k-1.1",
  "openr1-math.jsonl": "openr1-math",
  "chat-think.jsonl": "chat-think",
  "chat-fields.jsonl": "chat-fields"
}

export interface Excerpt {
  readonly file: string
  readonly format: string
  readonly records: ReadonlyArray<RawRecord>
  /** of each row: traces, or a refusal of which the reason alone is told */
  readonly expected: ReadonlyArray<ReadonlyArray<FormatTrace | Refusal>>
}

const expected = lines("expected.jsonl")

export const excerpts: ReadonlyArray<Excerpt> = Object.entries(formatOfFile).map(([file, name]) => ({
  file, format: name, records: lines(file),
  expected: expected.filter((row) => row.file === file).map((row) => row.traces)
}))
