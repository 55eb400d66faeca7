import { assert, describe, it } from "vitest"
import { contaminationIndex } from "../../../framework/sources/contamination.ts"
import { normaliseProblem, wordsOf } from "../../../framework/sources/normalise-problem.ts"

describe("normaliseProblem", () => {
  const same: Readonly<Record<string, ReadonlyArray<string>>> = {
    "Find $x + 1$.": [
      "Return your final response within \\boxed{}. Find $x + 1$.", "  Find\n$x \\, + \\; 1$. ", "Find $\\left x + 1\\right$.",
      "Find $x + 1$. Please reason step by step, and put your final answer within \\boxed{}.", "Find $x +~1$.",
      "Solve the following math problem. Make sure to put the answer (and only answer) inside \\boxed{}.\n\nFind $x + 1$.", "Find $x \\quad + 1$."
    ],
    "x2 and fi": ["x² and ﬁ"]
  }
  for (const [plain, written] of Object.entries(same)) {
    for (const text of written) it(JSON.stringify(text), () => assert.strictEqual(normaliseProblem(text).replace(/ (?=\$)/u, " ").replaceAll("$ ", "$"), plain))
  }
  it("keeps what tells problems apart", () => {
    assert.notStrictEqual(normaliseProblem("Find 2x."), normaliseProblem("Find 3x."))
    assert.notStrictEqual(normaliseProblem("\\leftarrow"), normaliseProblem("arrow"))
    assert.strictEqual(normaliseProblem(normaliseProblem("Please reason step by step. A  b")), "A b")
  })
})

describe("contamination", () => {
  const item = (id: string, problem: string) => ({ evaluation: "e", id, problem })
  const words = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String.fromCharCode(97 + (from + i) % 26).repeat(2 + Math.floor((from + i) / 26))).join(" ")
  it("counts the item's n-grams that stand in the problem", () => {
    const find = contaminationIndex([item("a", words(0, 17))], { ngram: 8, share: 0.5 })
    assert.deepStrictEqual(find(words(0, 17)), { evaluation: "e", item: "a", share: 1 })
    assert.deepStrictEqual(find(`${words(0, 12)} and ${words(30, 50)}`), { evaluation: "e", item: "a", share: 0.5 })
    assert.isNull(find(`${words(0, 11)} and ${words(30, 50)}`))
    assert.isNull(find(words(20, 60)))
  })
  it("takes short items only whole, and the closest of several", () => {
    const find = contaminationIndex([item("short", "7 + 7"), item("long", words(0, 10)), item("longer", words(0, 16))], { ngram: 8, share: 0.1 })
    assert.strictEqual(find("7+7?")!.item, "short")
    assert.isNull(find("What is 7 + 7?"))
    assert.strictEqual(find(words(0, 10))!.item, "long")
    // All but one word of a short item is another problem; half of a long one is not.
    assert.isNull(contaminationIndex([item("long", words(0, 10))], { ngram: 8, share: 0.5 })(`${words(0, 9)} 7`))
  })
  it("words are letters, numbers and the signs of arithmetic", () =>
    assert.deepStrictEqual(wordsOf("If $3x^2 = \\frac{1}{2}$, Größe?"), ["if", "3", "x", "^", "2", "=", "frac", "1", "2", "größe"]))
})
