/** Traces that a spec's `data` or `train.replay` names, as a plan opens them: what is wrong is told at the field that says it. */
import { Data, Effect } from "effect"
import type { PluginRegistry } from "../plugin/registry.ts"
import { SequenceError } from "../sequence/SequenceError.ts"
import type { EvaluationItem } from "../sources/contamination.ts"
import { FormatUnclear } from "../sources/choose-format.ts"
import { BadTraceOptions, type Draw, openTraces, type PlacedTrace, type TraceContext, type TraceSettings } from "../sources/open-traces.ts"
import type { RecordsContext } from "../sources/read-records.ts"
import { SourceError } from "../sources/SourceError.ts"
import type { CellSettings, ExperimentSpec } from "../spec/ExperimentSpec.ts"
import { drawItems } from "./benchmark-items.ts"
import { BadOptions, decodedOptions } from "./decoded-options.ts"

/** A problem of the data, and the field of the spec that it is about. */
export class BadData extends Data.TaggedError("BadData")<{ readonly field: string; readonly message: string; readonly advice: string }> {}

const fieldOf = ({ code, place }: SourceError): string =>
  code.startsWith("where") ? "where" : /^data\.(\w+)/u.exec(place)?.[1] ?? (code === "hub-files" ? "files" : "source")

const located = (section: string) => <E>(error: E): E | BadOptions | BadData => {
  if (error instanceof BadTraceOptions) {
    return new BadOptions({ field: error.field.replace(/^data/u, section), plugin: error.plugin, problems: error.problems })
  }
  if (error instanceof FormatUnclear) {
    const [field, advice] = error.records === 0 ? ["source", "Check what is read."] as const : ["format", "Name a format."] as const
    return new BadData({ field: `${section}.${field}`, message: error.message, advice })
  }
  if (!(error instanceof SourceError)) return error
  const { advice, code, expected, found, place } = error
  return new BadData({ field: `${section}.${fieldOf(error)}`, message: `${place}  ${code}  Found ${found}, expected ${expected}.`, advice })
}

/** Opens what `data` names. */
export const openDataTraces = (settings: TraceSettings, context: TraceContext) =>
  openTraces(settings, context).pipe(Effect.mapError(located("data")))

/** Opens what `train.replay` names: read like the data, but nothing that belongs to the data's own records. */
export const openReplayTraces = (
  replay: NonNullable<ExperimentSpec["train"]["replay"]>, { train: _, validation: __, ...data }: ExperimentSpec["data"], context: TraceContext
) => openTraces({
  ...data, source: replay.source, options: replay.options, seed: data.seed + 1,
  revision: null, files: null, format: "auto", where: null, limit: null, maxTokens: null, transform: []
}, context).pipe(Effect.mapError(located("train.replay")))

/** What is wrong with a record, as `prepare` tells it. */
const asSequenceError = (thrown: unknown): unknown => {
  if (!(thrown instanceof SourceError)) return thrown
  const { advice, code, expected, found, place } = thrown
  return new SequenceError({ code, where: place, expected, found, advice })
}

export async function* tracesOf({ traces }: Draw): AsyncIterable<PlacedTrace> {
  try {
    yield* traces
  } catch (thrown) {
    throw asSequenceError(thrown)
  }
}

/**
 * What the cell's evaluations ask: training problems are compared with it. An evaluation that cannot be opened has none
 * here; it is told where evaluations are.
 */
export const itemsAsked = Effect.fnUntraced(function*(evaluations: CellSettings["evaluate"], registry: PluginRegistry, context: RecordsContext) {
  const items: Array<EvaluationItem> = []
  for (const [index, evaluation] of evaluations.entries()) {
    const found = yield* Effect.gen(function*() {
      const plugin = yield* registry.get("benchmark", evaluation.benchmark)
      const options = yield* decodedOptions(plugin, evaluation.options, `evaluate.${index}.options`)
      return yield* drawItems(plugin, { count: evaluation.items, seed: evaluation.seed }, options, context)
    }).pipe(Effect.catch(() => Effect.succeed([])))
    for (const { id, problem } of found) items.push({ evaluation: evaluation.name, id, problem })
  }
  return items
})
