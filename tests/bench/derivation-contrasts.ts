/**
 * Does the early derivation cause that a prefix is enough? Scores of the arms of experiments/derivation*.yaml, their paired
 * differences by style, and early less late (the interaction), from the published items.
 *
 *     npx esbuild tests/bench/derivation-contrasts.ts --bundle --platform=node --format=esm \
 *       | node --input-type=module - results/derivation results/derivation-late results/derivation-free [rule]
 *
 * Items and seeds are paired within a style, and across styles too: both ask the same problems. Percentage points, 95 %,
 * crossed over items and training seeds, ends cut to what a difference of scores can be. Where no item and no seed differ there is no spread to go by: the ends are then
 * what seeing no difference in n items allows (Wilson's for 0 of n), marked by ~.
 */
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { tQuantile } from "../../framework/statistics/distributions.ts"
import { combine, type ItemBySeed, numberClusters } from "../../framework/statistics/ItemBySeed.ts"
import { meanEstimate } from "../../framework/statistics/mean-estimate.ts"
import { scoreInterval } from "../../framework/statistics/score-interval.ts"
import { wilson } from "../../framework/statistics/wilson.ts"

const folders = process.argv.slice(2).filter((argument) => argument.includes("/"))
const rule = process.argv.slice(2).find((argument) => !argument.includes("/")) ?? "first"

const fields = (line: string) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field]) => field!.replace(/^"|"$/g, "").replaceAll("\"\"", "\""))
const readCsv = (file: string) => {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n")
  const names = fields(head!)
  return lines.map((line) => {
    const values = fields(line)
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
  })
}

/** Problems by their number, whatever the style. */
const problemOf = (item: string) => item.replace(/-(early|late|free)-/, "-")

const armOf = (row: Record<string, string>): string =>
  row["sequence.truncate.keep"] === "first"
    ? row["sequence.truncate.ratio"] === "1" ? "full" : "half"
    : [row["sequence.truncate.options.at"], row["sequence.truncate.options.margin"]].join(" ").replace("random 0", "random")

interface Style {
  readonly name: string
  readonly arms: ReadonlyMap<string, ItemBySeed>
  readonly cells: ReadonlyMap<string, Record<string, string>>
}

const openStyle = (folder: string): Style => {
  const items = readCsv(join(folder, "items.csv"))
  const cells = readCsv(join(folder, "cells.csv"))
  const scores = new Map<string, Map<string, Map<string, number>>>()
  for (const { cell, item, seed, [rule]: value } of items) {
    if (cell === "") continue
    const seeds = scores.get(cell!) ?? scores.set(cell!, new Map()).get(cell!)!
    const column = seeds.get(seed!) ?? seeds.set(seed!, new Map()).get(seed!)!
    column.set(problemOf(item!), Number(value))
  }
  const tableOf = (cell: string): ItemBySeed => {
    const columns = [...scores.get(cell)!].sort(([a], [b]) => Number(a) - Number(b)).map(([, column]) => column)
    const problems = [...columns[0]!.keys()].sort()
    return {
      numItems: problems.length, numSeeds: columns.length, ...numberClusters(problems),
      values_nS: Float64Array.from(problems.flatMap((problem) => columns.map((column) => column.get(problem)!)))
    }
  }
  const numberOf = new Map(cells.map((row) => [row["name"], row["cell"]!]))
  return {
    name: basename(folder).replace(/^derivation-?/, "") || "early",
    arms: new Map(cells.map((row) => [armOf(row), tableOf(row["alias_of"] === "" ? row["cell"]! : numberOf.get(row["alias_of"]) ?? row["alias_of"]!)])),
    cells: new Map(cells.map((row) => [armOf(row), row]))
  }
}

