/** The adviser on prepared data says of them what it says of the traces that they were made of. */
import { join } from "node:path"
import { Effect } from "effect"
import { assert, beforeAll, describe, it } from "vitest"
import { keptFiles } from "../../../framework/advice/kept-files.ts"
import { tokensOf } from "../../../framework/advice/LengthUnit.ts"
import { standingAlone } from "../../../framework/analysis/report/figures/standing-alone.ts"
import { summarise } from "../../../framework/advice/summarise.ts"
import { type PreparedTraces, sampledRows, surveyPrepared } from "../../../framework/advice/survey-prepared.ts"
import { survey } from "../../../framework/advice/survey.ts"
import type { Matcher } from "../../../framework/advice/Rows.ts"
import type { TraceRecord } from "../../../framework/plugin/define.ts"
import { withDerivation } from "../../../framework/sequence/derive.ts"
import { tokeniseTrace } from "../../../framework/sequence/render.ts"
import { loadTokenizer, type Tokenizer } from "../../../framework/sequence/tokenizer.ts"
import data from "../../../plugins/datasets/chain-arithmetic.ts"
import { optionsOf } from "../datasets/options.ts"
import { setOf } from "./traces.ts"

const root = join(import.meta.dirname, "../../..")
let tiny: Tokenizer
let bytes: Tokenizer
beforeAll(async () => {
  tiny = await Effect.runPromise(loadTokenizer(join(root, "plugins/models/tiny/tokenizer")))
  bytes = await Effect.runPromise(loadTokenizer(join(root, "tests/fixtures/byte-level")))
})

/** As a preparation leaves them. */
const preparedOf = (traces: ReadonlyArray<TraceRecord>, tokenizer: Tokenizer, matcher: Matcher | null): PreparedTraces => {
  const rows = traces.map((trace) => tokeniseTrace(tokenizer, matcher === "strict" ? withDerivation(trace, "strict") : trace))
  return {
    name: "all", format: null, count: rows.length, tokens: rows.reduce((sum, { tokens_T }) => sum + tokens_T.length, 0), row: (n) => rows[n]!,
    textOf: tokenizer.textOf, tokenizer: "t", matcher, leftOut: {}, leftOutAt: {}, open: traces.filter(({ closed }) => closed === false).length
  }
}

const summary = (matcher: Matcher | null) => ({ maxTokens: null, keep: 0.9, matchers: matcher === null ? [] : [matcher], sequence: "template" as const })

const words = ["First, let me think about x.", "Wait, no. That’s wrong, so I go back.", "Let me check: 6 * 7 is 42.", "Therefore the result is 42.", "Hmm, 5 + 5 = 10 — naïve ∑ 𝛼."]
const written = (n: number): TraceRecord => ({
  id: `t${n}`, problem: `p${n % 9}`, prompt: `What is problem ${n % 9}?`, tier: n % 2 === 0 ? "easy" : "hard", derivedAt: null, gold: n % 4 === 3 ? "17" : "42", closed: n % 7 !== 6,
  cot: Array.from({ length: 4 + (n % 5) }, (_, k) => words[(n + k) % words.length]!).join(" "), answer: n % 7 === 6 ? "" : "So the answer is 42."
})

