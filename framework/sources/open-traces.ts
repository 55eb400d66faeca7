/**
 * One door to traces: a data-set plugin, or records of files and of the hub through a format.
 *
 * Records stream: what passes selection is written to a temporary file (`spool.ts`), and drawn from there in the order of
 * the seed. Every generation that is read is used, or counted under a reason.
 */
import { basename, dirname, isAbsolute } from "node:path"
import { Effect, Result } from "effect"
import type { Scope } from "effect"
import { decodeOptions } from "../plugin/options.ts"
import type { DatasetPlugin, FormatPlugin, OptionsSchema, TraceRecord } from "../plugin/define.ts"
import type { PluginError } from "../plugin/PluginError.ts"
import type { PluginRegistry } from "../plugin/registry.ts"
import type { ContaminationReport, Tally } from "../sequence/Tally.ts"
import type { Data } from "../spec/schema/Data.ts"
import { chooseFormat, type FormatUnclear } from "./choose-format.ts"
import { contaminationIndex, type EvaluationItem } from "./contamination.ts"
import { derived } from "./derived.ts"
import { type ReadyTransform, transformTrace } from "./finish-trace.ts"
import { hash64, HashSet64 } from "../sequence/hash64.ts"
import { normaliseProblem } from "./normalise-problem.ts"
import { openRaw } from "./open-raw.ts"
import { readGenerations } from "./read-generations.ts"
import { type ContaminationCounter, contaminationCounter, refusalOf, selectTraces } from "./select-traces.ts"
import { isRawSource } from "./source-name.ts"
import { asSourceError, SourceError } from "./SourceError.ts"
import { makeSpool, type Spool, type Split } from "./spool.ts"
import { tallyCounter, type TallyCounter } from "./tally.ts"

/** What of a spec's `data` says which traces there are; how many are taken is each draw's. */
export type TraceSettings = Omit<Data, "train" | "validation">

/** A trace and where it stands, for people. */
export interface PlacedTrace extends TraceRecord {
  readonly place?: string
}

export interface FormatTaken {
  readonly name: string
  /** how surely it was recognised; 1 where the spec names it */
  readonly score: number
  readonly because: string
}

/** Traces of one split in the order in which they are drawn. Whoever takes them says which he could not use. */
export interface Draw {
  /** all that may be drawn, to be read once and as far as is needed */
  readonly traces: AsyncIterable<PlacedTrace>
  readonly refuse: (reason: string, place: string) => void
  /** `used` traces were taken; what was neither used nor refused was not drawn */
  readonly tally: (used: number) => Tally
  readonly contamination: () => ContaminationReport | null
}

export interface DrawRequest {
  /** `all` takes no split: every trace, in the order of the files */
  readonly split: Split | "all"
  /** how many will be used: what a data-set plugin is asked for */
  readonly count: number
  /** the data's own, unless given */
  readonly seed?: number
  /** false: a derivation by text is left to whoever tokenises, who has more threads; left out: true */
  readonly derives?: boolean
}

export interface OpenedTraces {
  /** for people: the plugin's name, the file's, or that of the data set of the hub */
  readonly name: string
  /** equal where the traces are: contents, format and every setting that bears on them */
  readonly identity: unknown
  readonly format: FormatTaken | null
  readonly draw: (request: DrawRequest) => Draw
}

export interface TraceContext {
  readonly registry: PluginRegistry
  /** folder for temporary files and what the hub gives; the temporary ones go with the scope */
  readonly cacheFolder: string
  /** what the evaluations of the plan ask */
  readonly items?: ReadonlyArray<EvaluationItem>
  /** folder that a relative FILE starts from; left out: the working directory */
  readonly folder?: string
  readonly hubEndpoint?: string
  readonly signal?: AbortSignal
}

/** Options that a plugin's own schema refuses. `field` is below `data`. */
export class BadTraceOptions extends SourceError {
  readonly field: string
  readonly plugin: string
  readonly problems: ReadonlyArray<{ readonly path: ReadonlyArray<PropertyKey>; readonly message: string }>
  constructor(field: string, plugin: string, problems: BadTraceOptions["problems"]) {
    const [first] = problems
    super({
      code: "source-malformed", place: `${field}${first === undefined || first.path.length === 0 ? "" : `.${first.path.join(".")}`}`,
      expected: `options of ${plugin}`, found: first?.message ?? "others", advice: "See the plugin's own options."
    })
    this.field = field
    this.plugin = plugin
    this.problems = problems
  }
}

