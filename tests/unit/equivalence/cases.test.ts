import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { makeEquivalence } from "../../../framework/equivalence/equivalence.ts"
import type { GradeOptions } from "../../../framework/equivalence/grade.ts"
import { hardNegatives, hardPositives, type Pair } from "./generated-pairs.ts"

const pool = makeEquivalence({ workers: 1 })
afterAll(() => pool.close())

interface Case {
  readonly gold: string | number | null
  readonly pred: string | number | null
  readonly equal: boolean
  readonly options: GradeOptions
  readonly symmetric: boolean
}

const acceptedOf = async (pairs: ReadonlyArray<Pair>): Promise<ReadonlyArray<Pair>> => {
  const verdicts = await Promise.all(pairs.map(({ gold, pred }) => pool.equal(gold, pred)))
  return pairs.filter((_, index) => verdicts[index]!.equal)
}

describe("equivalence", () => {
  it("agrees with the cases of public graders", async () => {
    const cases = readFileSync(join(import.meta.dirname, "../../fixtures/answer-equivalence/cases.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line) as Case)
    const wrong: Array<Case> = []
    for (const one of cases) {
      const verdicts = [await pool.equal(one.gold, one.pred, one.options)]
      if (one.symmetric) verdicts.push(await pool.equal(one.pred, one.gold, one.options))
      if (verdicts.some(({ equal }) => equal !== one.equal)) wrong.push(one)
    }
    assert.isAbove(cases.length, 40)
    assert.isAtMost(wrong.filter(({ equal }) => !equal).length, 1, JSON.stringify(wrong))
    assert.isAtMost(wrong.filter(({ equal }) => equal).length, 2, JSON.stringify(wrong))
  })

  it("takes no near miss for the answer: at most 0.5 % of 1,000", async () => {
    const accepted = await acceptedOf(hardNegatives(1000, 20))
    assert.isAtMost(accepted.length, 5, JSON.stringify(accepted))
  })

  it("knows the same value in other dress", async () => {
    const pairs = hardPositives(500, 21)
    const accepted = new Set(await acceptedOf(pairs))
    assert.deepStrictEqual(pairs.filter((pair) => !accepted.has(pair)), [])
  })

  it("has no rule of percent, and no trust in a rest", async () => {
    const unequal: ReadonlyArray<readonly [string, string]> = [
      ["100", "1"], ["12", "12^{"], ["(+5)(b+2)", "(5)(2)"], ["5,15", "515"], ["0.5", "50"], ["15", "19(TNYWR)+15"], ["(-\\sqrt{3},\\sqrt{3})", "[-\\sqrt{3},\\sqrt{3}]"], ["52_8", "42"], ["9^{9^{9}}", "9^{9^{9}}+1"],
      ["2^{100}", "2^{100}+1"], ["x", "y"], ["5", "2x+3=5"], ["10", "4+5=10"], ["\\frac{1}{0}", "\\frac{2}{0}"]
    ]
    for (const [gold, pred] of unequal) {
      for (const [a, b] of [[gold, pred], [pred, gold]] as const) assert.isFalse((await pool.equal(a, b)).equal, `${a} and ${b}`)
    }
  })

  it("compares what has to be computed", async () => {
    const equal: ReadonlyArray<readonly [string, string]> = [
      ["x^2+2x+1", "(x+1)^2"], ["\\sec^2 y", "1+\\tan^2 y"], ["e^{i\\pi}", "-1"], ["\\sum_{k=1}^{10} k", "55"], ["\\log_2 8", "3"], ["\\binom{5}{2}", "10"], ["\\sqrt[3]{-8}", "-2"], ["180^\\circ", "\\pi"],
      ["2x+4y-3=0", "y=-\\frac{1}{2}x+\\frac{3}{4}"], ["x<1", "-x>-1"], ["\\begin{pmatrix}6 & 8\\\\10 & 12\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}+\\begin{pmatrix}5&6\\\\7&8\\end{pmatrix}"],
      ["1\\leq|z|\\leq 2", "[-2,-1]\\cup[1,2]"], ["5!", "120"], ["10", "5+5=10"], ["1.5\\times 10^{3}", "1500"], ["\\frac{x^2-1}{x-1}", "x+1"], ["3 \\pm \\sqrt{2}", "3-\\sqrt2, 3+\\sqrt2"], ["\\sqrt{2}", "1.4142136"]
    ]
    for (const [gold, pred] of equal) {
      for (const [a, b] of [[gold, pred], [pred, gold]] as const) assert.isTrue((await pool.equal(a, b)).equal, `${a} and ${b}`)
    }
  })

  it("goes by a row's options", async () => {
    assert.isFalse((await pool.equal("f(x)", "f(y)")).equal)
    assert.isTrue((await pool.equal("f(x)", "f(y)", { strict: false })).equal)
    assert.isFalse((await pool.equal("\\{1,2\\}", "(2,1)")).equal)
    assert.isTrue((await pool.equal("\\{1,2\\}", "(2,1)", { strict: false })).equal)
    assert.isTrue((await pool.equal("[5,\\infty)", "x \\ge 5")).equal)
    assert.isFalse((await pool.equal("[5,\\infty)", "x \\ge 5", { allow_set_relation_comp: false })).equal)
    assert.isTrue((await pool.equal("x \\ge 5", "[5,\\infty)", { allow_set_relation_comp: false })).equal)
    assert.isFalse((await pool.equal("\\frac{8}{3}", "2.67")).equal)
    assert.isTrue((await pool.equal("\\frac{8}{3}", "2.67", { precision: 2 })).equal)
    assert.isFalse((await pool.equal("\\frac{8}{3}", "2.68", { precision: 2 })).equal)
    assert.isTrue((await pool.equal("D", "The answer is for sure D, it can't be A or B", { kind: "multiple-choice letter" })).equal)
    assert.deepStrictEqual(await pool.equal("7", "\\boxed{3} and then 7", { extraction: ["last"] }), { equal: true, extracted: "7", reason: "same text" })
  })
})
