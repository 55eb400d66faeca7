/** Where sentences, paragraphs and steps end, by hand and for any text. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { boundsOf, partsOf } from "../../../plugins/parts/sentences.ts"
import { stepsOf } from "../../../plugins/parts/steps.ts"

/** Texts of the signs that matter. */
const Text = Schema.Array(Schema.Literals([".", "!", " ", "\n", "\n\n", "A", "a", "3", "e.g.", "\"", "。", "é", "wait", "2."]))
const textOf = (signs: typeof Text.Type): string => signs.join("")

describe("sentences", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ["So pi is 3.14. Right?", ["So pi is 3.14. ", "Right?"]],
    ["x = 3. Then y.", ["x = 3. ", "Then y."]],
    ["Small ones, e.g. 2, i.e. the even one vs. the odd. Dr. Who", ["Small ones, e.g. 2, i.e. the even one vs. the odd. ", "Dr. Who"]],
    ["Cases:\n1. n is even.\n2. n is odd.\na. none", ["Cases:\n1. n is even.\n", "2. n is odd.\n", "a. none"]],
    ["**1.** Bold.\n(2. is next)", ["**1.** Bold.\n", "(2. is next)"]],
    ["Hmm... wait?! \"No.\" Yes (sure.) OK", ["Hmm... ", "wait?! ", "\"No.\" ", "Yes (sure.) ", "OK"]],
    ["No stop here\n\n\nbut a blank line", ["No stop here\n\n\n", "but a blank line"]],
    ["one line\nanother line", ["one line\nanother line"]],
    ["对。不对！是", ["对。", "不对！", "是"]],
    ["So $x = 2.$ Then", ["So $x = 2.$ ", "Then"]],
    ["", []], ["   ", ["   "]], ["One. ", ["One. "]]
  ]
  for (const [text, parts] of cases) it(JSON.stringify(text), () => assert.deepStrictEqual(partsOf(text, "sentence"), parts))

  it("paragraphs end at blank lines alone", () => {
    assert.deepStrictEqual(partsOf("One. Two.\r\n \r\nThree\nfour.\n", "paragraph"), ["One. Two.\r\n \r\n", "Three\nfour.\n"])
    assert.deepStrictEqual(boundsOf("One.\n\nTwo\n", "paragraph"), [{ end: 4, next: 6 }, { end: 9, next: 10 }])
  })

  it.prop("parts joined are the text; bounds go forward; a paragraph's end is a sentence's", { signs: Text }, ({ signs }) => {
    const text = textOf(signs)
    for (const unit of ["sentence", "paragraph"] as const) {
      assert.strictEqual(partsOf(text, unit).join(""), text)
      const bounds = boundsOf(text, unit)
      assert.isTrue(bounds.every(({ end, next }, i) => end <= next && (i === 0 || bounds[i - 1]!.next <= end)), text)
      assert.strictEqual(bounds.at(-1)!.next, text.length)
    }
    const sentences = new Set(boundsOf(text, "sentence").map(({ next }) => next))
    assert.isTrue(boundsOf(text, "paragraph").every(({ next }) => sentences.has(next)), text)
  })

  it("a long run of white space or stops takes no time", () => {
    const started = performance.now()
    for (const sign of [" ", "\n", ".", " .", "!?", "1. ", "\"'"]) partsOf(`a${sign.repeat(200_000)}b`, "sentence")
    assert.isBelow(performance.now() - started, 3000)
  })
})

describe("steps", () => {
  const joined = (text: string, by: "paragraph" | "sentence") => {
    const { gaps, lead, steps } = stepsOf(text, by)
    return lead + steps.map((step, i) => step + gaps[i]!).join("")
  }
  it("are paragraphs, else lines, else sentences, else blocks that begin with a capital", () => {
    assert.deepStrictEqual(stepsOf("\n\na. b\n\nc\n", "paragraph"), { lead: "\n\n", steps: ["a. b", "c"], gaps: ["\n\n", "\n"] })
    assert.deepStrictEqual(stepsOf("one\ntwo. three\n", "paragraph"), { lead: "", steps: ["one", "two. three"], gaps: ["\n", "\n"] })
    assert.deepStrictEqual(stepsOf("One. Two.", "paragraph"), { lead: "", steps: ["One.", "Two."], gaps: [" ", ""] })
    assert.deepStrictEqual(stepsOf("D1+1=2A2W1+1=2!", "paragraph").steps, ["D1+1=2", "A2", "W1+1=2!"])
    assert.deepStrictEqual(stepsOf("a. b\n\nOne. Two", "sentence").steps, ["a. b", "One.", "Two"])
    assert.deepStrictEqual(stepsOf(" \n", "paragraph").steps, [])
  })
  it.prop("joined with what stands between they are the text", { signs: Text }, ({ signs }) => {
    assert.strictEqual(joined(textOf(signs), "paragraph"), textOf(signs))
    assert.strictEqual(joined(textOf(signs), "sentence"), textOf(signs))
  })
})
