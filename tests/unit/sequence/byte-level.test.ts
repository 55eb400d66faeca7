/** Offsets of byte-level BPE, rebuilt from tokens, against those of the `tokenizers` library (tests/fixtures/byte-level/make.py). */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { promptIds, tokeniseTrace } from "../../../framework/sequence/render.ts"
import { segmentCode } from "../../../framework/sequence/Segment.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"

const folder = "tests/fixtures/byte-level"
const golden: ReadonlyArray<{ text: string; ids: Array<number>; starts: Array<number> }> = JSON.parse(readFileSync(`${folder}/golden.json`, "utf8"))
const tokenizer = await Effect.runPromise(loadTokenizer(folder))

/** Python counts whole characters: a token that starts inside one starts where the character does. */
const characterStart = (text: string, byte: number): number => {
  const bytes = Buffer.from(text)
  let at = byte
  while (at > 0 && at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at--
  return at
}

const trace = (prompt: string, cot: string, answer: string, derivedAt: number | null = null) =>
  ({ id: "x", problem: "x", tier: "t", prompt, cot, answer, derivedAt })

describe("byte-level BPE", () => {
  it("ids and offsets are those of the tokenizers library", () => {
    for (const { text, ids, starts } of golden) {
      const { ids_T, ends_T } = tokenizer.encode(text)
      assert.deepStrictEqual(Array.from(ids_T), ids, text)
      assert.deepStrictEqual([0, ...ends_T.slice(0, -1)].slice(0, ids.length).map((at) => characterStart(text, at)), starts, text)
      assert.strictEqual(tokenizer.decode(ids_T), text)
    }
  })

  it("segments are found on the rendered text: opener to the prompt, closer to the thought, end of turn to the answer", () => {
    const { tokens_T, segments_T } = tokeniseTrace(tokenizer, trace("What is 中文?", "Grüße 😀", "85"))
    const textOf = (code: number) => tokenizer.decode(tokens_T.filter((_, t) => segments_T[t] === code))
    assert.strictEqual(textOf(segmentCode.prompt), "<|im_start|>user\nWhat is 中文?<|im_end|>\n<|im_start|>assistant\n<think>\n")
    assert.strictEqual(textOf(segmentCode.cot), "Grüße 😀\n</think>\n\n")
    assert.strictEqual(textOf(segmentCode.answer), "85<|im_end|>\n")
  })

  it("markers quoted inside the texts mislead nobody", () => {
    const quoted = "Say </think> and <think>\n<|im_end|>\n</think>\n\n85"
    const { tokens_T, segments_T } = tokeniseTrace(tokenizer, trace(quoted, `${quoted}\n</think>\n\n7`, quoted))
    const textOf = (code: number) => tokenizer.decode(tokens_T.filter((_, t) => segments_T[t] === code))
    assert.strictEqual(textOf(segmentCode.cot), `${quoted}\n</think>\n\n7\n</think>\n\n`)
    assert.strictEqual(textOf(segmentCode.answer), `${quoted}<|im_end|>\n`)
  })

  const Words = Schema.Array(Schema.Literals(["47", " plus", "é", "e\u0301", "😀", "\n", " ", "中文", "</think>", "<think>", "x", "👩‍👩‍👧‍👦", "\t"]))
    .check(Schema.isMaxLength(8))
  it.prop("segments partition the sequence, whatever the texts", { prompt: Words, cot: Words, answer: Words }, ({ prompt, cot, answer }) => {
    const record = trace(prompt.join(""), cot.join(""), answer.join(""))
    const { tokens_T, segments_T } = tokeniseTrace(tokenizer, record)
    assert.strictEqual(tokens_T.length, segments_T.length)
    assert.isTrue(segments_T.every((code, t) => t === 0 || code >= segments_T[t - 1]!))
    const rendered = tokenizer.template!.render({
      prompt: tokenizer.normalise(record.prompt), cot: tokenizer.normalise(record.cot), answer: tokenizer.normalise(record.answer)
    }, "x")
    assert.strictEqual(tokenizer.decode(tokens_T), rendered.text)
    // A token belongs to the segment in which it starts: thought begins at most one token after the prompt's text ends.
    const ends = tokenizer.encode(rendered.text).ends_T
    const promptBytes = Buffer.byteLength(rendered.text.slice(0, rendered.promptEnd))
    const firstThought = segments_T.findIndex((code) => code > 0)
    assert.isTrue(firstThought === -1 || ends[firstThought - 1]! >= promptBytes)
    assert.isTrue(firstThought < 2 || ends[firstThought - 2]! < promptBytes)
  })

  it("the derivation is found through trimmed whitespace and normalisation", () => {
    const cot = "\n\ne\u0301 47 + 38 = 85. Wait"
    const { tokens_T, derivedAt } = tokeniseTrace(tokenizer, trace("x", cot, "85", cot.indexOf("85") + 2))
    const kept = tokenizer.decode(tokens_T.slice(0, derivedAt!))
    assert.isTrue(kept.endsWith("= 85"), kept)
  })

  it("the prompt given at generation is how the training sequence begins", () => {
    const prompt = "What is 47 plus 38?"
    const { tokens_T, segments_T } = tokeniseTrace(tokenizer, trace(prompt, "First", "85"))
    assert.deepStrictEqual(promptIds(tokenizer, prompt, "x"), tokens_T.filter((_, t) => segments_T[t] === segmentCode.prompt))
  })
})
