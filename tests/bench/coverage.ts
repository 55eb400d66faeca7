/**
 * How often does the 95 % interval of retention hold the truth? A table over items n, score p, seeds and seed SD.
 *
 *     npx esbuild tests/bench/coverage.ts --bundle --platform=node --format=esm | node --input-type=module - [draws] [n] [seeds]
 *
 * From 3 seeds the truth is the population's retention; below, that of the very students drawn ("for these trained
 * students"). Items differ by 1.5 logits; the cell's true retention is 0.9. Widths are means of high - low.
 */
import { crossedBootstrap } from "../../framework/statistics/crossed-bootstrap.ts"
import { logRetention } from "../../framework/statistics/log-retention.ts"
import { randomStream } from "../../framework/statistics/random-stream.ts"
import { meanScore, simulator } from "../unit/statistics/simulate.ts"

const numbers = (text: string | undefined, otherwise: ReadonlyArray<number>) => text?.split(",").map(Number) ?? otherwise
const draws = Number(process.argv[2] ?? 2000)
const ns = numbers(process.argv[3], [500])
const seedCounts = numbers(process.argv[4], [2, 3, 5])
const withBootstrap = process.argv[5] === "bootstrap"
const mean = (values: ReadonlyArray<number>) => values.reduce((a, b) => a + b, 0) / values.length

console.log(`draws ${draws}, true retention 0.9, item SD 1.5 logits; standard error of a coverage of 95 %: ${(100 * Math.sqrt((0.95 * 0.05) / draws)).toFixed(1)}`)
console.log("    n  seeds  seed SD     p   coverage %   mean width   truth" + (withBootstrap ? "   bootstrap %" : ""))
for (const items of ns) {
  for (const seeds of seedCounts) {
    for (const seedSd of [0, 0.1, 0.3]) {
      for (const p of numbers(process.argv[6], [0.2, 0.5, 0.85])) {
        const world = { items, seeds, seedSd, itemSd: 1.5, baseline: p, cell: 0.9 * p }
        const random = randomStream(items * 1000 + seeds * 100 + Math.round(seedSd * 10) + Math.round(p * 1e6))
        const simulation = simulator(world, random)
        let held = 0
        let bootstrapHeld = 0
        let width = 0
        for (let draw = 0; draw < draws; draw++) {
          const { baseline, cell, luck } = simulation.draw()
          const truth =
            seeds >= 3
              ? world.cell / world.baseline
              : mean(luck.cell.map((l) => meanScore(simulation.levels.cell + l, 1.5))) /
                mean(luck.baseline.map((l) => meanScore(simulation.levels.baseline + l, 1.5)))
          const interval = logRetention(cell, baseline)!
          if (interval.low <= truth && truth <= interval.high) held += 1
          width += interval.high - interval.low
          if (withBootstrap) {
            const boot = crossedBootstrap(cell, baseline, { seed: draw, replicates: 400 })!
            if (boot.low <= truth && truth <= boot.high) bootstrapHeld += 1
          }
        }
        console.log(
          [
            String(items).padStart(5),
            String(seeds).padStart(6),
            seedSd.toFixed(1).padStart(8),
            p.toFixed(2).padStart(6),
            ((100 * held) / draws).toFixed(1).padStart(11),
            (width / draws).toFixed(3).padStart(12),
            (seeds >= 3 ? "population" : "students").padStart(12),
            withBootstrap ? ((100 * bootstrapHeld) / draws).toFixed(1).padStart(10) : ""
          ].join(" ")
        )
      }
    }
  }
}
