/** What every kind of source makes of `data`: decoded options, transforms, what evaluations ask; and how it is counted. */
import { Effect, Result } from "effect"
import { decodeOptions } from "../plugin/options.ts"
import type { OptionsSchema } from "../plugin/define.ts"
import type { Tally } from "../sequence/Tally.ts"
import { contaminationIndex, type EvaluationItem } from "./contamination.ts"
import type { ReadyTransform } from "./finish-trace.ts"
import type { TraceContext, TraceSettings } from "./OpenedTraces.ts"
import { type ContaminationCounter, contaminationCounter } from "./select-traces.ts"
import { SourceError } from "./SourceError.ts"
import type { TallyCounter } from "./tally.ts"

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

export const decoded = (plugin: { readonly name: string; readonly options: OptionsSchema }, options: unknown, field: string): Effect.Effect<unknown, SourceError> =>
  Result.match(decodeOptions(plugin, options), {
    onSuccess: Effect.succeed,
    onFailure: (problems) => Effect.fail(new BadTraceOptions(field, plugin.name, problems))
  })

export const readyTransforms = Effect.fnUntraced(function*(settings: TraceSettings, { registry }: TraceContext) {
  const ready: Array<ReadyTransform> = []
  for (const [index, { name, options }] of settings.transform.entries()) {
    const plugin = yield* registry.get("transform", name)
    ready.push({ plugin, options: yield* decoded(plugin, options, `data.transform.${index}.options`) })
  }
  return ready
})

export const transformIdentity = (transforms: ReadonlyArray<ReadyTransform>) =>
  transforms.map(({ options, plugin }) => ({ name: plugin.name, version: plugin.version, options }))

/** What is looked for bears on what is told, and, where it is dropped, on what is taken. */
export const contaminationIdentity = (settings: TraceSettings, items: ReadonlyArray<EvaluationItem>) => {
  const { check, ngram, share } = settings.contamination
  return check === "off" || items.length === 0 ? null : { check, ngram, share, items: items.map(({ evaluation, id, problem }) => [evaluation, id, problem]) }
}

export const newContamination = (settings: TraceSettings, items: ReadonlyArray<EvaluationItem>): ContaminationCounter => {
  const { check } = settings.contamination
  const off = items.length === 0 ? "off" : check
  return contaminationCounter(off, off === "off" ? () => null : contaminationIndex(items, settings.contamination), items.length)
}

/** What is left over was not drawn. */
export const tallyOf = (counter: TallyCounter) => (used: number): Tally => {
  const whole = counter.copy()
  whole.refuseMany("not-drawn", Math.max(0, whole.numRead() - whole.numRefused() - used), [])
  return whole.tally(used)
}
