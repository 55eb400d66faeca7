/** A score step: pure, short, done in the runner's own process; what has to be compared as mathematics, in its threads. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { availableParallelism } from "node:os"
import { Effect } from "effect"
import type { GenerateOutput } from "../engines/Task.ts"
import { withBudgets } from "../evaluation/budgets.ts"
import { openJudge } from "../evaluation/judge.ts"
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

const mostThreads = 4

/** Reads outputs, writes `scores.jsonl`, `texts.jsonl`, `samples.txt` and `summary.json` into `out`; returns the summary. */
export const scoreStep = Effect.fnUntraced(function*(
  work: ScoreWork, sampling: GenerateWork["sampling"], store: Store, out: string
) {
  const { items, options, plugin, tokenizer } = work.benchmark
  const file = join(store.path(work.outputs), outputsName)
  const outputs = withBudgets(readFileSync(file, "utf8"), sampling.forced?.thoughtTokens ?? [], work.budgets)
  const decoder = { decode: tokenizer.decode, endOfThoughtId: sampling.endOfThoughtId }
  const opened = yield* Effect.acquireRelease(
    Effect.sync(() => openJudge(plugin, Math.min(mostThreads, availableParallelism()))), ({ close }) => Effect.promise(close))
  const lines = yield* score({
    benchmark: plugin,
    options,
    judge: opened.judge,
    items,
    outputs,
    where: file,
    samples: sampling.samples,
    thoughtTokens: work.budgets,
    decoder
  })
  const summary = summarise(lines)
  writeFileSync(join(out, scoresName), lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
  const written = outputs.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as GenerateOutput)
  writeFileSync(join(out, samplesName), sampleTexts(items, written, lines, decoder))
  const texts = outputTexts(items, written, lines, decoder)
  writeFileSync(join(out, textsName), texts.map((text) => `${JSON.stringify(text)}\n`).join(""))
  writeFileSync(join(out, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`)
  return summary
}, Effect.scoped)
