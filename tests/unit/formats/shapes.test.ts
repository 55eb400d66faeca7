/** What single shapes add to the shared rule: faults and options, one by one. */
import { assert, describe, it } from "vitest"
import { lastBox, correctOf, goldFromSolution, tierOf } from "../../../plugins/formats/thought-markers/told.ts"
import { problemIn } from "../../../plugins/formats/thought-markers/instructions.ts"
import { takePromptApart } from "../../../plugins/formats/thought-markers/rendered-prompt.ts"
import { read } from "./fixtures.ts"

const reasons = (name: string, record: unknown, options?: unknown) => read(name, record, options).map((trace) => "reason" in trace ? trace.reason : trace)

describe("shapes", () => {
  it("limo: the last heading with a box behind it, else the last paragraph with a box, else refused", () => {
    const limo = (solution: string) => read("limo", { question: "q", solution, answer: "4" })[0]
    assert.include(limo("a\n**Final Answer**\nno box\n\nWait.\n**Final Answer**\n\\boxed{4}\n"), { cot: "a\n**Final Answer**\nno box\n\nWait.", answer: "**Final Answer**\n\\boxed{4}" })
    assert.include(limo("a \\boxed{3}\n\nSo \\boxed{4}."), { cot: "a \\boxed{3}", answer: "So \\boxed{4}." })
    for (const text of ["a \\boxed{4}", "a\n\nSo 4.", "a\n\n**Final Answer**\n4", "a\n\nSo \\boxed{4", ""]) assert.include(limo(text), { reason: "no-markers" })
    assert.include(limo(`a\n**Final Answer**\n\\boxed{4}\n\nWait, ${"let me think again. ".repeat(60)}`), { reason: "no-markers" })
    assert.include(limo("**Final Answer**\n\\boxed{4}"), { reason: "empty-thought" })
    assert.deepStrictEqual(reasons("limo", { question: "q" }), ["missing-fields"])
  })

  it("o1-journey: the last line, or several that say the same", () => {
    const o1 = (solution: string) => read("o1-journey", { question: "q", solution, gold_answer: "4" })[0]
    assert.include(o1("a\n\n#### 4\n\n\n"), { cot: "a", answer: "#### 4" })
    assert.include(o1("a\n#### 3\nno\n#### 4\n\n#### 4"), { cot: "a\n#### 3\nno", answer: "#### 4\n\n#### 4" })
    assert.include(o1("#### 4"), { reason: "empty-thought" })
    for (const text of ["a\n#### 4\nb", "a\n####", "a 4"]) assert.include(o1(text), { reason: "no-markers" })
  })

  it("separate columns: a marker inside one is refused, an empty one named", () => {
    const plain = (cot: string, answer: string) => reasons("plain", { prompt: "q", cot, answer })
    assert.deepStrictEqual(plain("a <think> b", "4"), ["nested-markers"])
    assert.deepStrictEqual(plain("a", "</think>4"), ["repeated-markers"])
    assert.deepStrictEqual(plain(" \n", "4"), ["empty-thought"])
    assert.deepStrictEqual(plain("a", ""), ["empty-answer"])
    assert.deepStrictEqual(reasons("plain", { prompt: "\n", cot: "a", answer: "4" }), ["empty-prompt"])
    assert.deepStrictEqual(read("plain", { prompt: "q", answer: 4 }), [{ reason: "missing-fields", detail: "no text in `cot`, `answer`; the record has `prompt`, `answer`" }])
    assert.include(read("plain", { prompt: "p q", problem: "q", cot: "a", answer: "4", correct: "No", gold: 5 })[0], { problem: "q", correct: false, gold: "5" })
  })

  it("chat-fields: a turn without a thought, and a field of another name", () => {
    const record = { messages: [{ role: "user", content: "q" }, { role: "assistant", content: "4", chain: "a" }] }
    assert.deepStrictEqual(reasons("chat-fields", record), ["no-markers"])
    assert.include(read("chat-fields", record, { field: "chain" })[0], { cot: "a", answer: "4" })
  })

  it("openr1-math: a generation that is no text is refused alone", () => {
    const found = reasons("openr1-math", { problem: "q", answer: "4", generations: [null, "<think>a</think>b", "b"], correctness_math_verify: null, correctness_llama: [null, true, null] })
    assert.strictEqual(found[0], "missing-fields")
    assert.deepInclude(found[1], { cot: "a", answer: "b", correct: true })
    assert.strictEqual(found[2], "no-markers")
  })

  it("llama-nemotron: a text as input, and several turns", () => {
    const record = { output: "<think>a</think>b", reasoning: "on", system_prompt: "detailed thinking on" }
    assert.include(read("llama-nemotron", { ...record, input: "q" })[0], { prompt: "q", system: "detailed thinking on", cot: "a" })
    const turn = { role: "user", content: "q" }
    assert.deepStrictEqual(reasons("llama-nemotron", { ...record, input: [turn, { role: "assistant", content: "x" }, turn] }), ["several-turns"])
  })

  it("prompt-response: names by options, markers by options, none of either", () => {
    const record = { ask: "q", say: "[a]x[/a]y" }
    assert.include(read("prompt-response", record, { prompt: "ask", response: "say", opener: "[a]", closer: "[/a]" })[0], { prompt: "q", cot: "x", answer: "y" })
    assert.deepStrictEqual(reasons("prompt-response", record), ["missing-fields"])
    assert.deepStrictEqual(reasons("prompt-response", { prompt: "q", completion: "y" }), ["no-markers"])
  })

  it("rendered prompts: of three templates", () => {
    const parts = { system: "s", prompt: "q\n", opening: "<think>" }
    assert.deepStrictEqual(takePromptApart("<｜begin▁of▁sentence｜>s<｜User｜>q\n<｜Assistant｜><think>\n"), parts)
    assert.deepStrictEqual(takePromptApart("<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq\n<|im_end|>\n<|im_start|>assistant\n<think>\n"), parts)
    assert.deepStrictEqual(takePromptApart("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\ns<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nq\n<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n<think>"), parts)
    assert.include(takePromptApart("q"), { reason: "missing-fields" })
    assert.include(takePromptApart("<｜User｜>q<｜Assistant｜>a<｜User｜>r<｜Assistant｜>"), { reason: "several-turns" })
  })

  it("what records tell: boxes, references, correctness, tiers", () => {
    assert.deepStrictEqual(lastBox("\\boxed{3} and \\boxed{\\frac{1}{2}}."), { start: 14, content: "\\frac{1}{2}" })
    assert.deepStrictEqual(lastBox("\\boxed{\\{1, 2\\}}")?.content, "\\{1, 2\\}")
    assert.isNull(lastBox("\\boxed{\\frac{1}{2}"))
    assert.strictEqual(goldFromSolution("Adding gives $\\boxed{42}$."), "42")
    assert.strictEqual(goldFromSolution("42"), "42")
    assert.isNull(goldFromSolution("First we add.\nThen we are done."))
    assert.deepStrictEqual([true, 1, 0.5, 0, "Yes", "no", "1.0", "maybe", null, undefined, NaN].map(correctOf), [true, true, false, false, true, false, true, null, null, null, null])
    assert.deepStrictEqual([{ level: 2 }, { level: "Level 3" }, { level: "4" }, { level: null, type: "Algebra" }, {}].map((record) => tierOf(record, "level", "type")),
      ["level 2", "Level 3", "level 4", "Algebra", undefined])
  })

  it("instructions go off the problem, never off the prompt", () => {
    assert.strictEqual(problemIn("Return your final response within \\boxed{}. What is 2+2?"), "What is 2+2?")
    assert.strictEqual(problemIn("What is 2+2?\nPlease reason step by step, and put your final answer within \\boxed{}."), "What is 2+2?")
    assert.strictEqual(problemIn("Solve this math problem step by step. Put your final answer in \\boxed{}. Problem: What is 2+2? Solution: \n"), "What is 2+2?")
    assert.strictEqual(problemIn("Return your final response within \\boxed{}."), "Return your final response within \\boxed{}.")
  })
})
