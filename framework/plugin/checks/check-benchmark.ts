/** Checks a benchmark: its examples under each scoring rule, and items with ids of their own whose gold equals itself. */
import type { BenchmarkItem, BenchmarkPlugin } from "../define.ts"
import { type CheckContext, hasExamples, withOptions } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"

const rules = ["strict", "lenient", "first"] as const
const count = 50

const take = (plugin: BenchmarkPlugin, options: unknown): ReadonlyArray<BenchmarkItem> => {
  const items: Array<BenchmarkItem> = []
  for (const item of plugin.items({ count, seed: 0 }, options)) {
    items.push(item)
    if (items.length > count) break
  }
  return items
}

export const checkBenchmark = (context: CheckContext<BenchmarkPlugin>): ReadonlyArray<CheckRow> => {
  const { plugin } = context.loaded
  const examples = plugin.examples.flatMap((example, index) =>
    withOptions(context, plugin, undefined, `${index + 1}`, () => rules.map((rule) => {
      const predicted = plugin[rule](example.output)
      return same(rule, `${index + 1} gold ${example.gold}`, example[rule], predicted !== null && plugin.equal(example.gold, predicted))
    })))
  const items = withOptions(context, plugin, undefined, `${count} items`, (options) => {
    const all = take(plugin, options)
    const unequal = all.find(({ gold }) => !plugin.equal(gold, gold))
    return [
      same("items", `${count} items`, count, all.length),
      same("ids, all different", `${count} items`, all.length, new Set(all.map(({ id }) => id)).size),
      holds("gold equals itself", `${count} items`, "always", unequal?.gold ?? "always", unequal === undefined),
      holds("same items twice", `${count} items`, "the same", JSON.stringify(take(plugin, options)) === JSON.stringify(all) ? "the same" : "others",
        JSON.stringify(take(plugin, options)) === JSON.stringify(all))
    ]
  })
  return [hasExamples(plugin.examples), ...examples, ...items]
}
