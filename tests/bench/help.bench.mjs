/**
 * How long does `leadspan --help` take, and a command that does something small, against bare Node?
 *   npm run build && node tests/bench/help.bench.mjs [REPETITIONS]
 * Runs are interleaved; medians and the ratio to bare Node of the same round are printed.
 */
import { spawnSync } from "node:child_process"
import { cpus, loadavg } from "node:os"
import { join } from "node:path"

const repetitions = Number(process.argv[2] ?? "15")
const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..")
const program = join(root, "dist/leadspan.js")
const cases = {
  "node -e 0": ["-e", "0"],
  "leadspan --help": [program, "--help"],
  "leadspan run --help": [program, "run", "--help"],
  "leadspan --version": [program, "--version"],
  "leadspan check": [program, "check", join(root, "experiments/quickstart.yaml")]
}
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]))
for (let round = 0; round < repetitions; round++) {
  for (const [name, args] of Object.entries(cases)) {
    const started = process.hrtime.bigint()
    spawnSync(process.execPath, args, { stdio: "ignore", cwd: root })
    times[name].push(Number(process.hrtime.bigint() - started) / 1e6)
  }
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
const bare = times["node -e 0"]
console.log(`node ${process.version}, ${cpus()[0]?.model}, load ${loadavg().map((one) => one.toFixed(1)).join(" ")}, ${repetitions} rounds`)
for (const [name, values] of Object.entries(times)) {
  console.log(`${name.padEnd(22)} ${median(values).toFixed(0).padStart(5)} ms, ${median(values.map((value, round) => value / bare[round])).toFixed(2)} x bare Node`)
}
