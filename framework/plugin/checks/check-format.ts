/**
 * Checks a format: it knows its own examples and reads them as they say, gives traces of the shape it owes, and refuses by
 * name, never by an error, a record whose fields are missing or are something else.
 */
import type { FormatPlugin, FormatTrace, RawRecord, Refusal } from "../define.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"

type Answer = FormatTrace | Refusal

const isRefusal = (answer: Partial<FormatTrace> | Refusal): answer is Refusal => "reason" in answer

const faultOf = (answer: Answer): string | null => {
  if (isRefusal(answer)) return /^[a-z]+(-[a-z]+)*$/.test(answer.reason) ? null : `reason ${JSON.stringify(answer.reason)}, expected a name in kebab-case`
  for (const key of ["prompt", "cot", "answer"] as const) if (typeof answer[key] !== "string") return `${key} is ${JSON.stringify(answer[key])}, expected a text`
  for (const key of ["system", "problem", "tier", "id"] as const) {
    if (answer[key] !== undefined && typeof answer[key] !== "string") return `${key} is ${JSON.stringify(answer[key])}, expected a text, or the key left out`
  }
  if (answer.gold !== null && typeof answer.gold !== "string") return `gold is ${JSON.stringify(answer.gold)}, expected a text or null`
  if (answer.correct !== null && typeof answer.correct !== "boolean") return `correct is ${JSON.stringify(answer.correct)}, expected true, false or null`
  if (typeof answer.closed !== "boolean") return `closed is ${JSON.stringify(answer.closed)}, expected true or false`
  return answer.closed || answer.answer === "" ? null : "an answer after a thought that never ends"
}

/** The record with each field in turn left out, or holding something else. */
const spoilt = (record: RawRecord): ReadonlyArray<RawRecord> => [
  {},
  ...Object.keys(record).flatMap((key) => {
    const { [key]: _, ...without } = record
    return [without, ...[null, 17, "", [], {}, [null], [{}]].map((value) => ({ ...record, [key]: value }))]
  })
]

export const checkFormat = (context: CheckContext<FormatPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const recognises = (records: ReadonlyArray<RawRecord>) => {
    const { because, score } = plugin.recognise(records)
    return Number.isFinite(score) && score >= 0 && score <= 1 && typeof because === "string" ? score : NaN
  }
  const examples = plugin.examples.flatMap(({ options: written, record, traces }, index) =>
    withOptions(context, plugin, written, `${index + 1}`, (options) => {
      const found = plugin.traces(record, options)
      const score = recognises([record])
      const faults = found.map(faultOf).filter((fault) => fault !== null)
      const bad: Array<string> = []
      for (const other of spoilt(record)) {
        const read = plugin.traces(other, options)
        const fault = read.map(faultOf).find((text) => text !== null)
        if (fault !== undefined) bad.push(`${fault}, for ${JSON.stringify(other)}`)
        if (read.length === 0) bad.push(`neither a trace nor a refusal for ${JSON.stringify(other)}`)
        if (Number.isNaN(recognises([other]))) bad.push(`no score from 0 to 1 for ${JSON.stringify(other)}`)
      }
      const nothing = plugin.traces({}, options)
      return [
        // a record that gives no trace may be one that it does not know
        ...(traces.every(isRefusal) ? [] : [holds("recognises its example", `${index + 1}`, "above 0, at most 1", score, score > 0)]),
        same("traces and refusals", `${index + 1}`, traces.length, found.length),
        ...traces.flatMap((expected, n) => {
          const answer = found[n] as Readonly<Record<string, unknown>> | undefined
          return Object.entries(expected).map(([key, value]) => same(`${key} of ${n + 1}`, `${index + 1}`, value, answer?.[key]))
        }),
        holds("fields", `${index + 1}`, "of their types", faults[0] ?? "of their types", faults.length === 0),
        same("same twice", `${index + 1}`, JSON.stringify(found), JSON.stringify(plugin.traces(record, options))),
        holds("other records", `${index + 1}`, "read, or refused by name", bad[0] ?? "read, or refused by name", bad.length === 0),
        holds("a record without fields", `${index + 1}`, "refused", nothing.every(isRefusal) ? "refused" : "read", nothing.length > 0 && nothing.every(isRefusal)),
        holds("score of a record without fields", `${index + 1}`, "0", recognises([{}]), recognises([{}]) === 0),
        holds("score of no records", `${index + 1}`, "0", recognises([]), recognises([]) === 0)
      ]
    }))
  return [hasExamples(plugin.examples), ...examples]
}
