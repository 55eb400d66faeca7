/** The one rule for texts with markers, fault by fault. */
import { assert, describe, it } from "vitest"
import { thinkMarkers, thoughtMarkers } from "../../../plugins/formats/thought-markers/marker-pairs.ts"
import { takeApart } from "../../../plugins/formats/thought-markers/take-apart.ts"
import { read } from "./fixtures.ts"

const think = (text: string, openedByPrompt = false) => takeApart(text, thinkMarkers, { openedByPrompt })
const thought = (text: string) => takeApart(text, thoughtMarkers)
const reasonOf = (parts: object) => "reason" in parts ? parts.reason : parts

const [T, t, S, s] = ["<|begin_of_thought|>", "<|end_of_thought|>", "<|begin_of_solution|>", "<|end_of_solution|>"]

describe("a text with markers", () => {
  it("one opener, one closer: thought and answer, edges trimmed, inside untouched", () => {
    assert.deepStrictEqual(think("<think>\n a\n\n b \n</think>\n\n c  d \n"), { cot: "a\n\n b", answer: "c  d", closed: true })
    assert.deepStrictEqual(thought(`\n${T}\n\na\n\n${t}\n\n${S}\n\nb\n\n${s}`), { cot: "a", answer: "b", closed: true })
    assert.deepStrictEqual(thought(`${T}a${t}b`), { cot: "a", answer: "b", closed: true })
  })

  it("end tokens go off the answer, and off a thought that never ends", () => {
    for (const token of ["<｜end▁of▁sentence｜>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "</s>", "<|im_end|>\n<|endoftext|>"]) {
      assert.deepStrictEqual(think(`<think>a</think>b\n${token}\n`), { cot: "a", answer: "b", closed: true })
    }
    assert.deepStrictEqual(think("<think>a<|im_end|>"), { cot: "a", answer: "", closed: false })
    assert.deepStrictEqual(think("<think>a</think>ends <|im_end|> inside"), { cot: "a", answer: "ends <|im_end|> inside", closed: true })
  })

  it("an opener alone: the thought never ends", () => {
    assert.deepStrictEqual(think("<think>\nThe first"), { cot: "The first", answer: "", closed: false })
    assert.deepStrictEqual(thought(`${T}a`), { cot: "a", answer: "", closed: false })
  })

  it("a closer alone: only where the prompt opens the thought", () => {
    assert.deepStrictEqual(think("a\n</think>\nb", true), { cot: "a", answer: "b", closed: true })
    assert.deepStrictEqual(think("a", true), { cot: "a", answer: "", closed: false })
    assert.strictEqual(reasonOf(think("a\n</think>\nb")), "no-markers")
  })

  it.each([
    ["none", "The answer is 4.", "no-markers"],
    ["empty", "", "no-markers"],
    ["an opener inside the thought", "<think>a<think>b</think>c", "nested-markers"],
    ["two whole pairs, nested", "<think>a<think>b</think>c</think>d", "nested-markers"],
    ["two thoughts", "<think>a</think>b<think>c</think>d", "repeated-markers"],
    ["a second closer", "<think>a</think>b</think>c", "repeated-markers"],
    ["an opener in the answer", "<think>a</think>write <think> first", "repeated-markers"],
    ["the closer first", "a</think>b<think>c", "no-markers"],
    ["text before the opener", "Sure! <think>a</think>b", "no-markers"],
    ["quoted in running text", "The tag <think> opens a thought.", "no-markers"]
  ])("%s is refused", (_, text, reason) => assert.strictEqual(reasonOf(think(text)), reason))

  it("an opener where the prompt gave one already is nested", () => {
    assert.strictEqual(reasonOf(think("<think>\na</think>b", true)), "nested-markers")
  })

  it.each([
    ["two solutions", `${T}a${t}${S}b${s}${S}c${s}`, "repeated-markers"],
    ["two ends of it", `${T}a${t}${S}b${s}c${s}`, "repeated-markers"],
    ["an end before its beginning", `${T}a${t}b${s}c${S}d`, "nested-markers"],
    ["an end without beginning", `${T}a${t}b${s}`, "no-markers"],
    ["a solution that never ends", `${T}a${t}${S}b`, "answer-never-ends"],
    ["a solution inside the thought", `${T}a${S}b${s}${t}c`, "nested-markers"],
    ["a solution in a thought that never ends", `${T}a${S}b${s}`, "nested-markers"]
  ])("%s is refused", (_, text, reason) => assert.strictEqual(reasonOf(thought(text)), reason))

  it("text around the solution's markers is kept: the model wrote it", () => {
    assert.deepStrictEqual(thought(`${T}a${t}\n\nSo:\n${S}\nb\n${s}\n\n(Note: c.)`), { cot: "a", answer: "So:\n\nb\n\n\n(Note: c.)", closed: true })
  })

  it("takes time that grows with the text alone", () => {
    const long = "a".repeat(4_000_000)
    const started = performance.now()
    assert.isFalse("reason" in think(`<think>${long}</think>${long}`))
    assert.strictEqual(reasonOf(think("<think>".repeat(500_000))), "nested-markers")
    assert.strictEqual(reasonOf(think("<think>a</think>".repeat(200_000))), "repeated-markers")
    assert.isFalse("reason" in think(`<think>a</think>b${"<|im_end|>\n".repeat(20_000)}`))
    assert.isBelow(performance.now() - started, 5_000)
  })
})

describe("a chat", () => {
  const chat = (system: string, user: string, reply: string) => ({
    messages: [{ role: "system", content: system }, { role: "user", content: user }, { role: "assistant", content: reply }]
  })
  const all = `${T}x${t}${S}y${s}<think>z</think>`

  it("markers in the system prompt and in the user's text are nobody's thought", () => {
    for (const [name, reply] of [["chat-think", "<think>a</think>b"], ["thought-markers", `${T}a${t}${S}b${s}`]] as const) {
      const [trace] = read(name, chat(all, all, reply))
      assert.deepStrictEqual(trace, { system: all, prompt: all, cot: "a", answer: "b", closed: true, gold: null, correct: null })
    }
    assert.deepStrictEqual(read("chat-think", chat(all, all, "b")).map(reasonOf), ["no-markers"])
  })

  it.each([
    ["an empty thought", "<think> \n</think>b", "empty-thought"],
    ["an empty thought that never ends", "<think>\n", "empty-thought"],
    ["an empty answer", "<think>a</think>\n<|im_end|>", "empty-answer"]
  ])("%s is refused", (_, reply, reason) => assert.deepStrictEqual(read("chat-think", chat("", "q", reply)).map(reasonOf), [reason]))

  it("an empty prompt is refused; an empty system prompt is none", () => {
    assert.deepStrictEqual(read("chat-think", chat("", " ", "<think>a</think>b")).map(reasonOf), ["empty-prompt"])
    assert.notProperty(read("chat-think", chat(" ", "q", "<think>a</think>b"))[0], "system")
  })

  it("several turns are refused, and what is no chat", () => {
    const turn = { role: "user", content: "q" }
    const reply = { role: "assistant", content: "<think>a</think>b" }
    for (const messages of [[turn, reply, turn, reply], [turn, reply, reply], [reply, turn], [turn, { role: "tool", content: "1" }, reply]]) {
      assert.deepStrictEqual(read("chat-think", { messages }).map(reasonOf), ["several-turns"])
    }
    for (const messages of [[turn], [reply], [], null, "no list", [1, 2]]) {
      assert.deepStrictEqual(read("chat-think", { messages }).map(reasonOf), ["missing-fields"])
    }
  })

  it("a list written as JSON text, as in CSV, is read", () => {
    const { messages } = chat("", "q", "<think>a</think>b")
    assert.include(read("chat-think", { messages: JSON.stringify(messages) })[0], { prompt: "q", cot: "a", answer: "b" })
  })
})
