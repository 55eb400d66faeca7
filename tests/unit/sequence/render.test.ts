/** Unfinished thoughts, system messages, the parts of a sequence, cutting: on the byte-level fixture and the tiny tokenizer. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { cutSequence, tokeniseTrace } from "../../../framework/sequence/render.ts"
import { loadTokenizer, type Tokenizer } from "../../../framework/sequence/tokenizer.ts"

const root = mkdtempSync(join(tmpdir(), "leadspan-render-"))
afterAll(() => rmSync(root, { recursive: true }))
const bytes = await Effect.runPromise(loadTokenizer("tests/fixtures/byte-level"))
const tiny = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))

const withTemplate = (name: string, template: string): Tokenizer => {
  const folder = join(root, name)
  cpSync("tests/fixtures/byte-level", folder, { recursive: true })
  const path = join(folder, "tokenizer_config.json")
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), chat_template: template }))
  return Effect.runSync(loadTokenizer(folder))
}

const trace = { id: "x", problem: "x", tier: "t", prompt: "What is 中文?", cot: "Grüße 😀", answer: "85", derivedAt: null }

/** Texts of the parts: given, opener, thought, closer, answer, end of turn. */
const partsOf = (tokenizer: Tokenizer, sequence: ReturnType<typeof tokeniseTrace>): ReadonlyArray<string | null> => {
  const { closerAt, endOfTurnAt, openerAt, segments_T, tokens_T } = sequence
  const firstOf = (code: number) => [...segments_T, code].findIndex((each) => each >= code)
  const [cot, answer, end] = [firstOf(1), firstOf(2), tokens_T.length]
  const text = (from: number, to: number) => tokenizer.decode(tokens_T.slice(from, to))
  return [
    text(0, openerAt ?? cot), openerAt === null ? null : text(openerAt, cot), text(cot, closerAt ?? answer),
    closerAt === null ? null : text(closerAt, answer), text(answer, endOfTurnAt ?? end), endOfTurnAt === null ? null : text(endOfTurnAt, end)
  ]
}

describe("the parts of a sequence", () => {
  const head = "<|im_start|>user\nWhat is 中文?<|im_end|>\n<|im_start|>assistant\n"
  it("opener, closer and end of turn stand where the template has them", () => {
    assert.deepStrictEqual(partsOf(bytes, tokeniseTrace(bytes, trace)), [head, "<think>\n", "Grüße 😀", "\n</think>\n\n", "85", "<|im_end|>\n"])
    assert.deepStrictEqual(partsOf(tiny, tokeniseTrace(tiny, { ...trace, prompt: "E47", cot: "D47!", answer: "A47" })), ["E47", "<", "D47!", ">", "A47", "$"])
  })

  it("an opener of a turn alone is none of the thought", () => {
    const marked = withTemplate("bare", "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.reasoning_content + '\n</think>\n\n' if m.role == 'assistant' }}{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
    assert.deepStrictEqual(partsOf(marked, tokeniseTrace(marked, trace)), [head, null, "Grüße 😀", "\n</think>\n\n", "85", "<|im_end|>\n"])
  })

  it("a thought that never ends has neither closer nor answer nor end", () => {
    const unfinished = tokeniseTrace(bytes, { ...trace, answer: "", closed: false })
    assert.deepStrictEqual(partsOf(bytes, unfinished), [head, "<think>\n", "Grüße 😀", null, "", null])
    assert.isTrue(unfinished.segments_T.every((code) => code < 2))
  })

  it("the generation prompt comes again where the quirk is on, as a part of the end", () => {
    const quirky = tokeniseTrace(bytes, trace, { appendGenerationPrompt: true })
    assert.deepStrictEqual(partsOf(bytes, quirky)!.slice(3), ["\n</think>\n\n", "85", "<|im_end|>\n<|im_start|>assistant\n"])
    const plain = tokeniseTrace(bytes, trace).tokens_T
    assert.deepStrictEqual(quirky.tokens_T.slice(0, plain.length), plain)
  })

  it("a sequence that is cut has nothing behind the cut", () => {
    const whole = tokeniseTrace(bytes, { ...trace, cot: "47 + 38 = 85", derivedAt: 12 })
    for (let most = 1; most <= whole.tokens_T.length; most++) {
      const cut = cutSequence(whole, most)
      assert.deepStrictEqual([cut.tokens_T.length, cut.segments_T.length], [most, most])
      for (const name of ["openerAt", "closerAt", "endOfTurnAt"] as const) assert.strictEqual(cut[name], whole[name]! < most ? whole[name] : null)
      assert.strictEqual(cut.derivedAt, whole.derivedAt! <= most ? whole.derivedAt : null)
    }
  })
})

describe("system messages", () => {
  it("stand before the prompt and belong to it, whatever markers they quote", () => {
    const system = " Think between <think> and </think>.\n"
    const [given, opener, thought] = partsOf(bytes, tokeniseTrace(bytes, { ...trace, system }))
    assert.strictEqual(given, `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\nWhat is 中文?<|im_end|>\n<|im_start|>assistant\n`)
    assert.deepStrictEqual([opener, thought], ["<think>\n", "Grüße 😀"])
  })

  it("are refused, with what to do, by a template that takes none", () => {
    const refusing = withTemplate("refusing", "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}<|im_start|>{{ m.role }}\n{{ '<think>' + m.reasoning_content + '</think>' if m.role == 'assistant' }}{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
    assert.throws(() => tokeniseTrace(refusing, { ...trace, system: "Be brief." }), /template-system {2}Found .*System role not supported.*systemPrompt: drop/u)
    const silent = withTemplate("silent", "{% for m in messages %}{% if m.role != 'system' %}<|im_start|>{{ m.role }}\n{{ '<think>' + m.reasoning_content + '</think>' if m.role == 'assistant' }}{{ m.content }}<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
    assert.throws(() => tokeniseTrace(silent, { ...trace, system: "Be brief." }), /template-system {2}Found one that drops or moves it/u)
    assert.strictEqual(partsOf(silent, tokeniseTrace(silent, trace))[2], "Grüße 😀")
  })
})
