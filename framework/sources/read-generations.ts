/** Raw records through a format: every generation in the order of the files, and a count of what is none. */
import type { FormatPlugin, FormatTrace } from "../plugin/define.ts"
import type { RawSource } from "./RawSource.ts"
import { reasonOf, SourceError } from "./SourceError.ts"
import type { TallyCounter } from "./tally.ts"

export interface Generation {
  readonly trace: FormatTrace
  /** `traces.jsonl:17`, or `traces.jsonl:17 (2)` for the second generation of a record */
  readonly place: string
  /** 1 for the first generation that was read */
  readonly number: number
  /** number of its record, 1 for the first, and of the generation within it, 0 for the first */
  readonly record: number
  readonly generation: number
}

export interface ReadSettings {
  readonly limit: number | null
  /** Whether what stands behind the limit is read in order to be counted. */
  readonly countsBeyondLimit: boolean
}

/** About a million tokens: tokenising takes 200 bytes a character, and no model reads so much. */
const longestTrace = 2 ** 22

const charactersOf = ({ answer, cot, prompt, system }: FormatTrace): number => prompt.length + cot.length + answer.length + (system?.length ?? 0)

const tracesOf = (format: FormatPlugin, options: unknown, record: Readonly<Record<string, unknown>>, place: string) => {
  try {
    return format.traces(record, options)
  } catch (thrown) {
    throw new SourceError({
      code: "file-unreadable", place, expected: `traces, or the reason why there are none, from the format ${format.name}`, found: reasonOf(thrown),
      advice: "Mend the format plugin, or name another in `data.format`."
    })
  }
}

/** Counts what it reads and what is refused; what it yields is for the next one to count. */
export async function* readGenerations(
  raw: RawSource, format: FormatPlugin, options: unknown, { countsBeyondLimit, limit }: ReadSettings, counter: TallyCounter
): AsyncIterable<Generation> {
  let [records, number] = [0, 0]
  for await (const item of raw.items()) {
    if ("skipped" in item) {
      for (let n = 0; n < item.skipped.count; n++) counter.read()
      counter.refuseMany(item.skipped.reason, item.skipped.count, [])
      continue
    }
    records++
    if (limit !== null && records > limit) {
      if (!countsBeyondLimit) return
      counter.read()
      counter.refuse("beyond-limit", item.place)
      continue
    }
    if ("refusal" in item) {
      counter.read()
      number++
      counter.refuse(item.refusal.reason, item.place, item.refusal.detail)
      continue
    }
    const traces = tracesOf(format, options, item.record, item.place)
    if (traces.length === 0) {
      counter.read()
      number++
      counter.refuse("missing-fields", item.place)
    }
    for (const [generation, trace] of traces.entries()) {
      counter.read()
      number++
      const place = traces.length === 1 ? item.place : `${item.place} (${generation + 1})`
      const characters = "reason" in trace ? 0 : charactersOf(trace)
      if ("reason" in trace) counter.refuse(trace.reason, place, trace.detail)
      else if (characters > longestTrace) counter.refuse("line-too-long", place, `${characters} characters of text, more than ${longestTrace}`)
      else yield { trace, place, number, record: records, generation: traces.length === 1 ? 0 : generation }
    }
  }
}
