/** Traces that a data-set plugin makes, in its own order and its own splits. */
import { Effect } from "effect"
import type { DatasetPlugin, TraceRecord } from "../plugin/define.ts"
import { hash64, HashSet64 } from "../sequence/hash64.ts"
import type { EvaluationItem } from "./contamination.ts"
import { type ReadyTransform, transformTrace } from "./finish-trace.ts"
import { normaliseProblem } from "./normalise-problem.ts"
import type { Draw, DrawRequest, OpenedTraces, PlacedTrace, TraceContext, TraceSettings } from "./OpenedTraces.ts"
import type { ContaminationCounter } from "./select-traces.ts"
import { tallyCounter } from "./tally.ts"
import { contaminationIdentity, decoded, newContamination, readyTransforms, tallyOf, transformIdentity } from "./trace-settings.ts"

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

export const openPlugin = Effect.fnUntraced(function*(settings: TraceSettings, context: TraceContext) {
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
