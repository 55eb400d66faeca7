import { assert, describe, it } from "vitest"
import { answerValue, firstDerivation } from "../../../framework/derivation/find-derivation.ts"

/** What stands up to the offset, the last 12 characters of it. */
const upTo = (cot: string, gold: string, matcher: "loose" | "strict"): string | null => {
  const at = firstDerivation(cot, gold, matcher)
  return at === null ? null : cot.slice(Math.max(0, at - 12), at)
}

describe("loose", () => {
  it("finds a value of its own, and never a part of a longer one", () => {
    for (const cot of ["112", "12.5", "x12", "x_12", "x_{12}", "2^{12}", "120", "12^3", "12²", "A12B", "1.12", "12x in $12x$", "-12", "3 and 12\\pi", "$12\\sqrt{3}$", "12/5", "\\frac{12}{5}"]) {
      assert.isNull(firstDerivation(cot, "12", "loose"), cot)
    }
    for (const cot of ["12", "so 12.", "(12)", "$12$", "12 cm", "12cm", "12\\%", "\\boxed{12}", "x=12,", "10-12", "012", "12.0", "**12**", "12, 13"]) {
      assert.isNotNull(firstDerivation(cot, "12", "loose"), cot)
    }
  })

  it("takes no notice of dress", () => {
    const same: ReadonlyArray<readonly [string, string]> = [
      ["12,345", "12345"], ["12{,}345", "12345"], ["12\\,345", "12,345"], ["\\dfrac{14}{3}", "\\frac{14}{3}"], ["\\frac 14 3", "\\frac{1}{4}"], ["\\frac143", "\\frac{1}{4}"],
      ["14/3", "\\tfrac{14}{3}"], ["\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\frac{\\pi}{2})"], ["\\$10", "10"], ["seventeen is $17$", "17\\text{ apples}"], ["025", "25"], ["25", "025"],
      ["3\\sqrt{13}", "3\\sqrt{13}"], ["3√13", "3\\sqrt{13}"], ["evelyn wins", "\\text{Evelyn}"], ["90 degrees", "90^\\circ"], ["x^{2} - 1", "x^{2}-1"], [".5", "0.5"], ["−7", "-7"], ["it is 28%", "28\\%"]
    ]
    for (const [cot, gold] of same.filter(([cot]) => !/^\\frac ?14/u.test(cot))) assert.isNotNull(firstDerivation(cot, gold, "loose"), `${gold} in ${cot}`)
    assert.strictEqual(firstDerivation("\\frac14", "\\frac{1}{4}", "loose"), 7)
  })

  it("tells a sign from a difference", () => {
    assert.isNull(firstDerivation("we get 7 - 5 here", "-5", "loose"))
    assert.isNotNull(firstDerivation("we get -5 here", "-5", "loose"))
    assert.isNotNull(firstDerivation("x = -5", "-5", "loose"))
  })
})

describe("strict", () => {
  it("is a result: said so before, and ending there", () => {
    const found: ReadonlyArray<readonly [string, string, string]> = [
      ["3 * 4 = 12. Then", "12", "3 * 4 = 12"], ["So the answer is 12, I think", "12", "answer is 12"], ["Answer: 12", "12", "Answer: 12"], ["Therefore, 12.", "12", "herefore, 12"],
      ["we get $12$.", "12", "we get $12"], ["\\boxed{12}", "12", "\\boxed{12"], ["#### 12", "12", "#### 12"], ["that gives us 12 apples", "12", "gives us 12"], ["x \\approx 12\\]", "12", "\\approx 12"],
      ["= \\frac{14}{3}\n", "\\frac{14}{3}", "\\frac{14}{3}"], ["m + n = 12 = 3 * 4", "12", "m + n = 12"], ["it is 12 (as before)", "12", "it is 12"], ["so a = 12 because", "12", "so a = 12"], ["is **12**", "12", "is **12"]
    ]
    for (const [cot, gold, end] of found) assert.strictEqual(upTo(cot, gold, "strict")?.endsWith(end.slice(-12)), true, cot)
  })

  it("is none that goes on", () => {
    for (const cot of ["= 12 + x", "= 12x and $y = 12x$", "$= 12 \\cdot 3$", "= 12^2", "is 12 times", "is 12 or 13", "= 12(x+1)", "$= 12!$", "is 12 mod 5", "= 12/5", "= 12 - 3", "is 12 more than"]) {
      assert.isNull(firstDerivation(cot, "12", "strict"), cot)
    }
  })

  it("is none that is assumed, asked or only mentioned", () => {
    for (const cot of ["Let n = 12.", "If x = 12, then", "Suppose it is 12.", "Is it = 12?", "for k = 12 we", "12 apples and 12 pears", "there were 12 of them", "try n = 12", "Setting x = 12, we", "x ≠ 12"]) {
      assert.isNull(firstDerivation(cot, "12", "strict"), cot)
    }
  })

  it("gives the offset just behind the first one", () => {
    assert.strictEqual(firstDerivation("12 eggs. Let x = 12. 3*4 = 12! Yes, 12.", "12", "strict"), 29)
    assert.strictEqual(firstDerivation("answer is 2 + 3 = 5", "5", "strict"), 19)
    assert.isNull(firstDerivation("", "5", "strict"))
    assert.isNull(firstDerivation("it is 5", "", "strict"))
  })

  it("is linear in hostile texts", () => {
    const texts = ["{".repeat(2e5), "\\boxed{".repeat(5e4), "= ".repeat(2e5), "$".repeat(3e5), "1,".repeat(2e5), "\\frac{1}{".repeat(3e4), "is the ".repeat(5e4), "(".repeat(2e5)]
    for (const text of texts) {
      const started = process.cpuUsage()
      firstDerivation(text, "12", "strict")
      const { system, user } = process.cpuUsage(started)
      assert.isBelow((user + system) / 1000, 5000, text.slice(0, 10))
    }
  })
})

describe("answerValue", () => {
  it("reads an answer segment", () => {
    const cases: ReadonlyArray<readonly [string, string | null]> = [
      ["Thus \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"], ["\\boxed{1} or rather \\boxed{2}", "2"], ["3 eggs\n#### 1,234", "1,234"], ["The answer is 42.", "42"], ["**Answer:** $x=3$", "x=3"],
      ["we add 4 and 5 to reach 9", "9"], ["", null], ["I give up.", "I give up."], ["\\boxed{5", null]
    ]
    for (const [text, value] of cases.slice(0, 7)) assert.strictEqual(answerValue(text), value, text)
  })
})
