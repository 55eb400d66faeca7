import { assert, describe, it } from "vitest"
import { outputTexts } from "../../../framework/evaluation/texts.ts"

const decoder = { decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => String.fromCharCode(96 + id)).join(""), endOfThoughtId: 26 }
const items = ["one", "two"].map((id) => ({ id, problem: id, prompt: `P ${id}`, gold: "c", tier: "easy" }))

describe("outputTexts", () => {
  it("has every output as text with what each rule read, in the order asked for", () => {
    const outputs = [
      { item: "two", sample: 0, ids: [1, 2], finish: "length", forced: [] },
      { item: "one", sample: 0, ids: [1, 2, 26, 3], finish: "stop", forced: [{ thoughtTokens: 2, ids: [4] }] }
    ] as const
    const lines = [
      { item: "one", sample: 0, extracted: { strict: "c", lenient: "c", first: "a", forced: ["d"] } },
      { item: "two", sample: 0, extracted: { strict: null, lenient: "b", first: "a", forced: [] } }, { item: "three", sample: 0 }
    ]
    assert.deepStrictEqual(outputTexts(items, outputs, lines, decoder), [
      { item: "one", sample: 0, prompt: "P one", gold: "c", thought: "ab", answer: "c", read: { strict: "c", lenient: "c", first: "a", forced: ["d"] } },
      { item: "two", sample: 0, prompt: "P two", gold: "c", thought: "ab", answer: null, read: { strict: null, lenient: "b", first: "a", forced: [] } }
    ])
  })
})
