import { afterAll, assert, describe, it } from "vitest"
import { equivalentDerivation, equivalentDerivations } from "../../../framework/derivation/equivalent-derivation.ts"
import { makeEquivalence } from "../../../framework/equivalence/equivalence.ts"

const pool = makeEquivalence({ workers: 1 })
afterAll(() => pool.close())

describe("equivalent derivation", () => {
  it("finds what equals the answer as mathematics, just behind it", async () => {
    const cases: ReadonlyArray<readonly [cot: string, gold: string, behind: string | null]> = [
      ["60/8 = 7.5, and 7.5 times 7 is 52.5. So 105/2.", "\\frac{105}{2}", "is 52.5"],
      ["So, sin B is sqrt(65)/9.", "\\frac{\\sqrt{65}}{9}", "sqrt(65)/9"],
      ["v = (5/3 - 2, 1) = (-1/3, 1). Yes.", "(-\\frac{1}{3},1)", "(-1/3, 1)"],
      ["we get $x = 2\\sqrt{3}$ here", "\\sqrt{12}", "2\\sqrt{3}"],
      // Not yet computed.
      ["a + c = 11 + 78 = 89.", "89", "= 89"],
      ["the value is 3^7, which is 2187.", "2187", "is 2187"],
      ["so x = 28/2. Then x = 14.", "14", "= 14"],
      // Assumed, asked, one of two.
      ["Let x = 0.5. Is it = 0.5? It is 0.5 or 2.", "\\frac{1}{2}", null],
      ["nothing here", "5", null]
    ]
    for (const [cot, gold, behind] of cases) {
      const at = await equivalentDerivation({ cot, gold }, pool)
      assert.strictEqual(at, behind === null ? null : cot.indexOf(behind) + behind.length, cot)
    }
  })

  it("answers a stream in its order, and is bounded in what it looks at", async () => {
    const requests = Array.from({ length: 25 }, (_, index) => ({ cot: `${"so it is 3. ".repeat(index)} so x = ${index}.5`, gold: `\\frac{${2 * index + 1}}{2}` }))
    const found: Array<number | null> = []
    for await (const at of equivalentDerivations(requests, pool, { concurrency: 3 })) found.push(at)
    assert.deepStrictEqual(found, requests.map(({ cot }) => cot.length))
    assert.isNull(await equivalentDerivation({ cot: "= 3. = 4. = 0.5.", gold: "\\frac12" }, pool, { candidates: 2 }))
  })
})
