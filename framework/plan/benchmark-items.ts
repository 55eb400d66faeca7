/** Items of an evaluation: what its benchmark makes, or the records of a file or of the hub that it reads. */
import { Effect } from "effect"
import { benchmarkItems, type ItemsRequest, itemsOfRecords } from "../evaluation/items.ts"
import type { BenchmarkPlugin } from "../plugin/define.ts"
import { readRecords, type RecordsContext } from "../sources/read-records.ts"

export const drawItems = (plugin: BenchmarkPlugin, request: ItemsRequest, options: unknown, context: RecordsContext) => {
  const { records } = plugin
  if (records === undefined) return benchmarkItems(plugin, request, options)
  return readRecords(records.from(options), context).pipe(Effect.flatMap((read) => itemsOfRecords(plugin, read, request, options)))
}