const decoded = (plugin: { readonly name: string; readonly options: OptionsSchema }, options: unknown, field: string): Effect.Effect<unknown, SourceError> =>
  Result.match(decodeOptions(plugin, options), {
    onSuccess: Effect.succeed,
    onFailure: (problems) => Effect.fail(new BadTraceOptions(field, plugin.name, problems))
  })

const readyTransforms = Effect.fnUntraced(function*(settings: TraceSettings, { registry }: TraceContext) {
  const ready: Array<ReadyTransform> = []
  for (const [index, { name, options }] of settings.transform.entries()) {
    const plugin = yield* registry.get("transform", name)
    ready.push({ plugin, options: yield* decoded(plugin, options, `data.transform.${index}.options`) })
  }
  return ready
})

const transformIdentity = (transforms: ReadonlyArray<ReadyTransform>) =>
  transforms.map(({ options, plugin }) => ({ name: plugin.name, version: plugin.version, options }))

/** What is looked for bears on what is told, and, where it is dropped, on what is taken. */
const contaminationIdentity = (settings: TraceSettings, items: ReadonlyArray<EvaluationItem>) => {
  const { check, ngram, share } = settings.contamination
  return check === "off" || items.length === 0 ? null : { check, ngram, share, items: items.map(({ evaluation, id, problem }) => [evaluation, id, problem]) }
}

const newContamination = (settings: TraceSettings, items: ReadonlyArray<EvaluationItem>): ContaminationCounter => {
  const { check } = settings.contamination
  const off = items.length === 0 ? "off" : check
  return contaminationCounter(off, off === "off" ? () => null : contaminationIndex(items, settings.contamination), items.length)
}

// ---------------------------------------------------------------- data-set plugins

const shownId = (id: unknown): string => `record ${JSON.stringify(String(id).slice(0, 60))}`

/** A data set's own records in its own order; its errors are the user's to read. */
const pluginDraw = (
  plugin: DatasetPlugin, options: unknown, settings: TraceSettings, transforms: ReadonlyArray<ReadyTransform>, items: ReadonlyArray<EvaluationItem>,
  request: DrawRequest
): Draw => {
  const counter = tallyCounter()
  const contamination = newContamination(settings, items)
  const seed = request.seed ?? settings.seed
  async function* traces(): AsyncIterable<PlacedTrace> {
    const seen = new HashSet64()
    const split = request.split === "all" ? "train" : request.split
    for (const record of plugin.records({ split, count: request.count, seed }, options)) {
      const place = shownId(record.id)
      counter.read()
      const isText = [record.problem, record.prompt, record.cot, record.answer].every((text) => typeof text === "string")
      // What is no trace at all is refused by whoever tokenises it, with the record's id.
      const reason = isText ? reasonOfRecord(record, settings, seen, contamination, place) : null
      if (reason !== null) {
        counter.refuse(reason, place)
        continue
      }
      const { system, ...rest } = record
      const kept: PlacedTrace = settings.systemPrompt === "keep" && system !== undefined ? { ...rest, system } : rest
      yield { ...transformTrace(kept, transforms, settings.seed, place), place }
    }
  }
  return { traces: traces(), refuse: counter.refuse, contamination: contamination.report, tally: tallyOf(counter) }
}

const reasonOfRecord = (
  record: TraceRecord, settings: TraceSettings, seen: HashSet64, contamination: ContaminationCounter, place: string
): string | null => {
  if (record.closed === false && settings.thoughtNeverEnds === "drop") return "thought-never-ends"
  if (settings.correctOnly && (record.correct ?? null) === null) return "correctness-unknown"
  if (settings.correctOnly && record.correct === false) return "incorrect"
  const problem = normaliseProblem(record.problem)
  if (settings.onePerProblem && !seen.add(hash64(problem))) return "same-problem"
  if (!settings.onePerProblem && settings.deduplicate && !seen.add(hash64(`${problem}\0${record.cot}\0${record.answer}`))) return "duplicate"
  return contamination.look(problem, place) ? "contaminated" : null
}

