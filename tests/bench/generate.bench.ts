/**
 * How fast is recorded greedy generation with a key-value memory against a naive loop that passes the whole sequence again for each
 * token, op by op, and against eager PyTorch's, one core each?
 *
 *     npx esbuild tests/bench/generate.bench.ts --bundle --platform=node --format=esm --external:@tensorflow/* \
 *       --outfile=node_modules/.cache/generate.bench.mjs
 *     LEADSPAN_TORCH_PYTHON=/path/to/python node node_modules/.cache/generate.bench.mjs [pairs] [new tokens]
 *
 * 0.8 M parameters (width 128, 4 layers), a batch of 64 prompts of 24 tokens, 192 new tokens each. The naive loop has no padding and nothing to warm up. Runs are interleaved, each run a
 * process of its own that generates twice and times the second; medians. Traps as in `train-step.bench.ts`.
 */
import { execFileSync } from "node:child_process"
import { cpus, loadavg } from "node:os"
import { complete } from "../../framework/engines/tfjs/completions.ts"
import { type DecoderConfig, readConfig } from "../../framework/engines/tfjs/config.ts"
import { prefill } from "../../framework/engines/tfjs/decode.ts"
import { makeGraphs } from "../../framework/engines/tfjs/graphs.ts"
import { initialiseValues, toTensors } from "../../framework/engines/tfjs/initialise.ts"
import { passTables } from "../../framework/engines/tfjs/rotary.ts"
import { now, subtract } from "../../framework/engines/tfjs/spent.ts"
import { type NamedTensors, tensorflow } from "../../framework/engines/tfjs/tensorflow.ts"

const [batch, promptTokens, vocabulary] = [64, 24, 64]

interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

type Way = "recorded" | "op by op" | "naive"

/** Greedy: every sequence is passed whole for every token, and the last position's likeliest token is taken. */
const naively = (config: DecoderConfig, weights: NamedTensors, prompts: ReadonlyArray<ReadonlyArray<number>>, newTokens: number): void => {
  const tf = tensorflow()
  const rows = prompts.map((ids) => [...ids])
  for (let step = 0; step < newTokens; step++) {
    const length = promptTokens + step
    const likeliest = tf.tidy(() => prefill(config, weights as never, {
      ids_BP: tf.tensor2d(rows.flat(), [batch, length], "int32"), last_B: tf.fill([batch], length - 1, "int32"), tables: passTables(config, length)
    }, length).likeliest_B.dataSync())
    rows.forEach((row, index) => row.push(likeliest[index]!))
  }
}

const child = async (way: Way, newTokens: number): Promise<void> => {
  const config = readConfig({
    model_type: "llama", vocab_size: vocabulary, hidden_size: 128, intermediate_size: 344, num_hidden_layers: 4, num_attention_heads: 4,
    tie_word_embeddings: true
  })
  const decoder = { config, weights: toTensors(initialiseValues(config, 1)), graphs: makeGraphs(way === "recorded") }
  const prompts = Array.from({ length: batch }, (_, row) => ({ ids: Array.from({ length: promptTokens }, (_, t) => (row + 3 * t) % vocabulary), uniform: () => 0 }))
  const settings = { temperature: 0, topP: 1, maxTokens: newTokens, stopIds: [], batchSequences: batch, promptTokens }
  const generate = async () => way === "naive" ? naively(config, decoder.weights, prompts.map(({ ids }) => ids), newTokens) : complete(decoder, prompts, settings, { tokens: 0, paddedTokens: 0, flops: 0 }, () => Promise.resolve())
  if (way !== "naive") await generate()
  const start = now()
  await generate()
  console.log(JSON.stringify(subtract(now(), start) satisfies Run))
}

const median = (values: ReadonlyArray<number>): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

const drive = (pairs: number, newTokens: number): void => {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" }
  const run = (command: string, args: ReadonlyArray<string>) =>
    JSON.parse(execFileSync(command, [...args], { env, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }).trim().split("\n").at(-1)!) as Run
  const python = process.env["LEADSPAN_TORCH_PYTHON"]
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${batch} x ${newTokens} new tokens`)
  const runs = Array.from({ length: pairs }, () => ({
    ...Object.fromEntries((["recorded", "op by op", "naive"] satisfies ReadonlyArray<Way>).map((way) =>
      [way, run(process.execPath, [process.argv[1]!, "child", way, String(newTokens)])])) as Record<Way, Run>,
    ...(python === undefined ? {} : { PyTorch: run(python, ["tests/bench/generate_torch.py"]) })
  }))
  for (const name of Object.keys(runs[0]!) as Array<keyof (typeof runs)[number]>) {
    const perSecond = (of: (run: Run) => number) => Math.round(batch * newTokens / median(runs.map((all) => of(all[name]!)))).toLocaleString("en")
    console.log(`${name.padEnd(10)} ${perSecond((run) => run.wallSeconds).padStart(8)} tokens/s, ${perSecond((run) => run.cpuSeconds).padStart(8)} by processor time`)
  }
  const ratios = runs.map((all) => all["naive"].cpuSeconds / all["recorded"].cpuSeconds).sort((a, b) => a - b)
  console.log(`recorded with memory against the naive loop, by processor time: ${median(ratios).toFixed(1)} (${ratios[0]!.toFixed(1)} to ${ratios.at(-1)!.toFixed(1)})`)
}

if (process.argv[2] === "child") await child(process.argv[3] as Way, Number(process.argv[4]))
else drive(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 192))
