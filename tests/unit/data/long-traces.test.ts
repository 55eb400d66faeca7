/** A trace longer than any model reads is counted, and never tokenised. */
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { drawn, fileOf } from "./traces-file.ts"

describe("a trace of more than 4 million characters", () => {
  it("is counted with its place and its length; a shorter one is used", async () => {
    const record = (cot: string) => ({ prompt: "What is 1 + 1?", cot, answer: "2" })
    const source = `jsonl:${fileOf([record("It is 2."), record("x".repeat(2 ** 22)), record("y".repeat(2 ** 20))])}`
    const { tally, traces } = await Effect.runPromise(drawn({ source }, { split: "all", count: 10 }))
    assert.deepStrictEqual(traces.map(({ cot }) => cot.length), [8, 2 ** 20])
    const [left] = tally.reasons
    assert.strictEqual(left!.reason, "line-too-long")
    assert.match(left!.examples[0]!, /:2$/u)
    assert.match(left!.detail!, /^4194319 characters of text/u)
  })
})
