import { join } from "node:path"
import { Effect, Schema } from "effect"
import { assert, describe, it } from "vitest"
import { Advice } from "../../../framework/advice/Advice.ts"
import { pieces, tokensOf } from "../../../framework/advice/LengthUnit.ts"
import { lengthOf, Rows } from "../../../framework/advice/Rows.ts"
import { splitSets } from "../../../framework/advice/split-sets.ts"
import { summarise } from "../../../framework/advice/summarise.ts"
import { survey, type TraceSet } from "../../../framework/advice/survey.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"
import { setOf, trace } from "./traces.ts"

const options = { unit: pieces, matchers: ["strict", "loose"] as const, mathematics: null, lengthsOf: null, limit: null, maxLength: null }
const summary = { maxTokens: null, keep: 0.9, matchers: options.matchers, sequence: "texts" as const }
const adviceOf = async (sets: ReadonlyArray<TraceSet>, more: { readonly maxTokens?: number } = {}) =>
  summarise(await survey(sets, options), { ...summary, ...more })
const placeOf = (advice: Advice, matcher: string, over: string, group = 0) =>
  advice.groups[group]!.places.find((place) => place.matcher === matcher && place.over === over)!

describe("lengths", () => {
  it("counts pieces, and those up to a character", () => {
    const { count, unitsAt } = pieces.measure("So 12345 = x.")
    assert.strictEqual(count, 6) // So 123 45 = x .
    assert.deepStrictEqual([...unitsAt([0, 2, 3, 5, 8, 13])], [0, 1, 1, 2, 3, 6])
  })

  it("counts tokens up to a character that takes several bytes, normalised first", async () => {
    const tokenizer = await Effect.runPromise(loadTokenizer(join(import.meta.dirname, "../../fixtures/byte-level")))
    const unit = tokensOf(tokenizer, "byte-level")
    const text = "So é = ∑x, then 12."
    const { count, unitsAt } = unit.measure(text)
    const { ends_T } = tokenizer.encode(text)
    assert.strictEqual(count, ends_T.length)
    for (let offset = 0; offset <= text.length; offset++) {
      const bytes = Buffer.byteLength(text.slice(0, offset))
      const needed = offset === 0 ? 0 : ends_T.findIndex((end) => end >= bytes) + 1
      assert.strictEqual(unitsAt([offset])[0], needed, `offset ${offset}`)
    }
    assert.strictEqual(unit.measure("").count, 0)
  })
})

