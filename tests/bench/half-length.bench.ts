/**
 * What does a training step cost on half of each sequence, against the whole: time, activation memory, operations?
 *
 *     npx esbuild tests/bench/half-length.bench.ts --bundle --platform=node --format=esm --external:@tensorflow/* \
 *       --outfile=node_modules/.cache/half-length.bench.mjs
 *     node node_modules/.cache/half-length.bench.mjs [tokens] [sequences] [pairs] [steps]
 *
 * 0.8 M parameters. Each run is a process of its own, since a process gives no memory back: its activations are its highest resident
 * memory less that with weights and moments. `counted` is what `cost.ts` counts from the graph, which trials report.
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import { readConfig } from "../../framework/engines/tfjs/config.ts"
import { makeGraphs } from "../../framework/engines/tfjs/graphs.ts"
import { initialiseValues } from "../../framework/engines/tfjs/initialise.ts"
import type { MicroBatchArrays } from "../../framework/engines/tfjs/micro-batch.ts"
import { now, subtract } from "../../framework/engines/tfjs/spent.ts"
import { Trainer } from "../../framework/engines/tfjs/Trainer.ts"

const vocabulary = 64
const warmUp = 2

interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly activationBytes: number
  readonly countedBytes: number
  readonly flops: number
}

const median = (values: ReadonlyArray<number>): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const statusBytes = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024

const child = async (batch: number, length: number, steps: number): Promise<void> => {
  const config = readConfig({
    model_type: "llama", vocab_size: vocabulary, hidden_size: 128, intermediate_size: 344, num_hidden_layers: 4, num_attention_heads: 4,
    max_position_embeddings: 4096, tie_word_embeddings: true
  })
  const positions = batch * length
  const ids = Int32Array.from({ length: positions }, (_, i) => (i * 7919 + (i >> 3)) % vocabulary)
  const arrays: MicroBatchArrays = {
    shape: { batch, length }, ids, labels: ids, coefficients: new Float32Array(positions).fill(1), teacher: null, tokens: positions,
    targets: positions, denominator: positions
  }
  const trainer = new Trainer({
    config, teacher: null, objective: { weight: 0, distil: null, temperature: 1, factor: 1, reduce: "token-mean" },
    optimiser: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 }
  }, makeGraphs(true), initialiseValues(config, 1))
  const held = statusBytes("VmRSS")
  const [wall, cpu]: [Array<number>, Array<number>] = [[], []]
  let [flops, countedBytes] = [0, 0]
  for (let step = 1; step <= warmUp + steps; step++) {
    const start = now()
    const numbers = (await trainer.step([arrays], 1e-3, step, () => Promise.resolve()))!
    const spent = subtract(now(), start)
    ;({ flops, activationBytes: countedBytes } = numbers)
    if (step <= warmUp) continue
    wall.push(spent.wallSeconds)
    cpu.push(spent.cpuSeconds)
  }
  console.log(JSON.stringify({
    wallSeconds: median(wall), cpuSeconds: median(cpu), activationBytes: statusBytes("VmHWM") - held, countedBytes, flops
  } satisfies Run))
}

const drive = (length: number, batch: number, pairs: number, steps: number): void => {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" }
  const run = (tokens: number): Run => JSON.parse(execFileSync(process.execPath, [process.argv[1]!, "child", String(batch), String(tokens), String(steps)],
    { env, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" })) as Run
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${batch} sequences of ${length} and ${length / 2} tokens, ${pairs} pairs of ${steps} steps`)
  const runs = Array.from({ length: pairs }, () => ({ whole: run(length), half: run(length / 2) }))
  const tell = (name: string, of: (run: Run) => number, unit: number) => {
    const ratios = runs.map(({ whole, half }) => of(half) / of(whole)).sort((a, b) => a - b)
    console.log(`${name.padEnd(24)} whole ${(median(runs.map(({ whole }) => of(whole))) / unit).toFixed(1).padStart(8)}  half ${(median(runs.map(({ half }) => of(half))) / unit).toFixed(1).padStart(8)}  ratio ${median(ratios).toFixed(3)} [${ratios[0]!.toFixed(3)}, ${ratios.at(-1)!.toFixed(3)}]`)
  }
  tell("milliseconds", (run) => run.wallSeconds, 1e-3)
  tell("processor milliseconds", (run) => run.cpuSeconds, 1e-3)
  tell("activations, MiB", (run) => run.activationBytes, 2 ** 20)
  tell("activations counted, MiB", (run) => run.countedBytes, 2 ** 20)
  tell("operations, 10^9", (run) => run.flops, 1e9)
}

const numbers = process.argv.slice(2).map(Number)
if (process.argv[2] === "child") await child(numbers[1]!, numbers[2]!, numbers[3]!)
else drive(numbers[0] ?? 512, numbers[1] ?? 8, numbers[2] ?? 5, numbers[3] ?? 6)
