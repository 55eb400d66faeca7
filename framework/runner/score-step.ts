/** A score step: pure, short, done in the runner's own process. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { GenerateOutput } from "../engines/Task.ts"
import { sampleTexts } from "../evaluation/samples.ts"
import { score } from "../evaluation/score.ts"
import { summarise } from "../evaluation/summary.ts"
import { outputTexts } from "../evaluation/texts.ts"
import type { Store } from "../journal/store.ts"
import type { GenerateWork, ScoreWork } from "../plan/Step.ts"

export const outputsName = "outputs.jsonl"
export const scoresName = "scores.jsonl"
export const samplesName = "samples.txt"
export const textsName = "texts.jsonl"

/** Reads outputs, writes `scores.jsonl`, `texts.jsonl`, `samples.txt` and `summary.json` into `out`; returns the summary. */
export const scoreStep = Effect.fnUntraced(function*(
  work: ScoreWork, sampling: GenerateWork["sampling"], store: Store, out: string
) {
  const { items, plugin, tokenizer } = work.benchmark
  const file = join(store.path(work.outputs), outputsName)
  const outputs = readFileSync(file, "utf8")
  const decoder = { decode: tokenizer.decode, endOfThoughtId: sampling.endOfThoughtId }
  const lines = yield* score({
    benchmark: plugin,
    items,
    outputs,
    where: file,
    samples: sampling.samples,
    thoughtTokens: sampling.forced?.thoughtTokens ?? [],
    decoder
  })
  const summary = summarise(lines)
  writeFileSync(join(out, scoresName), lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
  const written = outputs.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as GenerateOutput)
  writeFileSync(join(out, samplesName), sampleTexts(items, written, lines, decoder))
  const texts = outputTexts(plugin, items, written, lines, decoder)
  writeFileSync(join(out, textsName), texts.map((text) => `${JSON.stringify(text)}\n`).join(""))
  writeFileSync(join(out, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`)
  return summary
})