describe("a survey", () => {
  it("knows where everything lies", async () => {
    // 100 pieces each: 10 of prompt, 80 of thought, 10 of answer; derived after 20, 40, 60 and 80 of the thought
    const advice = await adviceOf([setOf("a", [20, 40, 60, 80].map((derivedAt, n) => trace(`t${n}`, { derivedAt })))])
    assert.deepStrictEqual(advice.groups[0]!.shares, { prompt: 0.1, cot: 0.8, answer: 0.1 })
    assert.strictEqual(advice.lengths.whole!.quantiles["0.5"], 100)
    assert.closeTo(placeOf(advice, "strict", "thought").place!.quantiles["0.5"]!, 0.625, 1e-12)
    assert.closeTo(placeOf(advice, "strict", "sequence").place!.quantiles["0.5"]!, 0.6, 1e-12)
    assert.strictEqual(placeOf(advice, "strict", "thought").firstHalf!.estimate, 0.5)
    assert.strictEqual(placeOf(advice, "strict", "sequence").firstHalf!.estimate, 0.5)
    // at 0.5 the first 50 pieces hold derivations that end at 30 and at 50, and not one at 70
    const held = advice.ratios.map(({ holds }) => holds["strict"]!.estimate)
    assert.deepStrictEqual(held, [0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1, 1])
    assert.deepStrictEqual(advice.ratios.map(({ thoughtWhole }) => thoughtWhole!.estimate), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    assert.deepStrictEqual(advice.ratios.map(({ answerBegins }) => answerBegins!.estimate), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert.strictEqual(advice.recommendation!.ratio, "0.9")
    assert.strictEqual(advice.recommendation!.matcher, "strict")
    assert.include(advice.warnings.map(({ code }) => code), "late-reasoning")
    assert.include(advice.warnings.map(({ code }) => code), "few-samples")
  })

  it("is what its schema says, through JSON and back", async () => {
    const advice = await adviceOf([setOf("a", [trace("t", { tier: "hard" }), trace("u", { derivedAt: null })], { "no-markers": 3 })], { maxTokens: 100 })
    const read = JSON.parse(JSON.stringify(advice)) as unknown
    assert.deepStrictEqual(Schema.decodeUnknownSync(Advice, { onExcessProperty: "error" })(read), advice)
    assert.strictEqual(advice.sets[0]!.leftOut["no-markers"], 3)
  })

  it("counts samples of one problem as one draw", async () => {
    const traces = (problem: (n: number) => string) => Array.from({ length: 40 }, (_, n) => trace(`t${n}`, { problem: problem(n), derivedAt: n < 20 ? 20 : 70 }))
    const apart = await adviceOf([setOf("a", traces((n) => `p${n}`))])
    const shared = await adviceOf([setOf("a", traces((n) => `p${Math.floor(n / 10)}`))])
    const [one, other] = [apart, shared].map((advice) => placeOf(advice, "strict", "sequence").firstHalf!)
    assert.strictEqual(other!.problems, 4)
    assert.isAbove(other!.high - other!.low, 1.5 * (one!.high - one!.low))
  })

  it("tells apart what is not there, what nobody can look for, and what the data tell", async () => {
    const told = { ...trace("told", { gold: null }), answer: "", derivedAt: 30 }
    const advice = await adviceOf([setOf("a", [
      trace("there"), trace("missing", { derivedAt: null }), { ...trace("nothing", { gold: null }), answer: "" }, trace("own", { gold: null }), told
    ])])
    const { found, known } = placeOf(advice, "strict", "thought")
    assert.strictEqual(known, 3)
    assert.closeTo(found!.estimate, 2 / 3, 1e-12)
    assert.deepStrictEqual(advice.sets[0]!.looked, { reference: 2, answer: 1, told: 1, nothing: 1 })
    assert.strictEqual(placeOf(advice, "told", "thought").known, 1)
    assert.strictEqual(advice.recommendation!.matcher, "told")
  })

  it("groups by data set, tier, length and correctness", async () => {
    const advice = await adviceOf([
      setOf("a", Array.from({ length: 6 }, (_, n) => trace(`a${n}`, { cot: 60 + n, tier: n % 2 === 0 ? "easy" : "hard", correct: n < 5 }))),
      setOf("b", [trace("b", { gold: "41", tier: "hard" })])
    ])
    const named = (by: string) => advice.groups.filter((group) => group.by === by).map(({ name, samples }) => [name, samples])
    assert.deepStrictEqual(named("set"), [["a", 6], ["b", 1]])
    assert.deepStrictEqual(named("tier"), [["easy", 3], ["hard", 4]])
    assert.deepStrictEqual(named("length"), [["short: 80 to 81", 2], ["middle: 82 to 84", 3], ["long: 85 to 100", 2]])
    // the answer of b gives 42 where 41 is right
    assert.deepStrictEqual(named("correct"), [["right", 5], ["wrong", 2]])
  })

  it("looks at what passes the length filter by itself", async () => {
    const advice = await adviceOf([setOf("a", [trace("short", { derivedAt: 20 }), trace("long", { cot: 400, derivedAt: 380 })])], { maxTokens: 100 })
    assert.strictEqual(placeOf(advice, "strict", "sequence").known, 2)
    assert.strictEqual(placeOf(advice, "strict", "filtered").known, 1)
    assert.strictEqual(placeOf(advice, "strict", "filtered").firstHalf!.estimate, 1)
  })

  it("leaves longer sequences out by name and stops at its limit", async () => {
    const set = setOf("a", Array.from({ length: 30 }, (_, n) => trace(`t${n}`, { cot: n % 3 === 0 ? 200 : 80 })))
    const { rows, sets } = await survey([set], { ...options, maxLength: 100, limit: 10 })
    assert.strictEqual(sets[0]!.used, 10)
    assert.strictEqual(rows.seen, 10)
    assert.deepStrictEqual([...new Set(set.refused)], ["over-length"])
  })

  it("counts what a tokenizer cannot place, and goes on", async () => {
    const tokenizer = await Effect.runPromise(loadTokenizer(join(import.meta.dirname, "../../../plugins/models/tiny/tokenizer")))
    const set = setOf("a", [{ ...trace("bad"), prompt: "§" }, { ...trace("good"), prompt: "E92a+24", cot: "D92a+24=16A16", answer: "A16" }])
    const { sets } = await survey([set], { ...options, unit: tokensOf(tokenizer, "tiny") })
    assert.strictEqual(sets[0]!.used, 1)
    assert.deepStrictEqual(set.refused, ["unknown-symbol"])
  })

  it("counts markers by tenth of the thought and of the sequence", async () => {
    const thought = `Wait, ${trace("t", { cot: 97, derivedAt: null }).cot} wait`
    const { sets } = await survey([setOf("a", [{ ...trace("t"), cot: thought }])], options)
    const { sequence, thought: table } = sets[0]!.markers
    const total = (counts: Readonly<Record<string, ReadonlyArray<number>>>) => Object.values(counts).reduce((sum, row) => row.map((count, n) => count + (sum[n] ?? 0)), [] as ReadonlyArray<number>)
    assert.deepStrictEqual(total(table.counts), [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert.strictEqual(table.units.reduce((sum, units) => sum + units, 0), 100)
    assert.strictEqual(sequence.units.reduce((sum, units) => sum + units, 0), 120)
    assert.deepStrictEqual(total(sequence.counts), [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  it("says what each of several data sets says by itself", async () => {
    const [a, b] = [setOf("a", [trace("a", { derivedAt: 20 })]), setOf("b", [trace("b", { derivedAt: 70 }), trace("c", { derivedAt: 72 })])]
    const parts = splitSets(await survey([a, b], options)).map((one) => summarise(one, summary))
    assert.deepStrictEqual(parts, [await adviceOf([setOf("a", [trace("a", { derivedAt: 20 })])]), await adviceOf([setOf("b", [trace("b", { derivedAt: 70 }), trace("c", { derivedAt: 72 })])])])
  })
})

describe("rows", () => {
  it("hold a uniform sample where there are more than they hold", () => {
    const rows = new Rows(1000)
    const row = { set: 0, tier: 0, correct: 1, prompt: 0, answer: 0, closed: 1, problem: 0, told: -2, strict: -2, loose: -2, equivalent: -2 }
    for (let cot = 0; cot < 20_000; cot++) rows.add({ ...row, cot })
    assert.strictEqual(rows.seen, 20_000)
    assert.strictEqual(rows.held, 1000)
    const lengths = Array.from({ length: rows.held }, (_, n) => lengthOf(rows.at(n)))
    assert.strictEqual(new Set(lengths).size, 1000)
    const mean = lengths.reduce((sum, length) => sum + length, 0) / 1000
    // standard error of the mean of 1,000 of 20,000: about 180
    assert.closeTo(mean, 10_000, 750)
  })
})