/** What is left over was not drawn. */
const tallyOf = (counter: TallyCounter) => (used: number): Tally => {
  const whole = counter.copy()
  whole.refuseMany("not-drawn", Math.max(0, whole.numRead() - whole.numRefused() - used), [])
  return whole.tally(used)
}

const openPlugin = Effect.fnUntraced(function*(settings: TraceSettings, context: TraceContext) {
  const plugin = yield* context.registry.get("dataset", settings.source)
  const options = yield* decoded(plugin, settings.options, "data.options")
  const transforms = yield* readyTransforms(settings, context)
  const items = context.items ?? []
  const { correctOnly, deduplicate, onePerProblem, systemPrompt, thoughtNeverEnds } = settings
  return {
    name: plugin.name,
    identity: {
      source: plugin.name, version: plugin.version, options, transforms: transformIdentity(transforms),
      contamination: contaminationIdentity(settings, items), selection: { correctOnly, deduplicate, onePerProblem, systemPrompt, thoughtNeverEnds }
    },
    format: null,
    draw: (request) => pluginDraw(plugin, options, settings, transforms, items, request)
  } satisfies OpenedTraces
})

// ---------------------------------------------------------------- files and the hub

const formatOf = Effect.fnUntraced(function*(settings: TraceSettings, { registry }: TraceContext, sample: ReadonlyArray<Readonly<Record<string, unknown>>>) {
  if (settings.format !== "auto") {
    const plugin = yield* registry.get("format", settings.format)
    return { plugin, score: 1, because: "the spec names it" }
  }
  const entries = yield* registry.list("format")
  const formats: Array<FormatPlugin> = []
  for (const { name } of entries) formats.push(yield* registry.get("format", name))
  return yield* chooseFormat(sample, formats)
})

/** Files are named by their last part: where they lie is nobody's business who reads a plan. */
const shortened = (source: string, folder: string | undefined): { readonly source: string; readonly folder: string | undefined; readonly name: string } => {
  const [, kind, path] = /^([a-z]+):(.*)$/su.exec(source) ?? []
  if (kind === undefined || path === undefined || kind === "hf") return { source, folder, name: source }
  return isAbsolute(path) ? { source: `${kind}:${basename(path)}`, folder: dirname(path), name: basename(path) } : { source, folder, name: basename(path) }
}

const recordsOfSample = 200

interface Selected { readonly spool: Spool; readonly counter: TallyCounter; readonly contamination: ContaminationCounter }

