/** Transforms: the last that is done to a trace that is drawn. */
import type { TraceRecord, TransformPlugin } from "../plugin/define.ts"
import { randomStream } from "../sequence/random.ts"
import { reasonOf, SourceError } from "./SourceError.ts"

export interface ReadyTransform {
  readonly plugin: TransformPlugin
  readonly options: unknown
}

const transformed = (trace: TraceRecord, transforms: ReadonlyArray<ReadyTransform>, seed: number, place: string): TraceRecord => {
  let changed = trace
  for (const { options, plugin } of transforms) {
    try {
      changed = plugin.transform(changed, { random: (purpose) => randomStream(seed, `${plugin.name} ${purpose}`, trace.id) }, options)
    } catch (thrown) {
      throw new SourceError({
        code: "file-unreadable", place, expected: `a trace from the transform ${plugin.name}`, found: reasonOf(thrown), advice: "Mend the plugin or its options."
      })
    }
  }
  return changed
}

/** @param seed of the data: a transform's random numbers are keyed by it, by its purpose and by the trace */
export const transformTrace = (trace: TraceRecord, transforms: ReadonlyArray<ReadyTransform>, seed: number, place: string): TraceRecord =>
  transforms.length === 0 ? trace : transformed(trace, transforms, seed, place)
