import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { promptIds, tokeniseTrace } from "../../../framework/sequence/render.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"

const root = mkdtempSync(join(tmpdir(), "leadspan-tokenizer-"))
afterAll(() => rmSync(root, { recursive: true }))
let copies = 0

/** A copy of a tokenizer folder with changes to its two files. */
const changed = (from: "tiny" | "byte-level", change: (tokenizer: any, config: any) => void): string => {
  const folder = join(root, String(copies++))
  cpSync(from === "tiny" ? "plugins/models/tiny/tokenizer" : "tests/fixtures/byte-level", folder, { recursive: true })
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"))
  const [tokenizer, config] = [read("tokenizer.json"), read("tokenizer_config.json")]
  change(tokenizer, config)
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer))
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(config))
  return folder
}
const withTemplate = (template: string | null) => changed("tiny", (_, config) => { config.chat_template = template })
const fault = (folder: string) => Effect.flip(loadTokenizer(folder))
const trace = { id: "x", problem: "x", tier: "t", prompt: "E47", cot: "D47!", answer: "A47", derivedAt: 4 }

describe("tokenizers that cannot be used are refused with the reason", () => {
  it.effect("missing, torn, oversized files", () => Effect.gen(function*() {
    assert.strictEqual((yield* fault(join(root, "absent"))).code, "file-missing")
    const torn = changed("tiny", () => {})
    truncateSync(join(torn, "tokenizer.json"), 100)
    const error = yield* fault(torn)
    assert.strictEqual(error.code, "file-malformed")
    assert.include(error.message, join(torn, "tokenizer.json"))
    const large = changed("tiny", () => {})
    truncateSync(join(large, "tokenizer_config.json"), 5 * 1024 * 1024)
    assert.strictEqual((yield* fault(large)).code, "file-too-large")
    assert.strictEqual((yield* fault(changed("tiny", (tokenizer) => { tokenizer.model.vocab = { a: "one" } }))).code, "file-malformed")
  }))

  it.effect("kinds without offsets", () => Effect.gen(function*() {
    const unigram = changed("tiny", (tokenizer) => { tokenizer.model.type = "Unigram" })
    assert.match((yield* fault(unigram)).message, /tokenizer-unsupported {2}Found Unigram/u)
    const words = changed("tiny", (tokenizer) => { tokenizer.model.vocab.word = 99 })
    assert.match((yield* fault(words)).message, /word-level vocabulary \(token "word"\)/u)
    const spaced = changed("byte-level", (tokenizer) => { tokenizer.pre_tokenizer.pretokenizers[1].add_prefix_space = true })
    assert.match((yield* fault(spaced)).message, /add_prefix_space/u)
    const metaspace = changed("byte-level", (tokenizer) => { tokenizer.pre_tokenizer = { type: "Metaspace" } })
    assert.match((yield* fault(metaspace)).message, /BPE without byte-level/u)
  }))

  it.effect("texts that the tokenizer changes", () => Effect.gen(function*() {
    const lower = yield* loadTokenizer(changed("byte-level", (tokenizer) => { tokenizer.normalizer = { type: "Lowercase" } }))
    assert.throws(() => lower.encode("Wait"), /tokenizer-offsets/u)
    const stripping = changed("byte-level", (tokenizer) => { tokenizer.added_tokens.at(-1).lstrip = true })
    assert.strictEqual((yield* fault(stripping)).code, "tokenizer-offsets")
  }))

  it.effect("symbols that the vocabulary lacks, with or without a token for them", () => Effect.gen(function*() {
    const tiny = yield* loadTokenizer("plugins/models/tiny/tokenizer")
    assert.throws(() => tiny.encode("D4z"), /tokenizer-unknown-symbol {2}Found "z" in "D4z"/u)
    const lenient = yield* loadTokenizer(changed("tiny", (tokenizer) => { tokenizer.model.unk_token = "$" }))
    assert.throws(() => lenient.encode("D4z"), /tokenizer-unknown-symbol/u)
  }))
})

