/** What `leadspan data` was given, opened: files as they are, or what a spec says of its data. */
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import { Data as Tagged, Effect, Schema } from "effect"
import { pieces, type LengthUnit, tokensOf } from "../advice/LengthUnit.ts"
import type { LengthsOf } from "../advice/measure-trace.ts"
import type { TraceSet } from "../advice/survey.ts"
import { engines } from "../engines/registry.ts"
import { drawItems } from "../plan/benchmark-items.ts"
import { decodedOptions } from "../plan/decoded-options.ts"
import { BadModel, resolveModel, type ResolvedModel } from "../plan/resolve-model.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import { tokeniseTrace } from "../sequence/render.ts"
import { loadTokenizer, type Tokenizer } from "../sequence/tokenizer.ts"
import { type Draw, openTraces, type TraceSettings } from "../sources/open-traces.ts"
import { SourceError } from "../sources/SourceError.ts"
import { isRawSource, kindOfName } from "../sources/source-name.ts"
import { load } from "../spec/load.ts"
import type { LoadedSpec } from "../spec/LoadedSpec.ts"
import { Data } from "../spec/schema/Data.ts"

/** Flags that do not go together, or a name that is nothing. */
export class DataMisuse extends Tagged.TaggedError("DataMisuse")<{ readonly message: string }> {}

export interface GivenData {
  readonly inputs: ReadonlyArray<string>
  readonly format: string | null
  readonly tokenizer: string | null
  readonly where: string | null
  readonly limit: number | null
  readonly thoughtNeverEnds: "keep" | "drop"
}

export interface OpenedData {
  readonly sets: ReadonlyArray<TraceSet>
  readonly unit: LengthUnit
  readonly lengthsOf: LengthsOf | null
  /** of what is used, by the spec; null: no end */
  readonly limit: number | null
  readonly maxLength: number | null
}

export interface DataSurroundings {
  readonly registry: PluginRegistry
  readonly cacheFolder: string
}

export const isSpec = (input: string): boolean => /\.ya?ml$/u.test(input)

const setOf = (name: string, format: TraceSet["format"], draw: Draw): TraceSet => ({
  name, format, traces: draw.traces, refuse: draw.refuse,
  leftOut: (used) => Object.fromEntries(draw.tally(used).reasons.map(({ count, reason }) => [reason, count])),
  leftOutAt: (used) => Object.fromEntries(draw.tally(used).reasons.flatMap(({ examples: [first], reason }) => first === undefined ? [] : [[reason, first]]))
})

const settingsOf = Schema.decodeUnknownSync(Data)

/** A path, a source as a spec names it, or a data-set plugin. */
const sourceOf = Effect.fnUntraced(function*(input: string, registry: PluginRegistry) {
  if (isRawSource(input)) return input
  if (existsSync(input)) {
    if (kindOfName(input) !== null) return `file:${input}`
    return yield* new DataMisuse({ message: `\`${input}\`: its extension does not say what it is; write jsonl:, json:, csv: or parquet: before its name` })
  }
  const plugins = yield* registry.list("dataset")
  if (plugins.some(({ name }) => name === input)) return input
  return yield* new DataMisuse({
    message: `there is no file \`${input}\`, and no data set of that name (${plugins.map(({ name }) => name).join(", ")}); a data set of the hub is named in a spec, with its revision`
  })
})

/** Records of a data-set plugin that are looked at where nobody says how many. */
const pluginRecords = 1000

/** What a spec calls `data.where` is a flag here. */
const byFlags = <E>(error: E): E | SourceError => {
  if (!(error instanceof SourceError)) return error
  const { advice, code, expected, found, place } = error
  return new SourceError({ advice, code, expected, found, place: place.replace(/^data\.(where|limit|format)$/u, "--$1") })
}

const openFile = Effect.fnUntraced(function*(input: string, given: GivenData, { cacheFolder, registry }: DataSurroundings) {
  const source = yield* sourceOf(input, registry)
  const settings: TraceSettings = settingsOf({
    source, train: 1, validation: 0, format: given.format ?? "auto", where: given.where, limit: given.limit, derivation: "off",
    onBadRecord: "skip", thoughtNeverEnds: given.thoughtNeverEnds, contamination: { check: "off" }
  })
  const opened = yield* openTraces(settings, { registry, cacheFolder }).pipe(Effect.mapError(byFlags))
  return setOf(source.startsWith("file:") ? basename(input) : opened.name, opened.format,
    opened.draw({ split: "all", count: given.limit ?? pluginRecords }))
})

