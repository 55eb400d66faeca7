import { assert, describe, it } from "vitest"
import { sampleTexts } from "../../../framework/evaluation/samples.ts"

const decoder = { decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => String.fromCharCode(96 + id)).join(""), endOfThoughtId: 26 }
const items = ["one", "two"].map((id) => ({ id, problem: id, prompt: `P ${id}`, gold: "c", tier: "easy" }))
const line = (item: string, strict: boolean) => ({
  item, sample: 0, cluster: item, tier: "easy", strict, lenient: strict, first: true, forced: [true, false], finished: strict, thoughtClosed: strict, tokens: 3
})

describe("sampleTexts", () => {
  it("shows prompt, thought, answer and what each rule said", () => {
    const outputs = [
      { item: "two", sample: 0, ids: [1, 2], finish: "length", forced: [] },
      { item: "one", sample: 0, ids: [1, 2, 26, 3], finish: "stop", forced: [] }
    ] as const
    assert.strictEqual(sampleTexts(items, outputs, [line("one", true), line("two", false)], decoder), [
      "one, sample 0 (easy): strict yes, lenient yes, first yes, forced yes, forced no",
      "  prompt   P one", "  gold     c", "  thought  ab", "  answer   c",
      "",
      "two, sample 0 (easy): strict no, lenient no, first yes, forced yes, forced no",
      "  prompt   P two", "  gold     c", "  thought  ab", "  answer   (the thought never ended) (cut at the limit)", ""
    ].join("\n"))
    assert.strictEqual(sampleTexts(items, outputs, [line("one", true), line("two", false)], decoder, 1).split("\n\n").length, 1)
  })
})
