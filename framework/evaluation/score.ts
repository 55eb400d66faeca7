/** Outputs of a generate step and the items they answer -> one verdict a line, by every rule of the benchmark. */
import { Effect, Schema } from "effect"
import { GenerateOutput } from "../engines/Task.ts"
import type { ScoreLine } from "../journal/RecordedPlan.ts"
import type { BenchmarkItem, BenchmarkPlugin, Output } from "../plugin/define.ts"
import { EvaluationError } from "./EvaluationError.ts"

/** What scoring needs to know of a tokenizer. */
export interface Decoder {
  readonly decode: (ids: ArrayLike<number>) => string
  /** null where the format has no end of thought: all that is written is thought and answer at once */
  readonly endOfThoughtId: number | null
}

/** What a model wrote as text, split at the first end of thought; that token itself belongs to neither part. */
export const outputOf = (output: GenerateOutput, { decode, endOfThoughtId }: Decoder): Output => {
  const finished = output.finish === "stop"
  if (endOfThoughtId === null) {
    const text = decode(output.ids)
    return { thought: text, answer: text, finished }
  }
  const at = output.ids.indexOf(endOfThoughtId)
  if (at === -1) return { thought: decode(output.ids), answer: null, finished }
  return { thought: decode(output.ids.slice(0, at)), answer: decode(output.ids.slice(at + 1)), finished }
}

/** @throws whatever the benchmark throws */
export const scoreOutput = (benchmark: BenchmarkPlugin, item: BenchmarkItem, output: GenerateOutput, decoder: Decoder): ScoreLine => {
  const read = outputOf(output, decoder)
  const isRight = (predicted: string | null) => predicted !== null && benchmark.equal(item.gold, predicted)
  return {
    item: item.id,
    sample: output.sample,
    cluster: item.problem,
    tier: item.tier,
    strict: isRight(benchmark.strict(read)),
    lenient: isRight(benchmark.lenient(read)),
    first: isRight(benchmark.first(read)),
    forced: output.forced.map(({ ids }) => isRight(benchmark.forced(decoder.decode(ids)))),
    finished: read.finished,
    thoughtClosed: decoder.endOfThoughtId !== null && output.ids.includes(decoder.endOfThoughtId),
    tokens: output.ids.length
  }
}

const decodeOutput = Schema.decodeUnknownSync(Schema.fromJsonString(GenerateOutput))

export interface ScoreRequest {
  readonly benchmark: BenchmarkPlugin
  readonly items: ReadonlyArray<BenchmarkItem>
  /** lines of `outputs.jsonl`; `where` names the file in errors */
  readonly outputs: string
  readonly where: string
  readonly samples: number
  /** declared thought budgets, in order */
  readonly thoughtTokens: ReadonlyArray<number>
  readonly decoder: Decoder
}

/**
 * Scores every output: exactly one for each item and sample, or the step fails, because a missing output counted as wrong
 * would be a silent zero. Lines come back in the order of the items, then of the samples.
 */
export const score = (request: ScoreRequest): Effect.Effect<ReadonlyArray<ScoreLine>, EvaluationError> =>
  Effect.suspend(() => {
    const { benchmark, items, outputs, where, samples, thoughtTokens, decoder } = request
    const byId = new Map(items.map((item) => [item.id, item]))
    const lines = new Map<string, ScoreLine>()
    const fail = (code: EvaluationError["code"], at: string, expected: string, found: string) => Effect.fail(new EvaluationError({
      code, where: at, expected, found, advice: "Remove the generate step's output; it is made again by the next run."
    }))
    for (const [index, line] of outputs.split("\n").entries()) {
      if (line === "") continue
      const at = `${where}:${index + 1}`
      let output: GenerateOutput
      try {
        output = decodeOutput(line)
      } catch (thrown) {
        return fail("output-malformed", at, "an output of a generate step", (thrown as Error).message.split("\n")[0]!)
      }
      const item = byId.get(output.item)
      if (item === undefined) return fail("item-unknown", at, "an item of the benchmark", output.item)
      if (output.sample < 0 || output.sample >= samples) return fail("output-malformed", at, `a sample below ${samples}`, `${output.sample}`)
      const budgets = output.forced.map((forced) => forced.thoughtTokens).join(", ")
      if (budgets !== thoughtTokens.join(", ")) return fail("budget-count", at, `thought budgets ${thoughtTokens.join(", ")}`, budgets || "none")
      const key = `${output.item}\n${output.sample}`
      if (lines.has(key)) return fail("output-malformed", at, "each item and sample once", `${output.item}, sample ${output.sample} again`)
      try {
        lines.set(key, scoreOutput(benchmark, item, output, decoder))
      } catch (thrown) {
        return fail("benchmark-failed", at, `a verdict of benchmark ${benchmark.name}`, thrown instanceof Error ? thrown.message : String(thrown))
      }
    }
    const scored: Array<ScoreLine> = []
    for (const { id } of items) {
      for (let sample = 0; sample < samples; sample++) {
        const line = lines.get(`${id}\n${sample}`)
        if (line === undefined) return fail("item-missing", where, `an output for ${id}, sample ${sample}`, "none")
        scored.push(line)
      }
    }
    return Effect.succeed(scored)
  })
