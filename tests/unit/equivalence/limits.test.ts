/** Input that is meant to block, to exhaust or to break: each is answered, in time, and the next one, too. */
import { afterAll, assert, describe, it } from "vitest"
import { makeEquivalence } from "../../../framework/equivalence/equivalence.ts"
import { prejudge } from "../../../framework/equivalence/grade.ts"
import { ownThread, processorMilliseconds } from "../../../framework/equivalence/processor-time.ts"

const pool = makeEquivalence({ workers: 1, timeLimitMilliseconds: 1500, memoryMebibytes: 96 })
afterAll(() => pool.close())

const nested = (depth: number): string => `${"\\frac{1}{".repeat(depth)}2${"}".repeat(depth)}`

describe("limits", () => {
  it("ends what never would, and goes on with the rest of its batch", async () => {
    const verdicts = await Promise.all([
      pool.equal("x^2-1", "(x-1)(x+1)"), pool.equal("\\prod_{k=1}^{10^{9}} k", "55"), pool.equal("\\sin^2 x", "1-\\cos^2 x"), pool.equal("9^{9^{9}}", "9^{9^{9}}+1"), pool.equal("2x", "x+x")
    ])
    assert.deepStrictEqual(verdicts.map(({ equal }) => equal), [true, false, true, false, true])
    assert.strictEqual(verdicts[1]!.reason, "time limit")
  })

  it("counts processor time, not how busy the machine is", async () => {
    const folder = ownThread()
    const [before, until] = [processorMilliseconds(folder)!, performance.now() + 300]
    while (performance.now() < until) Math.sqrt(until)
    const worked = processorMilliseconds(folder)!
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.isAbove(worked, before)
    assert.isAtMost(processorMilliseconds(folder)! - worked, 150)
    assert.isNull(processorMilliseconds("/proc/self/task/0"))
  })

  it("ends what takes all memory, and says where no engine can start", async () => {
    const own = makeEquivalence({ workers: 1, timeLimitMilliseconds: 30_000, memoryMebibytes: 48 })
    const verdicts = await Promise.all([own.equal("\\sum_{k=1}^{5} (10^{10^{8}})^k", "3"), own.equal("x+1", "1+x")])
    await own.close()
    assert.deepStrictEqual(verdicts.map(({ equal, reason }) => [equal, reason]), [[false, "memory limit"], [true, "equal expressions"]])
    const tiny = makeEquivalence({ workers: 1, memoryMebibytes: 2 })
    const failed = await tiny.equal("x+1", "y+1").then(() => null, (error: { readonly _tag: string }) => error._tag)
    await tiny.close()
    assert.strictEqual(failed, "NoEngine")
  })

  it("reads no answer that is too long or too deep", async () => {
    for (const [gold, pred, reason] of [
      ["5", nested(10_000), "nested too deeply to read"], ["5", `\\boxed{${nested(4_000)}}`, undefined], ["5", `\\boxed{${"1+".repeat(2000)}1}`, "too long to read"], ["5", "\\boxed{5", undefined],
      ["5", "\\frac{5}{", undefined], ["5", "", "no answer"], ["5", null, "no answer"], [null, "5", "no reference answer"], ["5", "x ".repeat(500_000), undefined]
    ] as const) {
      const verdict = await pool.equal(gold, pred)
      assert.isFalse(verdict.equal, String(pred).slice(0, 20))
      if (reason !== undefined && pred !== nested(10_000)) assert.strictEqual(verdict.reason, reason)
    }
  })

  it("takes the last of ten answers, and of none none", async () => {
    const ten = Array.from({ length: 10 }, (_, n) => `It may be \\boxed{${n}}.`).join("\n\n")
    assert.deepStrictEqual(await pool.equal("9", ten), { equal: true, extracted: "9", reason: "same text" })
    assert.deepStrictEqual(await pool.equal("0", ten), { equal: false, extracted: "9", reason: "different" })
    assert.deepStrictEqual(await pool.equal("0", "I have looked at this for a long while, and I am still not sure of what it could possibly be."), { equal: false, extracted: null, reason: "no answer" })
  })

  it("decides about a megabyte at once", () => {
    for (const piece of ["x", "7 ", "$", "\\(", "\\boxed{", "$7$ and ", "{", "\\text{", "1,", "= ", "the answer is ", "\\frac{1}{", "\\[", "#### "]) {
      const started = process.cpuUsage()
      prejudge("7", piece.repeat(Math.ceil(2 ** 20 / piece.length)))
      const { system, user } = process.cpuUsage(started)
      assert.isBelow((user + system) / 1000, 4000, piece)
    }
  })

  it("finds the answer at the end of a megabyte", async () => {
    assert.isTrue((await pool.equal("7", `${"We try 3 and $4$. ".repeat(60_000)}So the answer is \\boxed{7}.`)).equal)
  })

  it("refuses after closing, and never hangs", async () => {
    const own = makeEquivalence({ workers: 1 })
    const asked = own.equal("\\prod_{k=1}^{10^{9}} k", "3")
    await new Promise((resolve) => setTimeout(resolve, 50))
    await own.close()
    assert.strictEqual((await asked).reason, "stopped")
  })
})