describe("chat templates", () => {
  it.effect("say what closes a thought and what ends a generation", () => Effect.gen(function*() {
    const bytes = yield* loadTokenizer("tests/fixtures/byte-level")
    assert.strictEqual(bytes.template!.frame.closer, "\n</think>\n\n")
    assert.strictEqual(bytes.endOfThoughtId, bytes.idOf("</think>"))
    const ids = (...tokens: ReadonlyArray<string>) => tokens.map((token) => bytes.idOf(token)!)
    assert.deepStrictEqual(bytes.stopIds, ids("<|im_end|>"))
    const other = yield* loadTokenizer(changed("byte-level", (_, config) => { config.eos_token = "<|endoftext|>" }))
    assert.deepStrictEqual(other.stopIds, ids("<|endoftext|>", "<|im_end|>"))
    const tiny = yield* loadTokenizer("plugins/models/tiny/tokenizer")
    assert.deepStrictEqual([tiny.endOfThoughtId, tiny.stopIds], [tiny.idOf(">"), [tiny.idOf("$")!]])
  }))

  it.effect("may lie in a file of their own, or be one of several", () => Effect.gen(function*() {
    const file = withTemplate(null)
    writeFileSync(join(file, "chat_template.jinja"), "{% for m in messages %}{{ m.content if m.role == 'user' else '<' + m.reasoning_content + '>A' + m.content + '$' }}{% endfor %}")
    assert.deepStrictEqual((yield* loadTokenizer(file)).template!.frame, { before: "", opener: "<", closer: ">A", end: "$" })
    const named = changed("tiny", (_, config) => {
      config.chat_template = [{ name: "tools", template: "x" }, { name: "default", template: config.chat_template }]
    })
    assert.deepStrictEqual((yield* loadTokenizer(named)).template!.frame, { before: "", opener: "<", closer: ">", end: "$" })
  }))

  it.effect("that know no thought get it inside the content", () => Effect.gen(function*() {
    const tokenizer = yield* loadTokenizer(changed("byte-level", (_, config) => {
      config.chat_template = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    }))
    assert.strictEqual(tokenizer.template!.frame.opener, "<|im_end|>\n<|im_start|>assistant\n<think>\n")
    assert.strictEqual(tokenizer.template!.frame.closer, "\n</think>\n\n")
  }))

  it.effect("that drop the thought, throw, loop, or ask differently at generation are refused", () => Effect.gen(function*() {
    const cases = [
      ["{{ messages[0].content }}", /template-segments .*one that drops or moves a part/u],
      ["{{ raise_exception('no system role') }}", /template-failed .*no system role/u],
      ["{% for i in range(100000000) %}x{% endfor %}", /template-failed .*a range of 100000000 numbers/u],
      ["{% for a in range(900) %}{% for b in range(900) %}{{ a }}{% endfor %}{% endfor %}", /template-failed .*(evaluations|timed out)/u],
      ["{% for m in messages %}", /template-failed/u],
      ["{% if add_generation_prompt %}?{% endif %}{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}{{ m.reasoning_content }}{% endif %}{% endfor %}", /template-segments/u]
    ] as const
    for (const [template, message] of cases) assert.match((yield* fault(withTemplate(template))).message, message)
  }))

  it.effect("do not move with the date", () => Effect.gen(function*() {
    const tokenizer = yield* loadTokenizer(changed("byte-level", (_, config) => {
      config.chat_template = `{{ strftime_now('%d %b %Y') }}\n${config.chat_template}`
    }))
    assert.strictEqual(tokenizer.template!.frame.before, "26 Jul 2024<|im_start|>user\n")
  }))

  it.effect("are needed", () => Effect.gen(function*() {
    const tokenizer = yield* loadTokenizer(withTemplate(null))
    assert.throws(() => tokeniseTrace(tokenizer, trace), /template-missing/u)
    assert.throws(() => promptIds(tokenizer, "E47", "item 1"), /template-missing/u)
  }))

  it.effect("that rewrite a record's text refuse that record, by its id", () => Effect.gen(function*() {
    const tokenizer = yield* loadTokenizer(changed("tiny", (_, config) => {
      config.chat_template = config.chat_template.replace("message.content }}{{ eos", "message.content.split('M')[0] }}{{ eos")
    }))
    assert.strictEqual(tokeniseTrace(tokenizer, trace).tokens_T.length, 13)
    assert.throws(() => tokeniseTrace(tokenizer, { ...trace, id: "r7", answer: "A4M" }), /record "r7" {2}template-segments/u)
  }))
})