const openFiles = Effect.fnUntraced(function*(settings: TraceSettings, context: TraceContext) {
  const { cacheFolder, hubEndpoint, signal } = context
  const items = context.items ?? []
  const { folder, name, source } = shortened(settings.source, context.folder)
  const raw = yield* openRaw({
    source, cacheFolder, revision: settings.revision, files: settings.files, where: settings.where, onBadRecord: settings.onBadRecord,
    ...(folder === undefined ? {} : { folder }), ...(hubEndpoint === undefined ? {} : { hubEndpoint }), ...(signal === undefined ? {} : { signal })
  })
  const sample = yield* Effect.tryPromise({
    try: () => raw.sample(recordsOfSample),
    catch: asSourceError("file-unreadable", name, "records that can be read", "Check the file.")
  })
  const format = yield* formatOf(settings, context, sample)
  const options = yield* decoded(format.plugin, settings.options, "data.options")
  const transforms = yield* readyTransforms(settings, context)

  const reading = { limit: settings.limit, countsBeyondLimit: !settings.source.startsWith("hf:") }
  const select = (counter: TallyCounter, contamination: ContaminationCounter) =>
    selectTraces(readGenerations(raw, format.plugin, options, reading, counter), settings, contamination, counter)

  // One pass serves all draws; it is made when the first of them is read.
  let opened: Promise<Selected> | null = null
  const selected = (seed: number): Promise<Selected> => opened ??= (async () => {
    const spool = makeSpool(cacheFolder, seed)
    spools.push(spool)
    const [counter, contamination] = [tallyCounter(), newContamination(settings, items)]
    for await (const candidate of select(counter, contamination)) spool.add(candidate)
    return { spool, counter, contamination }
  })()
  const spools: Array<Spool> = []
  yield* Effect.addFinalizer(() => Effect.sync(() => { for (const spool of spools) spool.close() }))

  const finished = (traces: AsyncIterable<PlacedTrace>, { derives = true }: DrawRequest): AsyncIterable<PlacedTrace> =>
    derived(traces, derives || settings.derivation === "equivalent" ? settings.derivation : "off")

  const drawAll = (request: DrawRequest): Draw => {
    const [counter, contamination] = [tallyCounter(), newContamination(settings, items)]
    async function* traces(): AsyncIterable<PlacedTrace> {
      for await (const { place, trace } of select(counter, contamination)) {
        yield { ...transformTrace(trace, transforms, settings.seed, place), place }
      }
    }
    return { traces: finished(traces(), request), refuse: counter.refuse, contamination: contamination.report, tally: tallyOf(counter) }
  }

  const drawSplit = (split: Split, request: DrawRequest): Draw => {
    let read: { readonly pass: Selected; readonly order: Uint32Array } | null = null
    const refused = tallyCounter()
    async function* traces(): AsyncIterable<PlacedTrace> {
      const pass = await selected(settings.seed)
      const order = pass.spool.order(split, settings.shuffle)
      read = { pass, order }
      for (const index of order) {
        const { place, trace } = pass.spool.read(index)
        yield { ...transformTrace(trace, transforms, settings.seed, place), place }
      }
    }
    const tally = (used: number): Tally => {
      if (read === null) throw new Error("a draw is counted after it was read")
      const { order, pass } = read
      const whole = pass.counter.copy()
      const placeOf = (index: number): string => pass.spool.read(index).place
      const others = (["train", "validation", "test"] as const).filter((other) => other !== split)
      const counts = pass.spool.counts()
      const elsewhere = others.flatMap((other) => [...pass.spool.order(other, false).subarray(0, 3)]).sort((a, b) => a - b).slice(0, 3)
      whole.refuseMany("other-split", others.reduce((sum, other) => sum + counts[other], 0), elsewhere.map(placeOf))
      for (const { count, examples, reason } of refused.tally(0).reasons) whole.refuseMany(reason, count, examples)
      const drawn = used + refused.numRefused()
      whole.refuseMany("not-drawn", order.length - drawn, [...order.subarray(drawn, drawn + 3)].map(placeOf))
      return whole.tally(used)
    }
    return { traces: finished(traces(), request), refuse: refused.refuse, tally, contamination: () => read?.pass.contamination.report() ?? null }
  }

  const { correctOnly, deduplicate, derivation, limit, onePerProblem, seed, shuffle, systemPrompt, thoughtNeverEnds } = settings
  return {
    name,
    identity: {
      raw: raw.identity, onBadRecord: settings.onBadRecord, format: { name: format.plugin.name, version: format.plugin.version, options },
      transforms: transformIdentity(transforms), contamination: contaminationIdentity(settings, items),
      selection: { correctOnly, deduplicate, derivation, limit, onePerProblem, seed, shuffle, systemPrompt, thoughtNeverEnds }
    },
    format: { name: format.plugin.name, score: format.score, because: format.because },
    draw: (request) => request.split === "all" ? drawAll(request) : drawSplit(request.split, request)
  } satisfies OpenedTraces
})

/**
 * Opens what `data.source` names. What it holds on disk is let go with the scope.
 * Fails with `SourceError` (what cannot be had or read), `FormatUnclear` (no format is sure enough), `PluginError`, and
 * `BadTraceOptions` (options that a plugin's schema refuses). Iterating `traces` throws `SourceError`.
 */
export const openTraces = (
  settings: TraceSettings, context: TraceContext
): Effect.Effect<OpenedTraces, SourceError | FormatUnclear | PluginError, Scope.Scope> =>
  isRawSource(settings.source) ? openFiles(settings, context) : openPlugin(settings, context)