describe("the adviser on prepared data", () => {
  it("measures what it measures of the traces: lengths, places, prefixes, markers", async () => {
    const traces = Array.from({ length: 60 }, (_, n) => written(n))
    const ofTraces = summarise(await survey([setOf("all", traces)], {
      unit: tokensOf(bytes, "t"), matchers: ["strict"], mathematics: null, limit: null, maxLength: null,
      lengthsOf: (trace) => {
        const counts = [0, 0, 0]
        for (const segment of tokeniseTrace(bytes, trace).segments_T) counts[segment]!++
        return { prompt: counts[0]!, cot: counts[1]!, answer: counts[2]! }
      }
    }), summary("strict"))
    const ofPrepared = summarise(await surveyPrepared(preparedOf(traces, bytes, "strict")), summary("strict"))
    assert.deepStrictEqual(ofPrepared.groups[0], ofTraces.groups[0])
    assert.deepStrictEqual(ofPrepared.lengths, ofTraces.lengths)
    assert.deepStrictEqual(ofPrepared.ratios, ofTraces.ratios)
    assert.deepStrictEqual(ofPrepared.recommendation, ofTraces.recommendation)
    // A token of the template stands before the thought here, so that a marker may begin one tenth further on.
    for (const over of ["thought", "sequence"] as const) {
      const [here, there] = [ofPrepared.sets[0]!.markers[over], ofTraces.sets[0]!.markers[over]]
      assert.deepStrictEqual(here.units, there.units)
      for (const [name, counts] of Object.entries(there.counts)) {
        const [sum, mean] = [(of: ReadonlyArray<number>) => of.reduce((all, one) => all + one, 0), (of: ReadonlyArray<number>) => of.reduce((all, one, tenth) => all + one * tenth, 0)]
        assert.strictEqual(sum(here.counts[name]!), sum(counts), name)
        assert.isAtMost(Math.abs(mean(here.counts[name]!) - mean(counts)), 0.5 * sum(counts), name)
      }
    }
    assert.isAbove(ofPrepared.sets[0]!.markers.thought.counts["hesitation"]!.reduce((sum, one) => sum + one, 0), 10)
    assert.strictEqual(ofPrepared.sets[0]!.open, ofTraces.sets[0]!.open)
    assert.deepStrictEqual([ofPrepared.sets[0]!.looked.prepared, ofPrepared.source], [60, "prepared"])
    assert.match(ofPrepared.warnings.find(({ code }) => code === "not-in-thought")!.text, /no derivation was found when the data were prepared/u)
  })

  it("goes by what a data set tells itself, and says that nothing was looked for where nothing was", async () => {
    const traces = [...data.records({ split: "train", count: 50, seed: 0 }, optionsOf(data, { style: "late" }))]
    const told = summarise(await surveyPrepared(preparedOf(traces, tiny, "told")), summary("told"))
    assert.strictEqual(told.recommendation!.ratio, "1")
    assert.include(told.warnings.map(({ code }) => code), "late-reasoning")
    const off = summarise(await surveyPrepared(preparedOf(Array.from({ length: 40 }, (_, n) => written(n)), bytes, null)), summary(null))
    assert.isNull(off.recommendation)
    assert.include(off.warnings.map(({ code }) => code), "no-derivation")
  })

  it("looks at a random sample of large data, the same each time, and says so", async () => {
    const [whole, part] = [sampledRows({ count: 500, tokens: 5000 }, { rows: 500, tokens: 5000 }), sampledRows({ count: 5000, tokens: 50_000 }, { rows: 400, tokens: 1e9 })]
    assert.deepStrictEqual([whole.length, whole[0], whole.at(-1)], [500, 0, 499])
    assert.strictEqual(new Set(part).size, 400)
    assert.deepStrictEqual([...part].sort((a, b) => a - b), part)
    assert.approximately(part.reduce((sum, n) => sum + n, 0) / 400, 2500, 250)
    assert.deepStrictEqual(sampledRows({ count: 5000, tokens: 50_000 }, { rows: 400, tokens: 1e9 }), part)
    assert.lengthOf(sampledRows({ count: 5000, tokens: 50_000 }, { rows: 5000, tokens: 1000 }), 100)
    const advice = summarise(await surveyPrepared(preparedOf(Array.from({ length: 60 }, (_, n) => written(n)), bytes, "strict"), { rows: 40, tokens: 1e9 }), summary("strict"))
    assert.deepStrictEqual([advice.samples, advice.held, advice.sets[0]!.used], [60, 40, 60])
    assert.match(advice.warnings.find(({ code }) => code === "sampled")!.text, /random sample of 40 of 60 sequences/u)
  })

  it("lets other work go on, and stops when it is told to", async () => {
    const { row, ...rest } = preparedOf(Array.from({ length: 4 }, (_, n) => written(n)), bytes, "strict")
    const slow: PreparedTraces = { ...rest, count: 100, row: (n) => {
      for (const end = performance.now() + 10; performance.now() < end;);
      return row(n % 4)
    } }
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    const began = performance.now()
    const error = await surveyPrepared(slow, undefined, stop.signal).then(() => null, (fault: Error) => fault)
    assert.strictEqual(error?.name, "AbortError")
    assert.isBelow(performance.now() - began, 800)
  })
})

describe("what is kept", () => {
  it("is the numbers, and figures whose files stand alone with title, key and colours", async () => {
    const advice = summarise(await surveyPrepared(preparedOf(Array.from({ length: 60 }, (_, n) => written(n)), bytes, "strict")), summary("strict"))
    const files = await keptFiles(advice)
    assert.deepStrictEqual(files.map(({ name }) => name), ["advice.json", "figures.json", "figures/parts.svg", "figures/lengths.svg", "figures/derivation-thought.svg",
      "figures/derivation-sequence.svg", "figures/kept.svg", "figures/markers-thought.svg", "figures/markers-sequence.svg"])
    assert.deepStrictEqual(await keptFiles(advice), files)
    const kept = (JSON.parse(files[1]!.text) as Array<{ id: string; title: string; key: Array<{ name: string; colour: string; shape: null }> }>).find(({ id }) => id === "kept")!
    const file = standingAlone(kept, files.find(({ name }) => name === "figures/kept.svg")!.text)
    assert.match(file, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* width="\d+(?:\.\d+)?" height="\d+(?:\.\d+)?"/u)
    for (const text of ["What a prefix keeps", "derivation, strict", "the whole answer", "#0072b2"]) assert.include(file, text)
    assert.notInclude(file, "var(--")
    assert.include(standingAlone({ title: "<script>", key: [{ name: "<b>", colour: "var(--ink)", shape: null }] }, "<svg width=\"10\" height=\"10\"></svg>"), "&lt;script&gt;")
  })
})