type Sum = ReadonlyArray<readonly [factor: number, arm: string]>
const contrasts: ReadonlyArray<readonly [name: string, sum: Sum]> = [
  ["after 0 - before 1", [[1, "after 0"], [-1, "before 1"]]],
  ["after 0 - before 3", [[1, "after 0"], [-1, "before 3"]]],
  ["after 0 - before 5", [[1, "after 0"], [-1, "before 5"]]],
  ["after 0 - before 12", [[1, "after 0"], [-1, "before 12"]]],
  ["after 12 - after 0", [[1, "after 12"], [-1, "after 0"]]],
  ["first step less second", [[2, "after 0"], [-1, "before 12"], [-1, "after 12"]]],
  ["after 0 - random", [[1, "after 0"], [-1, "random"]]],
  ["random - before 12", [[1, "random"], [-1, "before 12"]]],
  ["half - before 12", [[1, "half"], [-1, "before 12"]]],
  ["full - after 0", [[1, "full"], [-1, "after 0"]]],
  ["full - half", [[1, "full"], [-1, "half"]]]
]

const sumOf = (style: Style, sum: Sum): ItemBySeed => {
  const zero = combine(0, style.arms.get("full")!, 0, style.arms.get("full")!)
  return sum.reduce((total, [factor, arm]) => combine(1, total, factor, style.arms.get(arm)!), zero)
}

/** The least and greatest value that a sum of scores can take. */
const reachOf = (sum: Sum) => {
  const part = (sign: 1 | -1) => sum.reduce((total, [factor]) => total + Math.max(0, sign * factor), 0)
  return { least: -part(-1), greatest: part(1) }
}

const points = (value: number) => (100 * value).toFixed(1)
const shown = (table: ItemBySeed, { greatest, least }: ReturnType<typeof reachOf>): string => {
  const { df, mean, standardError } = meanEstimate(table)
  const none = standardError < 1e-12
  const half = none ? wilson(0, table.numClusters).high : tQuantile(0.975, df) * standardError
  return `${points(mean)} (${points(Math.max(least, mean - half))} to ${points(Math.min(greatest, mean + half))})${none ? "~" : ""}`
}
const row = (cells: ReadonlyArray<string>) => console.log(`| ${cells.join(" | ")} |`)

const styles = folders.map(openStyle)
console.log(`rule ${rule}\n`)
row(["arm", ...styles.map(({ name }) => name)])
row(["---", ...styles.map(() => "---")])
for (const arm of styles[0]!.arms.keys()) {
  row([arm, ...styles.map(({ arms }) => {
    const { estimate, high, low } = scoreInterval(arms.get(arm)!)
    const table = arms.get(arm)!
    const bySeed = Array.from({ length: table.numSeeds }, (_, seed) => {
      let sum = 0
      for (let item = 0; item < table.numItems; item++) sum += table.values_nS[item * table.numSeeds + seed]!
      return points(sum / table.numItems)
    })
    return `${points(estimate)} (${points(low)} to ${points(high)}) [${bySeed.join(", ")}]`
  })])
}
console.log("")
const [early, late] = ["early", "late"].map((name) => styles.find((style) => style.name === name))
const paired = early !== undefined && late !== undefined
row(["difference", ...styles.map(({ name }) => name), ...(paired ? ["early less late"] : [])])
row(["---", ...styles.map(() => "---"), ...(paired ? ["---"] : [])])
for (const [name, sum] of contrasts) {
  if (styles.some(({ arms }) => sum.some(([, arm]) => !arms.has(arm)))) continue
  const reach = reachOf(sum)
  const span = reach.greatest - reach.least
  row([name, ...styles.map((style) => shown(sumOf(style, sum), reach)),
    ...(paired ? [shown(combine(1, sumOf(early, sum), -1, sumOf(late, sum)), { least: -span, greatest: span })] : [])])
}
console.log("")
row(["held-out cross-entropy of the thought", ...styles.map(({ name }) => name)])
row(["---", ...styles.map(() => "---")])
for (const arm of styles[0]!.arms.keys()) row([arm, ...styles.map(({ cells }) => Number(cells.get(arm)!["heldout_cot"]).toFixed(3))])
