/**
 * Checks a benchmark: its examples under each scoring rule, and items with ids of their own whose gold equals itself. Of one
 * that reads records the items are those of its examples, so that it needs none of its data.
 */
import type { BenchmarkItem, BenchmarkPlugin } from "../define.ts"
import { type CheckContext, hasExamples, withOptionsLater } from "./CheckContext.ts"
import { type CheckRow, holds, same } from "./CheckRow.ts"

const rules = ["strict", "lenient", "first"] as const
const count = 50

type Equal = (gold: string, predicted: string) => Promise<boolean>
type Rows = Promise<ReadonlyArray<CheckRow>>

const readings = async (context: CheckContext<BenchmarkPlugin>, equal: Equal): Rows => {
  const { plugin } = context.loaded
  const rows: Array<CheckRow> = []
  for (const [index, example] of plugin.examples.entries()) {
    rows.push(...await withOptionsLater(context, plugin, example.options, `${index + 1}`, (options) => Promise.all(rules.map(async (rule) => {
      const predicted = plugin[rule](example.output, options, example.gold)
      return same(rule, `${index + 1} gold ${example.gold}`, example[rule], predicted !== null && await equal(example.gold, predicted))
    }))))
  }
  return rows
}

const equalsItself = async (items: ReadonlyArray<BenchmarkItem>, example: string, equal: Equal): Promise<CheckRow> => {
  for (const { gold } of items) {
    if (!await equal(gold, gold)) return holds("gold equals itself", example, "always", gold, false)
  }
  return holds("gold equals itself", example, "always", "always", true)
}

const take = (plugin: BenchmarkPlugin, options: unknown): ReadonlyArray<BenchmarkItem> => {
  const items: Array<BenchmarkItem> = []
  for (const item of plugin.items!({ count, seed: 0 }, options)) {
    items.push(item)
    if (items.length > count) break
  }
  return items
}

const sameTwice = (what: string, example: string, one: unknown, other: unknown): CheckRow => {
  const isSame = JSON.stringify(one) === JSON.stringify(other)
  return holds(`same ${what} twice`, example, "the same", isSame ? "the same" : "another", isSame)
}

const madeItems = (context: CheckContext<BenchmarkPlugin>, equal: Equal): Rows => {
  const { plugin } = context.loaded
  const name = `${count} items`
  return withOptionsLater(context, plugin, undefined, name, async (options) => {
    const all = take(plugin, options)
    return [
      same("items", name, count, all.length),
      same("ids, all different", name, all.length, new Set(all.map(({ id }) => id)).size),
      await equalsItself(all, name, equal),
      sameTwice("items", name, take(plugin, options), all)
    ]
  })
}

const readItems = async (context: CheckContext<BenchmarkPlugin>, equal: Equal): Rows => {
  const { plugin } = context.loaded
  const { examples, from, item: itemOf } = plugin.records!
  const rows = [hasExamples(examples)]
  for (const [index, { item: expected, options: written, position = { index: 0, of: 1 }, record }] of examples.entries()) {
    const name = `record ${index + 1}`
    rows.push(...await withOptionsLater(context, plugin, written, name, async (options) => {
      const place = from(options)
      const found = itemOf(record, position, options)
      const fields = found as unknown as Readonly<Record<string, unknown>>
      return [
        holds("place", name, "a file, or a data set of the hub", JSON.stringify(place), "file" in place || "hub" in place),
        ...Object.entries(expected).map(([key, value]) => same(`${"reason" in expected ? "refusal" : "item"}'s ${key}`, name, value, fields[key])),
        ..."reason" in found ? [] : [await equalsItself([found], name, equal)],
        sameTwice("item", name, itemOf(record, position, options), found)
      ]
    }))
  }
  return rows
}

export const checkBenchmark = (context: CheckContext<BenchmarkPlugin>): Rows => {
  const { plugin } = context.loaded
  return comparing(plugin, async (equal) => [
    hasExamples(plugin.examples), ...await readings(context, equal), ...await (plugin.records === undefined ? madeItems : readItems)(context, equal)
  ])
}

/** What compares as mathematics is loaded where it is needed. */
const comparing = async <A>({ equal }: BenchmarkPlugin, use: (equal: Equal) => Promise<A>): Promise<A> => {
  if (equal !== "mathematics") return use(async (gold, predicted) => equal(gold, predicted))
  const { makeEquivalence } = await import("../../equivalence/equivalence.ts")
  const pool = makeEquivalence()
  try {
    return await use(async (gold, predicted) => (await pool.equal(gold, predicted, { extraction: ["boxed", "bare", "whole"] })).equal)
  } finally {
    await pool.close()
  }
}
