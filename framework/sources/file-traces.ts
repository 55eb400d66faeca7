/**
 * Traces of files and of the hub, by a format. Records stream: what passes selection is written to a temporary file
 * (`spool.ts`), and drawn from there in the order of the seed.
 */
import { basename, dirname, isAbsolute } from "node:path"
import { Effect } from "effect"
import { matcherVersion } from "../derivation/find-derivation.ts"
import type { FormatPlugin } from "../plugin/define.ts"
import type { Tally } from "../sequence/Tally.ts"
import { chooseFormat, FormatUnclear } from "./choose-format.ts"
import { derived } from "./derived.ts"
import { transformTrace } from "./finish-trace.ts"
import { openRaw } from "./open-raw.ts"
import type { Draw, DrawRequest, OpenedTraces, PlacedTrace, TraceContext, TraceSettings } from "./OpenedTraces.ts"
import type { RawSource } from "./RawSource.ts"
import { readGenerations } from "./read-generations.ts"
import { type ContaminationCounter, selectTraces } from "./select-traces.ts"
import { asSourceError } from "./SourceError.ts"
import { makeSpool, type Spool, type Split } from "./spool.ts"
import { tallyCounter, type TallyCounter } from "./tally.ts"
import { contaminationIdentity, decoded, newContamination, readyTransforms, tallyOf, transformIdentity } from "./trace-settings.ts"

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

/** Why there are no records at all. */
const whyNone = async (raw: RawSource): Promise<string> => {
  for await (const item of raw.items()) {
    if ("skipped" in item) return "`where` keeps none of them"
    if ("refusal" in item) return `none can be read, the first one at ${item.place}: ${item.refusal.reason}${item.refusal.detail === undefined ? "" : ` (${item.refusal.detail})`}`
  }
  return "there are none"
}

interface Selected { readonly spool: Spool; readonly counter: TallyCounter; readonly contamination: ContaminationCounter }

export const openFiles = Effect.fnUntraced(function*(settings: TraceSettings, context: TraceContext) {
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
  const format = yield* formatOf(settings, context, sample).pipe(Effect.catchTag("FormatUnclear", (error) => Effect.tryPromise({
    try: async () => error.records > 0 ? null : whyNone(raw),
    catch: asSourceError("file-unreadable", name, "records that can be read", "Check the file.")
  }).pipe(Effect.flatMap((none) => {
    const { candidates, code, columns, records } = error
    return Effect.fail(new FormatUnclear({ candidates, code, columns, records, place: name, none }))
  }))))
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
      matchers: derivation === "off" ? null : matcherVersion,
      selection: { correctOnly, deduplicate, derivation, limit, onePerProblem, seed, shuffle, systemPrompt, thoughtNeverEnds }
    },
    format: { name: format.plugin.name, score: format.score, because: format.because },
    draw: (request) => request.split === "all" ? drawAll(request) : drawSplit(request.split, request)
  } satisfies OpenedTraces
})
