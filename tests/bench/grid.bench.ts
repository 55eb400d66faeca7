/**
 * How long does a spec take to load and its grid to expand, and does the cost grow in line with the cells?
 * Sizes are interleaved and repeated; the median is printed, with its ratio to a cell of the smallest grid.
 * Traps: the first expansion pays for compiling code (one warm-up, printed apart); memory is what a collection leaves,
 * where Node runs with --expose-gc.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { Effect } from "effect"
import { resolveGrid } from "../../framework/plan/grid/expand-grid.ts"
import { load } from "../../framework/spec/load.ts"

const repetitions = 5
const sizes = [1_000, 10_000, 100_000] as const

/** ratio x segments x learning rate x seed of the data, the last making up the size; `narrow` puts all axes in `train`. */
const specOf = (numCells: number, shape: "wide" | "narrow"): string => {
  const list = (length: number, value: (i: number) => string | number): string =>
    `[${Array.from({ length }, (_, i) => value(i)).join(", ")}]`
  const axes =
    shape === "wide"
      ? [
          `sequence.truncate.ratio: ${list(10, (i) => (i + 1) / 10)}`,
          "sequence.supervise: [[cot], [prompt, cot], [prompt, cot, answer], [cot, answer], [answer]]",
          `train.learningRate: ${list(5, (i) => (i + 1) / 1000)}`,
          `data.seed: ${list(numCells / 250, (i) => i)}`
        ]
      : [
          `train.learningRate: ${list(10, (i) => (i + 1) / 1000)}`,
          `train.batch.sequences: ${list(10, (i) => i + 1)}`,
          `train.steps: ${list(numCells / 100, (i) => i + 1)}`
        ]
  return `
experiment: bench
student: { model: tiny/base }
data: { source: chain-arithmetic, train: 6000, validation: 300 }
train: { steps: 100, learningRate: 1e-3, batch: { sequences: 32 } }
baseline: { matched: ${shape === "wide" ? "{ sequence.truncate.ratio: 1.0 }" : "{ train.learningRate: 0.01 }"} }
grid:
  - product:
${axes.map((axis) => `      ${axis}`).join("\n")}
`
}

const median = (values: ReadonlyArray<number>): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const collect = (globalThis as { readonly gc?: () => void }).gc

const folder = mkdtempSync(path.join(os.tmpdir(), "leadspan-grid-bench-"))
try {
  console.log(
    `node ${process.version}, ${os.cpus()[0]?.model ?? "unknown CPU"}, load ${os
      .loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`
  )
  for (const shape of ["wide", "narrow"] as const) {
    const files = sizes.map((size) => {
      const file = path.join(folder, `${shape}-${size}.yaml`)
      writeFileSync(file, specOf(size, shape))
      return file
    })
    const times = sizes.map(() => ({ load: [] as Array<number>, expand: [] as Array<number>, megabytes: 0, cells: 0 }))
    for (let repetition = -1; repetition < repetitions; repetition++) {
      for (const [i, file] of files.entries()) {
        collect?.()
        const memoryBefore = process.memoryUsage().heapUsed
        const start = performance.now()
        const loaded = await Effect.runPromise(load(file))
        const middle = performance.now()
        const grid = await Effect.runPromise(resolveGrid(loaded))
        const end = performance.now()
        collect?.()
        const time = times[i]!
        time.cells = grid.cells.length
        time.megabytes = (process.memoryUsage().heapUsed - memoryBefore) / 2 ** 20
        if (repetition >= 0) {
          time.load.push(middle - start)
          time.expand.push(end - middle)
        } else if (i === 0)
          console.log(
            `${shape}: first of all, ${grid.cells.length} cells: load ${(middle - start).toFixed(1)} ms, expand ${(end - middle).toFixed(1)} ms`
          )
      }
    }
    const perCell = median(times[0]!.expand) / times[0]!.cells
    for (const time of times) {
      const expand = median(time.expand)
      console.log(
        `${shape}: ${String(time.cells).padStart(6)} cells: load ${median(time.load).toFixed(1)} ms, expand ${expand.toFixed(1)} ms, ` +
          `${((expand / time.cells) * 1000).toFixed(1)} us a cell (${(expand / time.cells / perCell).toFixed(2)} of the smallest)` +
          (collect === undefined ? "" : `, ${time.megabytes.toFixed(1)} MiB kept`)
      )
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
