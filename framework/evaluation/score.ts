/** Outputs of a generate step and the items they answer -> one verdict a line, by every rule of the benchmark. */
import { createHash } from "node:crypto"
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

/** How an answer is compared with the reference, and whether a limit kept it from being told. */
export type Judge = (gold: string, predicted: string) => Promise<Judgement>

export interface Judgement {
  readonly equal: boolean
  /** the limit that the comparison met; left out where it was decided */
  readonly undecided?: string
}

/** Of an answer that is kept beside its verdict, in characters. */
const longestKept = 500
/** A longer problem names its cluster by its digest. */
const longestCluster = 80

const kept = (answer: string | null): string | null => answer === null || answer.length <= longestKept ? answer : `${answer.slice(0, longestKept)}…`

const clusterOf = ({ problem }: BenchmarkItem): string =>
  problem.length <= longestCluster ? problem : createHash("sha256").update(problem).digest("hex").slice(0, 16)

const wrong: Judgement = { equal: false }

/** Rejects with whatever the benchmark throws, and with what keeps the judge from working at all. */
export const scoreOutput = async (
  benchmark: BenchmarkPlugin, options: unknown, item: BenchmarkItem, output: GenerateOutput, decoder: Decoder, judge: Judge
): Promise<ScoreLine> => {
  const read = outputOf(output, decoder)
  const extracted = {
    strict: benchmark.strict(read, options),
    lenient: benchmark.lenient(read, options),
    first: benchmark.first(read, options, item.gold),
    forced: output.forced.map(({ ids }) => benchmark.forced(decoder.decode(ids), options))
  }
  const judgementOf = (answer: string | null) => answer === null ? Promise.resolve(wrong) : judge(item.gold, answer)
  const [strict, lenient, first, ...forced] = await Promise.all(
    [extracted.strict, extracted.lenient, extracted.first, ...extracted.forced].map(judgementOf)) as [Judgement, Judgement, Judgement, ...Array<Judgement>]
  const undecided = Object.entries({ strict, lenient, first, ...Object.fromEntries(forced.map((one, index) => [`forced.${index}`, one])) })
    .flatMap(([rule, one]) => one.undecided === undefined ? [] : [[rule, one.undecided] as const])
  return {
    item: item.id,
    sample: output.sample,
    cluster: clusterOf(item),
    tier: item.tier,
    strict: strict.equal,
    lenient: lenient.equal,
    first: first.equal,
    forced: forced.map(({ equal }) => equal),
    finished: read.finished,
    thoughtClosed: decoder.endOfThoughtId !== null && output.ids.includes(decoder.endOfThoughtId),
    tokens: output.ids.length,
    extracted: { strict: kept(extracted.strict), lenient: kept(extracted.lenient), first: kept(extracted.first), forced: extracted.forced.map(kept) },
    ...(undecided.length === 0 ? {} : { undecided: Object.fromEntries(undecided) })
  }
}

const decodeOutput = Schema.decodeUnknownSync(Schema.fromJsonString(GenerateOutput))

export interface ScoreRequest {
  readonly benchmark: BenchmarkPlugin
  /** decoded by the benchmark's schema */
  readonly options: unknown
  readonly items: ReadonlyArray<BenchmarkItem>
  /** lines of `outputs.jsonl`; `where` names the file in errors */
  readonly outputs: string
  readonly where: string
  readonly samples: number
  /** declared thought budgets, in order */
  readonly thoughtTokens: ReadonlyArray<number>
  readonly decoder: Decoder
  readonly judge: Judge
}

/** Outputs in flight: enough to keep the judge's threads busy, and no more is held. */
const concurrency = 256

/**
 * Scores every output: exactly one for each item and sample, or the step fails, because a missing output counted as wrong
 * would be a silent zero. Lines come back in the order of the items, then of the samples.
 */
export const score = (request: ScoreRequest): Effect.Effect<ReadonlyArray<ScoreLine>, EvaluationError> =>
  Effect.suspend(() => {
    const { benchmark, decoder, items, judge, options, outputs, samples, thoughtTokens, where } = request
    const byId = new Map(items.map((item) => [item.id, item]))
    const placed = new Map<string, { readonly at: string; readonly item: BenchmarkItem; readonly output: GenerateOutput }>()
    const fault = (code: EvaluationError["code"], at: string, expected: string, found: string) => new EvaluationError({
      code, where: at, expected, found, advice: "Remove the generate step's output; it is made again by the next run."
    })
    for (const [index, line] of outputs.split("\n").entries()) {
      if (line === "") continue
      const at = `${where}:${index + 1}`
      let output: GenerateOutput
      try {
        output = decodeOutput(line)
      } catch (thrown) {
        return Effect.fail(fault("output-malformed", at, "an output of a generate step", (thrown as Error).message.split("\n")[0]!))
      }
      const item = byId.get(output.item)
      if (item === undefined) return Effect.fail(fault("item-unknown", at, "an item of the benchmark", output.item))
      if (output.sample < 0 || output.sample >= samples) return Effect.fail(fault("output-malformed", at, `a sample below ${samples}`, `${output.sample}`))
      const budgets = output.forced.map((forced) => forced.thoughtTokens).join(", ")
      if (budgets !== thoughtTokens.join(", ")) return Effect.fail(fault("budget-count", at, `thought budgets ${thoughtTokens.join(", ")}`, budgets || "none"))
      const key = `${output.item}\n${output.sample}`
      if (placed.has(key)) return Effect.fail(fault("output-malformed", at, "each item and sample once", `${output.item}, sample ${output.sample} again`))
      placed.set(key, { at, item, output })
    }
    const keys = items.flatMap(({ id }) => Array.from({ length: samples }, (_, sample) => ({ id, sample, key: `${id}\n${sample}` })))
    const missing = keys.find(({ key }) => !placed.has(key))
    if (missing !== undefined) return Effect.fail(fault("item-missing", where, `an output for ${missing.id}, sample ${missing.sample}`, "none"))
    return Effect.forEach(keys, ({ key }) => {
      const { at, item, output } = placed.get(key)!
      return Effect.tryPromise({
        try: () => scoreOutput(benchmark, options, item, output, decoder, judge),
        catch: (thrown) => fault("benchmark-failed", at, `a verdict of benchmark ${benchmark.name}`, thrown instanceof Error ? thrown.message : String(thrown))
      })
    }, { concurrency })
  })
