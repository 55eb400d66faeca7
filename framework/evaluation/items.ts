/** A benchmark's items, checked, and as an engine gets them. */
import { Effect } from "effect"
import type { GenerateItem } from "../engines/Task.ts"
import type { BenchmarkItem, BenchmarkPlugin } from "../plugin/define.ts"
import { EvaluationError } from "./EvaluationError.ts"

/** Takes `count` items from a benchmark: as many as asked for, each id once. */
export const benchmarkItems = (
  benchmark: BenchmarkPlugin, request: { readonly count: number; readonly seed: number }, options: unknown
): Effect.Effect<ReadonlyArray<BenchmarkItem>, EvaluationError> =>
  Effect.try({
    try: () => {
      const items: Array<BenchmarkItem> = []
      for (const item of benchmark.items(request, options)) {
        items.push(item)
        if (items.length === request.count) break
      }
      return items
    },
    catch: (thrown) => new EvaluationError({
      code: "benchmark-failed", where: `benchmark ${benchmark.name}`, expected: `${request.count} items`,
      found: thrown instanceof Error ? thrown.message : String(thrown), advice: "Check the benchmark's options."
    })
  }).pipe(Effect.flatMap((items) => {
    const fault = (expected: string, found: string) => Effect.fail(new EvaluationError({
      code: "items-malformed", where: `benchmark ${benchmark.name}`, expected, found, advice: "Ask for fewer items, or mend the benchmark."
    }))
    if (items.length < request.count) return fault(`${request.count} items`, `${items.length}`)
    const seen = new Set<string>()
    const twice = items.find(({ id }) => seen.size === seen.add(id).size)
    return twice === undefined ? Effect.succeed(items) : fault("ids that are used once", `${twice.id} again`)
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
