/** The four rules for answers in free text, on what models write, and on what is meant to break them. */
import { assert, describe, it } from "vitest"
import gsm8k from "../../../plugins/benchmarks/gsm8k.ts"
import { openJudge } from "../../../framework/evaluation/judge.ts"
import { scoreOutput } from "../../../framework/evaluation/score.ts"
import type { Output } from "../../../framework/plugin/define.ts"
import { optionsOf } from "../datasets/options.ts"

const usual = optionsOf(gsm8k, {})
const output = (thought: string, answer: string | null, finished = true): Output => ({ thought, answer, finished })
const read = (written: Output, options: any = usual, gold = "7") => [gsm8k.strict(written, options), gsm8k.lenient(written, options), gsm8k.first(written, options, gold)]
/** of what an adversary writes, processor milliseconds that the rules take */
const spent = (written: Output): number => {
  const before = process.cpuUsage()
  read(written)
  read(written, optionsOf(gsm8k, { first: "stated" }))
  gsm8k.forced(written.thought, usual)
  const { system, user } = process.cpuUsage(before)
  return (user + system) / 1000
}
const nested = (depth: number): string => `${"\\frac{1}{".repeat(depth)}2${"}".repeat(depth)}`

describe("rules of free text", () => {
  it("strict is the last closed box of the answer part, if the output ended", () => {
    assert.deepStrictEqual(read(output("\\boxed{3}", "First \\boxed{4}. No:\n\n\\boxed{5}")), ["5", "5", null])
    assert.deepStrictEqual(read(output("\\boxed{3}", "So 4.")), [null, "3", null])
    assert.deepStrictEqual(read(output("x", "\\boxed{5}", false)), [null, "5", null])
    assert.deepStrictEqual(read(output("\\boxed{3}", null, false)), [null, "3", null])
  })

  it("lenient goes rule by rule over all that was written, in the order of the options", () => {
    assert.strictEqual(read(output("The answer is 3.", "It is 4 of 9."))[1], "3")
    assert.strictEqual(read(output("We have 3 and 4.", "That makes 9 in all"))[1], "9")
    const lastFirst = optionsOf(gsm8k, { extract: ["last", "boxed"] })
    assert.strictEqual(read(output("\\boxed{3}", "and 4 more"), lastFirst)[1], "4")
    assert.strictEqual(read(output("Let x be it.", "x^2+1"), optionsOf(gsm8k, { extract: ["bare"] }))[1], "x^2+1")
    assert.strictEqual(read(output("3 and 4", null, false), optionsOf(gsm8k, { extract: ["boxed"] }))[1], null)
  })

  it("first is the reference answer where the thought derives it, or the first answer stated", () => {
    assert.strictEqual(read(output("3 + 4 = 7. Wait, 3 + 5 = 8.", "\\boxed{8}"))[2], "7")
    assert.strictEqual(read(output("Let n = 7.", "\\boxed{7}"))[2], null)
    const stated = optionsOf(gsm8k, { first: "stated" })
    assert.strictEqual(read(output("3 + 4 = 7. So the answer is 8. No, \\boxed{9}.", null), stated)[2], "8")
    assert.strictEqual(read(output("#### 6\nThe answer is 8.", "\\boxed{9}"), stated)[2], "6")
    assert.strictEqual(read(output("3 + 4 = 7", "nothing"), stated)[2], null)
  })

  it("forced is the box that the cue opens, and none where it never closes", () => {
    assert.strictEqual(gsm8k.forced("\\frac{1}{2}}. Or \\boxed{3}", usual), "\\frac{1}{2}")
    assert.strictEqual(gsm8k.forced("\\frac{1}{2", usual), null)
    assert.strictEqual(gsm8k.forced("", usual), null)
    const marked = optionsOf(gsm8k, { strict: ["marked"], cue: "\n#### " })
    assert.strictEqual(gsm8k.forced("12\n#### 13", marked), "12")
    assert.strictEqual(gsm8k.forced("A80", optionsOf(gsm8k, { strict: ["bare"], cue: "" })), "A80")
  })

  it("of ten answers one counts: the last box, the first answer", () => {
    const ten = Array.from({ length: 10 }, (_, n) => `Perhaps the answer is \\boxed{${n}}.`).join("\n\n")
    assert.deepStrictEqual(read(output(ten, ten), optionsOf(gsm8k, { first: "stated" })), ["9", "9", "0"])
  })

  it("of nothing there is no answer; what is never closed delimits none, and is read as it stands", () => {
    assert.deepStrictEqual(read(output("", "")), [null, null, null])
    assert.deepStrictEqual(read(output("", null, false)), [null, null, null])
    assert.deepStrictEqual(read(output("\\boxed{7", "\\boxed{\\frac{1}{2}")), [null, "\\boxed{\\frac{1}{2}", "7"])
    assert.deepStrictEqual(read(output("$x = 7", "$$ \\begin{pmatrix} 7"), usual), [null, "7", "7"])
  })

  it("a megabyte, and fractions 10,000 deep, take no time", () => {
    for (const piece of ["x", "7 ", "$", "\\boxed{", "\\boxed{7} ", "{", "the answer is ", "answer: is 3. ", "#### ", "= 7 ", "\\frac{1}{"]) {
      const megabyte = piece.repeat(Math.ceil(2 ** 20 / piece.length))
      assert.isBelow(spent(output(megabyte, megabyte)), 5_000, piece)
    }
    assert.isBelow(spent(output(nested(10_000), `\\boxed{${nested(10_000)}}`)), 5_000)
  }, 300_000)
})