const openFiles = Effect.fnUntraced(function*(given: GivenData, surroundings: DataSurroundings) {
  const tokenizer = given.tokenizer === null ? null : yield* loadTokenizer(given.tokenizer)
  const sets: Array<TraceSet> = []
  for (const input of given.inputs) sets.push(yield* openFile(input, given, surroundings))
  const unit = tokenizer === null ? pieces : tokensOf(tokenizer, given.tokenizer!.split(/[\\/]+/u).filter((part) => part !== "").slice(-2).join("/"))
  return { sets, unit, lengthsOf: null, limit: null, maxLength: null } satisfies OpenedData
})

/** The model whose tokenizer a spec's data are prepared with. */
const studentOf = (loaded: LoadedSpec, registry: PluginRegistry): Effect.Effect<ResolvedModel, any> => {
  const engine = engines.get(loaded.spec.engine)
  return engine === undefined ? Effect.fail(new BadModel({ message: `there is no engine \`${loaded.spec.engine}\``, advice: "" })) : resolveModel(loaded.spec.student, {
    registry, engine, folder: loaded.folderOf("student"), seedsStudent: false,
    planTrained: (file) => load(file).pipe(
      Effect.flatMap((other) => studentOf(other, registry)),
      Effect.map((student) => ({ step: "", student })),
      Effect.mapError((fault) => fault instanceof BadModel ? fault : new BadModel({ message: String((fault as Error).message), advice: "" })))
  })
}

const lengthsBy = (tokenizer: Tokenizer): LengthsOf => (trace) => {
  const counts = [0, 0, 0]
  for (const segment of tokeniseTrace(tokenizer, { ...trace, derivedAt: null }).segments_T) counts[segment]!++
  return { prompt: counts[0]!, cot: counts[1]!, answer: counts[2]! }
}

const itemsOf = Effect.fnUntraced(function*(loaded: LoadedSpec, { cacheFolder, registry }: DataSurroundings) {
  const items: Array<{ evaluation: string; id: string; problem: string }> = []
  for (const [index, evaluation] of loaded.spec.evaluate.entries()) {
    const plugin = yield* registry.get("benchmark", evaluation.benchmark)
    const options = yield* decodedOptions(plugin, evaluation.options, `evaluate.${index}.options`)
    for (const { id, problem } of yield* drawItems(plugin, { count: evaluation.items, seed: evaluation.seed }, options, { cacheFolder, folder: loaded.folderOf("evaluate") })) {
      items.push({ evaluation: evaluation.name, id, problem })
    }
  }
  return items
})

/** The training data of a spec as they would be used. @param limit at most so many; null: as many as the spec says */
export const openSpecData = Effect.fnUntraced(function*(loaded: LoadedSpec, limit: number | null, { cacheFolder, registry }: DataSurroundings) {
  const { data, student } = loaded.spec
  const resolved = yield* studentOf(loaded, registry)
  const tokenizer = yield* loadTokenizer(resolved.tokenizerFolder)
  const opened = yield* openTraces({ ...data, derivation: "off" }, {
    registry, cacheFolder, folder: loaded.folderOf("data"), items: yield* itemsOf(loaded, { cacheFolder, registry })
  })
  const count = Math.min(data.train, limit ?? data.train)
  const name = "model" in student ? student.model : "tokenizer" in student ? student.tokenizer : basename(student.train)
  return {
    sets: [setOf(opened.name, opened.format, opened.draw({ split: "train", count }))],
    unit: tokensOf(tokenizer, `the tokenizer of ${name}`), lengthsOf: lengthsBy(tokenizer), limit: count,
    maxLength: data.overLength === "drop" ? data.maxTokens : null
  } satisfies OpenedData
})

const openSpec = Effect.fnUntraced(function*(given: GivenData, surroundings: DataSurroundings) {
  const flags = [["format", given.format], ["tokenizer", given.tokenizer], ["where", given.where]].filter(([, value]) => value !== null)
  if (given.inputs.length > 1 || flags.length > 0) {
    return yield* new DataMisuse({
      message: flags.length > 0 ? `--${flags[0]![0]} is for files; a spec says it in \`data\`` : "a spec is looked at alone; several files may be given without one"
    })
  }
  return yield* openSpecData(yield* load(given.inputs[0]!), given.limit, surroundings)
})

export const openDataSets = Effect.fnUntraced(function*(given: GivenData, surroundings: DataSurroundings) {
  if (given.inputs.some(isSpec)) return yield* openSpec(given, surroundings)
  return yield* openFiles(given, surroundings)
})

/** Folder for temporary files of a project. */
export const scratchOf = (cache: string): string => join(cache, "data")
