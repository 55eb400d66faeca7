/** A benchmark's items, made or read off records, checked, and as an engine gets them. */
import { createHash } from "node:crypto"
import { Effect } from "effect"
import type { GenerateItem } from "../engines/Task.ts"
import type { BenchmarkItem, BenchmarkPlugin, RawRecord } from "../plugin/define.ts"
import { EvaluationError } from "./EvaluationError.ts"

export interface ItemsRequest {
  readonly count: number
  readonly seed: number
}

const malformed = (benchmark: BenchmarkPlugin, expected: string, found: string, advice = "Ask for fewer items, or mend the benchmark.") =>
  new EvaluationError({ code: "items-malformed", where: `benchmark ${benchmark.name}`, expected, found, advice })

const failed = (benchmark: BenchmarkPlugin, count: number) => (thrown: unknown) => new EvaluationError({
  code: "benchmark-failed", where: `benchmark ${benchmark.name}`, expected: `${count} items`,
  found: thrown instanceof Error ? thrown.message : String(thrown), advice: "Check the benchmark's options."
})

/** As many as asked for, each id once. */
const checked = (benchmark: BenchmarkPlugin, items: ReadonlyArray<BenchmarkItem>, { count }: ItemsRequest): Effect.Effect<ReadonlyArray<BenchmarkItem>, EvaluationError> => {
  if (items.length < count) return Effect.fail(malformed(benchmark, `${count} items`, `${items.length}`))
  const seen = new Set<string>()
  const twice = items.find(({ id }) => seen.size === seen.add(id).size)
  return twice === undefined ? Effect.succeed(items) : Effect.fail(malformed(benchmark, "ids that are used once", `${twice.id} again`))
}

/** Takes `count` items from a benchmark that makes them: as many as asked for, each id once. */
export const benchmarkItems = (benchmark: BenchmarkPlugin, request: ItemsRequest, options: unknown): Effect.Effect<ReadonlyArray<BenchmarkItem>, EvaluationError> =>
  Effect.try({
    try: () => {
      const items: Array<BenchmarkItem> = []
      for (const item of benchmark.items!(request, options)) {
        items.push(item)
        if (items.length === request.count) break
      }
      return items
    },
    catch: failed(benchmark, request.count)
  }).pipe(Effect.flatMap((items) => checked(benchmark, items, request)))

/** Refusals that are told. */
const mostTold = 3

/** Of other seeds than 0 an order of their own; asking for more keeps the first ones. */
const drawn = (items: ReadonlyArray<BenchmarkItem>, { count, seed }: ItemsRequest): ReadonlyArray<BenchmarkItem> => {
  if (seed === 0) return items.slice(0, count)
  const keyOf = ({ id }: BenchmarkItem): string => createHash("sha256").update(JSON.stringify([seed, id])).digest("hex")
  return items.map((item) => [keyOf(item), item] as const).sort(([a], [b]) => a < b ? -1 : 1).slice(0, count).map(([, item]) => item)
}

/**
 * Takes `count` items from a benchmark's records: with seed 0 the first ones, else others drawn by the seed. Every record must be an item.
 */
export const itemsOfRecords = (
  benchmark: BenchmarkPlugin, records: ReadonlyArray<{ readonly place: string; readonly record: RawRecord }>, request: ItemsRequest, options: unknown
): Effect.Effect<ReadonlyArray<BenchmarkItem>, EvaluationError> =>
  Effect.try({
    try: () => records.map(({ place, record }, index) => ({ place, item: benchmark.records!.item(record, { index, of: records.length }, options) })),
    catch: failed(benchmark, request.count)
  }).pipe(Effect.flatMap((made) => {
    const refused = made.flatMap(({ item, place }) => "reason" in item ? [`${place}: ${item.reason}${item.detail === undefined ? "" : ` (${item.detail})`}`] : [])
    if (refused.length > 0) {
      const more = refused.length > mostTold ? ` and ${refused.length - mostTold} more` : ""
      return Effect.fail(malformed(benchmark, "records that are items", `${refused.slice(0, mostTold).join("; ")}${more}`, "Mend them, or name the fields by the benchmark's options."))
    }
    const items = made.map(({ item }) => item as BenchmarkItem)
    return Effect.flatMap(checked(benchmark, items, request), (all) => Effect.succeed(drawn(all, request)))
  }))

/** Accuracy of always giving the most frequent gold answer. */
export const majorityShare = (items: ReadonlyArray<BenchmarkItem>): number => {
  const counts = new Map<string, number>()
  for (const { gold } of items) counts.set(gold, (counts.get(gold) ?? 0) + 1)
  return items.length === 0 ? 0 : Math.max(...counts.values()) / items.length
}

/**
 * What a generate step reads, one JSON line an item.
 * @param promptIds token ids of a prompt in its chat template, up to the point where the model goes on
 */
export const generateItems = (
  items: ReadonlyArray<BenchmarkItem>, promptIds: (prompt: string, where: string) => Int32Array
): ReadonlyArray<GenerateItem> => items.map(({ id, prompt }) => ({ item: id, ids: Array.from(promptIds(prompt, `item ${id}`)) }))