describe("scoring by mathematics", () => {
  const decoder = { decode: (ids: ArrayLike<number>) => String.fromCharCode(...Array.from(ids)), endOfThoughtId: 1 }
  const idsOf = (text: string) => Array.from(text, (sign) => sign.charCodeAt(0))
  const item = (id: string, gold: string) => ({ id, problem: `problem ${id} ${"long ".repeat(30)}`, prompt: "?", gold, tier: "all" })
  const cases: ReadonlyArray<readonly [gold: string, answer: string]> = [
    ["x^2+2x+1", "\\boxed{(x+1)^2}"], ["\\frac{1}{2}", "\\boxed{0.5}"], ["55", "\\boxed{\\prod_{k=1}^{10^{9}} k}"], ["1,500", "\\boxed{1500}"], ["7", "\\boxed{8}"], ["7", `\\boxed{${nested(2_000)}}`], ["7", "none"]
  ]
  const scored = async (workers: number) => {
    const { close, judge } = openJudge(gsm8k, workers)
    const lines = await Promise.all(cases.map(([gold, answer], index) => scoreOutput(gsm8k, usual, item(`${index}`, gold), {
      item: `${index}`, sample: 0, ids: [...idsOf("hm"), 1, ...idsOf(answer)], finish: "stop", forced: [{ thoughtTokens: 8, ids: idsOf(`${answer.slice(7, -1)}}`) }]
    }, decoder, judge)))
    await close()
    return lines
  }

  it("gives the same lines by one thread and by three, and counts what it could not tell", async () => {
    const lines = await scored(1)
    assert.deepStrictEqual(lines.map(({ forced, lenient, strict }) => [strict, lenient, forced[0]]),
      [[true, true, true], [true, true, true], [false, false, false], [true, true, true], [false, false, false], [false, false, false], [false, false, false]])
    assert.deepStrictEqual(lines.map(({ undecided }) => undecided), [undefined, undefined, { strict: "time limit", lenient: "time limit", "forced.0": "time limit" }, undefined, undefined, undefined, undefined])
    assert.deepStrictEqual(lines[0]!.extracted, { strict: "(x+1)^2", lenient: "(x+1)^2", first: null, forced: ["(x+1)^2"] })
    assert.lengthOf(lines[5]!.extracted!.strict!, 501)
    assert.match(lines[0]!.cluster, /^[0-9a-f]{16}$/u)
    assert.deepStrictEqual(await scored(3), lines)
  }, 300_000)
})
