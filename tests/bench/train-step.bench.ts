/**
 * How fast is a recorded training step against eager PyTorch's on the same decoder, one core each?
 *
 *     npx esbuild tests/bench/train-step.bench.ts --bundle --platform=node --format=esm --external:@tensorflow/* \
 *       --outfile=node_modules/.cache/train-step.bench.mjs
 *     LEADSPAN_TORCH_PYTHON=/path/to/python node node_modules/.cache/train-step.bench.mjs [pairs] [steps]
 *
 * 0.8 M parameters (width 128, 4 layers), 32 sequences of 96 tokens, cross-entropy, clipping, AdamW. Pairs are interleaved, A B A B,
 * each run a process of its own; a step's time is the median of its run. The interval of the median ratio is by order statistics.
 * Traps: both are warmed up (first calls choose kernels and PyTorch's first steps allocate); time by the clock suffers from other
 * programs on the machine, so processor time is printed beside it; one thread by environment and by `torch.set_num_threads`.
 */
import { execFileSync } from "node:child_process"
import { cpus, loadavg } from "node:os"
import { readConfig } from "../../framework/engines/tfjs/config.ts"
import { makeGraphs } from "../../framework/engines/tfjs/graphs.ts"
import { initialiseValues } from "../../framework/engines/tfjs/initialise.ts"
import type { MicroBatchArrays } from "../../framework/engines/tfjs/micro-batch.ts"
import { now, subtract } from "../../framework/engines/tfjs/spent.ts"
import { Trainer } from "../../framework/engines/tfjs/Trainer.ts"

const [batch, length, vocabulary] = [32, 96, 64]
const warmUp = 4

interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly loss: number
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const child = async (steps: number, isRecorded: boolean): Promise<void> => {
  const config = readConfig({
    model_type: "llama", vocab_size: vocabulary, hidden_size: 128, intermediate_size: 344, num_hidden_layers: 4, num_attention_heads: 4,
    tie_word_embeddings: true
  })
  const positions = batch * length
  const ids = Int32Array.from({ length: positions }, (_, i) => (i * 7919 + (i >> 3)) % vocabulary)
  const arrays: MicroBatchArrays = {
    shape: { batch, length }, ids, labels: ids.map((_, i) => ids[(i + 1) % positions]!), coefficients: new Float32Array(positions).fill(1),
    teacher: null, tokens: positions, targets: positions, denominator: positions
  }
  const trainer = new Trainer({
    config, teacher: null, objective: { weight: 0, distil: null, temperature: 1, factor: 1, reduce: "token-mean" },
    optimiser: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 }
  }, makeGraphs(isRecorded), initialiseValues(config, 1))
  const [wall, cpu]: [Array<number>, Array<number>] = [[], []]
  let loss = 0
  for (let step = 1; step <= warmUp + steps; step++) {
    const start = now()
    loss = (await trainer.step([arrays], 1e-3, step, () => Promise.resolve()))!.loss
    const spent = subtract(now(), start)
    if (step <= warmUp) continue
    wall.push(spent.wallSeconds)
    cpu.push(spent.cpuSeconds)
  }
  console.log(JSON.stringify({ wallSeconds: median(wall), cpuSeconds: median(cpu), loss } satisfies Run))
}

const environment = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" }

const run = (command: string, args: ReadonlyArray<string>): Run => {
  const output = execFileSync(command, [...args], { env: environment, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" })
  return JSON.parse(output.trim().split("\n").at(-1)!) as Run
}

const drive = (pairs: number, steps: number): void => {
  const python = process.env["LEADSPAN_TORCH_PYTHON"]
  const self = process.argv[1]!
  // beside the source, wherever the bundle stands
  const twin = `${process.cwd()}/tests/bench/train_step_torch.py`
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${pairs} pairs of ${steps} steps`)
  const perSecond = (seconds: number) => Math.round(batch * length / seconds).toLocaleString("en")
  const ratios: { wall: Array<number>; cpu: Array<number> } = { wall: [], cpu: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const ours = run(process.execPath, [self, "child", String(steps), "recorded"])
    const plain = run(process.execPath, [self, "child", String(steps), "plain"])
    const line = `recorded ${perSecond(ours.wallSeconds)} tokens/s (${perSecond(ours.cpuSeconds)} by processor time), op by op ${perSecond(plain.wallSeconds)} (${perSecond(plain.cpuSeconds)})`
    if (python === undefined) {
      console.log(line)
      continue
    }
    const theirs = run(python, [twin, String(steps), String(warmUp)])
    ratios.wall.push(theirs.wallSeconds / ours.wallSeconds)
    ratios.cpu.push(theirs.cpuSeconds / ours.cpuSeconds)
    console.log(`${line}, PyTorch ${perSecond(theirs.wallSeconds)} (${perSecond(theirs.cpuSeconds)})`)
  }
  if (python === undefined) {
    console.log("set LEADSPAN_TORCH_PYTHON to a Python with torch to compare")
    return
  }
  for (const [by, values] of Object.entries(ratios)) {
    const sorted = [...values].sort((a, b) => a - b)
    const coverage = 100 * (1 - 2 ** (1 - sorted.length))
    console.log(`recorded against PyTorch by ${by} time: median ${median(values).toFixed(2)} [${sorted[0]!.toFixed(2)}, ${sorted.at(-1)!.toFixed(2)}] (${coverage.toFixed(0)} % interval of the median)`)
  }
}

if (process.argv[2] === "child") await child(Number(process.argv[3]), process.argv[4] === "recorded")
else drive(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 20))
