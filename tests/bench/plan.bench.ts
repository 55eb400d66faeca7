/**
 * How long does it take to plan a grid, and does time and memory grow in line with the cells?
 *   npx esbuild tests/bench/plan.bench.ts --bundle --platform=node --format=esm --packages=external --outfile=node_modules/.cache/plan.bench.mjs
 *   node --expose-gc node_modules/.cache/plan.bench.mjs [REPETITIONS]
 * Start-up is left out: modules are loaded, plugins bundled and the data prepared (a plan of one cell comes first). Sizes are
 * interleaved; medians are printed. At most 100 distinct data views: ratios x segment sets.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { cpus, loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { openStore } from "../../framework/journal/store.ts"
import { makePlan, type PlanContext } from "../../framework/plan/make-plan.ts"
import { makePluginRegistry } from "../../framework/plugin/registry.ts"
import { load } from "../../framework/spec/load.ts"

const repetitions = Number(process.argv[2] ?? "3")
const list = (count: number, value: (i: number) => string | number): string => Array.from({ length: count }, (_, i) => value(i)).join(", ")

/** ratio x segments x learning rate x weight x steps; the last makes up the size. */
const specOf = (cells: number): string => {
  const [ratios, segments, rates, weights] = cells === 1 ? [1, 1, 1, 1] : [10, 5, 10, 2]
  const sets = ["[cot]", "[prompt, cot]", "[prompt, cot, answer]", "[cot, answer]", "[prompt, answer]"]
  return `
experiment: bench
teacher: { model: tiny/teacher }
student: { model: tiny/base }
data: { source: chain-arithmetic, train: 600, validation: 50 }
loss: { distil: forward-kl, weight: 0.5 }
train: { steps: 100, learningRate: 1e-3, batch: { sequences: 16 }, allowSparse: true }
evaluate: [{ benchmark: chain-arithmetic, items: 300, thoughtTokens: [92, 46] }]
grid:
  - product:
      sequence.truncate.ratio: [${list(ratios, (i) => (10 - i) / 10)}]
      sequence.supervise: [${list(segments, (i) => sets[i] as string)}]
      train.learningRate: [${list(rates, (i) => `${i + 1}e-4`)}]
      loss.weight: [${list(weights, (i) => (i + 1) / 4)}]
      train.optimiser.weightDecay: [${list(cells / (ratios * segments * rates * weights), (i) => (i + 1) / 1e4)}]
baseline: { matched: { sequence.truncate.ratio: 1.0 } }
`
}

const median = (values: ReadonlyArray<number>): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number
const collect = (globalThis as { readonly gc?: () => void }).gc ?? (() => {})

const folder = mkdtempSync(join(tmpdir(), "leadspan-plan-bench-"))
try {
  cpSync("plugins", join(folder, "plugins"), { recursive: true })
  const registry = makePluginRegistry({ folders: [join(folder, "plugins")], cacheFolder: join(folder, "cache") })
  const context: PlanContext = {
    registry, store: openStore(join(folder, "store")), load: (file) => load(file), shownFile: (file) => file,
    speedOf: () => ({ flopsPerSecond: 1e10, isMeasured: false })
  }
  const plan = async (cells: number) => {
    const file = join(folder, `${cells}.yaml`)
    writeFileSync(file, specOf(cells))
    const started = performance.now()
    const made = await Effect.runPromise(Effect.scoped(Effect.flatMap(load(file), (loaded) => makePlan(loaded, context))))
    return { seconds: (performance.now() - started) / 1000, made }
  }
  console.log(`node ${process.version}, ${cpus()[0]?.model ?? "unknown CPU"}, load ${loadavg().map((one) => one.toFixed(1)).join(" ")}`)
  const first = await plan(1)
  console.log(`first of all, 1 cell, with preparing: ${first.seconds.toFixed(2)} s`)
  const sizes = [1, 1_000, 10_000, 100_000]
  const times = new Map(sizes.map((size) => [size, { seconds: [] as Array<number>, bytes: 0, steps: 0, cells: 0 }]))
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [size, time] of times) {
      collect()
      const before = process.memoryUsage().heapUsed
      const { made, seconds } = await plan(size)
      collect()
      time.bytes = process.memoryUsage().heapUsed - before
      time.steps = made.steps.length
      time.cells = made.recorded.cells.length
      time.seconds.push(seconds)
    }
  }
  const base = median(times.get(1)!.seconds)
  for (const { bytes, cells, seconds, steps } of times.values()) {
    const time = median(seconds)
    console.log(`${String(cells).padStart(6)} cells, ${steps} steps: ${time.toFixed(3)} s (${(time - base).toFixed(3)} s more than one cell, ` +
      `${(1e6 * (time - base) / cells).toFixed(0)} us a cell), ${(bytes / 2 ** 20).toFixed(0)} MiB, ${(bytes / cells / 1024).toFixed(1)} KiB a cell`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
