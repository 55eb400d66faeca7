/** Checks a data set: its examples, and what every data set owes: ids and problems of its own, splits that share no problem. */
import type { DatasetPlugin, DatasetRequest, TraceRecord } from "../define.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"

const splits = ["train", "validation", "test"] as const
const count = 50

const take = (plugin: DatasetPlugin, request: DatasetRequest, options: unknown): ReadonlyArray<TraceRecord> => {
  const records: Array<TraceRecord> = []
  for (const record of plugin.records(request, options)) {
    records.push(record)
    if (records.length > request.count) break
  }
  return records
}

const faultOf = (record: TraceRecord): string | null => {
  for (const key of ["id", "problem", "prompt", "cot", "answer", "tier"] as const) {
    if (typeof record[key] !== "string" || (record[key] === "" && key !== "cot")) {
      return `record ${record.id}: ${key} is ${JSON.stringify(record[key])}, expected a text`
    }
  }
  const { cot, derivedAt } = record
  return derivedAt === null || (Number.isInteger(derivedAt) && derivedAt > 0 && derivedAt <= cot.length) ? null
    : `record ${record.id}: derivedAt is ${String(derivedAt)}, expected null or 1 to ${cot.length}`
}

export const checkDataset = (context: CheckContext<DatasetPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.length === 0 ? [{ options: {}, first: {} }] : plugin.examples
  return [hasExamples(plugin.examples), ...examples.flatMap(({ first, options: written }, index) => {
    const name = `${index + 1} ${JSON.stringify(written)}`
    return withOptions(context, plugin, written, name, (options) => {
      const bySplit = splits.map((split) => take(plugin, { split, count, seed: 0 }, options))
      const all = bySplit.flat()
      const [record] = bySplit[0]!
      const ids = bySplit.map((records) => new Set(records.map(({ id }) => id)).size)
      const problems = new Map<string, string>()
      const shared = bySplit.flatMap((records, s) => records.filter(({ problem }) => {
        const known = problems.get(problem)
        problems.set(problem, splits[s]!)
        return known !== undefined && known !== splits[s]
      }))
      const again = JSON.stringify(take(plugin, { split: "train", count, seed: 0 }, options)) === JSON.stringify(bySplit[0])
      const fault = all.map(faultOf).find((found) => found !== null)
      const wanted = "texts, derivedAt inside cot"
      return [
        ...Object.entries(first).map(([key, expected]) => same(`first record's ${key}`, name, expected, record?.[key as keyof TraceRecord])),
        same("records of each split", name, splits.map(() => count), bySplit.map((records) => records.length)),
        same("ids of each split, all different", name, bySplit.map((records) => records.length), ids),
        holds("fields", name, wanted, fault ?? wanted, fault === undefined),
        holds("splits share no problem", name, "none shared", shared[0]?.problem ?? "none shared", shared.length === 0),
        holds("same records twice", name, "the same", again ? "the same" : "others", again)
      ]
    })
  })]
}
