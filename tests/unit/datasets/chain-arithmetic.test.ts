import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import benchmark from "../../../plugins/benchmarks/chain-arithmetic.ts"
import data from "../../../plugins/datasets/chain-arithmetic.ts"
import { majorityShare } from "../../../framework/evaluation/items.ts"
import type { TraceRecord } from "../../../framework/plugin/define.ts"
import { optionsOf } from "./options.ts"

const records = (split: "train" | "validation" | "test", count: number, written: unknown = {}, seed = 0): ReadonlyArray<TraceRecord> =>
  [...data.records({ split, count, seed }, optionsOf(data, written))]
const styles = ["early", "late", "short", "free"] as const
const tiers = ["mini", "easy", "standard", "hard"] as const

describe("chain arithmetic", () => {
  it("strings are those of the reference generator", () => {
    const golden: ReadonlyArray<readonly [tier: string, style: string, split: "train" | "validation" | "test", text: string]> =
      JSON.parse(readFileSync("tests/unit/datasets/chain-arithmetic.golden.json", "utf8"))
    const made = golden.map(([tier, style, split], n) => {
      const { prompt, cot, answer } = records(split, n % 2 + 1, { tier, style }).at(-1)!
      return [tier, style, split, `${prompt}<${cot}>${answer}$`]
    })
    assert.deepStrictEqual<unknown>(made, golden)
  })

  it("the first derivation ends where derivedAt says, and states the answer", () => {
    for (const style of styles) {
      for (const { cot, answer, derivedAt } of records("train", 50, { style })) {
        assert.isTrue(cot.slice(0, derivedAt!).endsWith(answer))
        assert.isFalse(/D[^DWM]*A\d\d/u.test(cot.slice(0, derivedAt! - 1)))
      }
    }
  })

  it("early thoughts derive in the first half, late ones in the last third; both have one length", () => {
    const [early, late] = ["early", "late"].map((style) => records("train", 20, { style }))
    assert.strictEqual(new Set([...early!, ...late!].map((record) => record.cot.length)).size, 1)
    for (const { cot, derivedAt } of early!) assert.isBelow(derivedAt! / cot.length, 0.5)
    for (const { cot, derivedAt } of late!) assert.strictEqual(derivedAt, cot.length)
  })

  it("no problem lies in two splits, whatever seed and style; 1,000 and more are for testing", () => {
    const problems = (split: "train" | "validation" | "test", seed: number, style: string, count: number) =>
      records(split, count, { style }, seed).map((record) => record.problem)
    const train = new Set([...problems("train", 0, "early", 3000), ...problems("train", 1, "late", 3000)])
    const validation = problems("validation", 0, "early", 1000)
    const test = problems("test", 0, "early", 2000)
    assert.strictEqual(new Set(test).size, 2000)
    for (const problem of [...validation, ...test]) assert.isFalse(train.has(problem))
    const known = new Set(test)
    for (const problem of validation) assert.isFalse(known.has(problem))
  })

  it("answers are about uniform over 100", () => {
    const items = [...benchmark.items!({ count: 2000, seed: 0 }, optionsOf(benchmark, {}))]
    assert.strictEqual(new Set(items.map((item) => item.gold)).size, 100)
    assert.isBelow(majorityShare(items), 0.025)
  })

  const mixture = [
    { tier: "easy", style: "early", share: 1 }, { tier: "standard", style: "early", share: 2 }, { tier: "standard", style: "late" }
  ]

  it("more records begin with the same ones; another seed gives others", () => {
    assert.deepStrictEqual(records("train", 300, { mixture }).slice(0, 100), records("train", 100, { mixture }))
    const problems = new Set(records("train", 300, {}, 1).map((record) => record.problem))
    assert.isBelow(records("train", 300).filter((record) => problems.has(record.problem)).length, 5)
  })

  it("mixtures have their shares; ids differ", () => {
    const drawn = records("train", 3000, { mixture })
    const share = (holds: (record: TraceRecord) => boolean) => drawn.filter(holds).length / drawn.length
    assert.approximately(share((record) => record.tier === "standard"), 0.75, 0.03)
    assert.approximately(share((record) => record.prompt.startsWith("L")), 0.25, 0.03)
    assert.strictEqual(new Set(drawn.map((record) => record.id)).size, 3000)
    assert.strictEqual(new Set(drawn.map((record) => record.problem)).size, 3000)
  })

  it("training begins again when a tier has no more problems; testing is refused with the count", () => {
    const drawn = records("train", 2500, { tier: "mini" })
    assert.strictEqual(drawn.length, 2500)
    assert.strictEqual(new Set(drawn.map((record) => record.id)).size, 2500)
    assert.throws(() => records("test", 500, { tier: "mini" }), /500 problems for test are more than the mini tier has: about 160/u)
  })

  it("options are checked", () => {
    const bads = [
      { tier: "tiny" }, { style: "erly" }, { highest: 10 }, { checks: 2 }, { sign: "+" }, { mixture: [] },
      { mixture: [{ tier: "easy", style: "early", share: 0 }] }, { mixture: [{ tier: "easy", style: "early" }], tier: "easy" }
    ]
    for (const bad of bads) {
      assert.throws(() => optionsOf(data, bad), undefined, undefined, JSON.stringify(bad))
    }
    assert.deepStrictEqual(optionsOf(data, {}), { signs: "+", highest: 4, checks: 1 })
    assert.deepStrictEqual(records("train", 5, { tier: "standard", style: "early" }), records("train", 5))
  })

  it.prop("steps are arithmetic: every `aa.±bc=dd` of a thought holds digit by digit mod 10", {
    tier: Schema.Literals(tiers), style: Schema.Literals(styles), signs: Schema.Literals(["+", "-", "+-"]),
    seed: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 })), highest: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))
  }, ({ tier, style, signs, seed, highest }) => {
    for (const { cot, answer, prompt } of records("test", 3, { tier, style, signs, highest }, seed)) {
      const steps = [...cot.matchAll(/(\d)(\d)[a-f]([+-])(\d)(\d)=(\d)(\d)/gu)]
      assert.isAbove(steps.length, 0)
      for (const [, a, b, sign, c, d, e, f] of steps) {
        const k = sign === "+" ? 1 : -1
        assert.strictEqual((Number(a) + k * Number(c) + 10) % 10, Number(e))
        assert.strictEqual((Number(b) + k * Number(d) + 10) % 10, Number(f))
      }
      assert.isTrue(cot.includes(`D${prompt.slice(1, 3)}a`))
      const output = { thought: cot, answer, finished: true }
      for (const read of [benchmark.strict, benchmark.lenient, benchmark.first]) assert.strictEqual(read(output, optionsOf(benchmark, {}), answer.slice(1)), answer.slice(1))
    }
  }, { arbitrary: { runs: 60 } })

  it("the examples of the plugin hold", () => {
    for (const { options, first } of data.examples) assert.deepInclude(records("train", 1, options)[0], first)
    assert.isAbove(data.examples.length, 1)
  })
})
