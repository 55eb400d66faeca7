/** Whatever the number of threads, the same sequences in the same order; and pieces are encoded as whole texts are. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { afterAll, beforeAll } from "vitest"
import { prepare, preparedName } from "../../../framework/sequence/prepare.ts"
import { readPrepared } from "../../../framework/sequence/prepared-file.ts"
import { tokenised } from "../../../framework/sequence/tokenise-pool.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"

const root = mkdtempSync(join(tmpdir(), "leadspan-pool-"))
afterAll(() => rmSync(root, { recursive: true }))
beforeAll(async () => {
  const { build } = await import("../../../framework/setup/build.mjs" as string) as { build: () => Promise<boolean> }
  await build()
})
const folder = "tests/fixtures/byte-level"
const tokenizer = await Effect.runPromise(loadTokenizer(folder))

const traces = Array.from({ length: 300 }, (_, n) => ({
  id: `r${n}`, problem: `p${n}`, tier: "t", prompt: `What is ${n}? 中文`, cot: n % 50 === 7 ? "a </think> 😀" : `It is ${"word ".repeat(n % 40)}${n}.`, answer: String(n),
  derivedAt: n % 3 === 0 ? 4 : null, ...(n % 11 === 0 ? { closed: false } : {}), ...(n % 13 === 0 ? { system: "Be brief." } : {})
}))

const outcomes = async (workers: number, take = Infinity) => {
  const all: Array<unknown> = []
  for await (const { outcome, trace } of tokenised(tokenizer, traces, { workers, options: {} })) {
    all.push([trace.id, "sequence" in outcome ? { ...outcome.sequence, tokens_T: [...outcome.sequence.tokens_T], segments_T: [...outcome.sequence.segments_T] } : outcome])
    if (all.length === take) break
  }
  return all
}

describe("tokenising in threads", () => {
  it("gives what one thread gives, in the same order", async () => {
    const alone = await outcomes(0)
    assert.strictEqual(alone.length, 300)
    assert.deepStrictEqual(await outcomes(1), alone)
    assert.deepStrictEqual(await outcomes(3), alone)
  })

  it("ends with whoever stops early", async () => assert.deepStrictEqual(await outcomes(2, 5), await outcomes(0, 5)))

  it.effect("writes the same bytes, draws on where something is too long, and counts it", () => Effect.gen(function*() {
    const made: Array<{ readonly bytes: Buffer; readonly refused: ReadonlyArray<string>; readonly summary: unknown }> = []
    for (const workers of [0, 2]) {
      const refused: Array<string> = []
      const summary = yield* prepare(tokenizer, traces, [], root, {
        count: 150, maxTokens: 150, refuse: (reason, place) => refused.push(`${reason} ${place}`), workers
      })
      made.push({ bytes: readFileSync(join(root, preparedName)), refused, summary })
    }
    assert.deepStrictEqual(made[1], made[0])
    assert.isTrue(made[0]!.refused.length > 10 && made[0]!.refused.every((each) => each.startsWith("over-length")))
    const prepared = yield* readPrepared(join(root, preparedName))
    assert.isTrue(prepared.count === 150 && prepared.lengths_N.every((length) => length <= 150))
    prepared.close()
    const cut = yield* prepare(tokenizer, traces, [], root, { count: 150, maxTokens: 150, overLength: "cut", workers: 0 })
    assert.deepStrictEqual([cut.rows, cut.maxTokens, cut.cut > 10, cut.unfinished], [150, 150, true, 14])
    assert.match((yield* Effect.flip(prepare(tokenizer, traces, [], root, { count: 301, workers: 0 }))).message, /Found 300, expected 301 records/u)
  }))
})

describe("encoding piece by piece", () => {
  const library = new LibraryTokenizer(JSON.parse(readFileSync(`${folder}/tokenizer.json`, "utf8")), JSON.parse(readFileSync(`${folder}/tokenizer_config.json`, "utf8")))
  const Text = Schema.Array(Schema.Literals(["47", " plus", "é", "😀", "\n", "\n\n", " ", "  ", "中文", "</think>", "<think>", "<|im_end|>", "x", "'s", "\t", "=", "\u00a0", "\r\n"]))
    .check(Schema.isMaxLength(20))
  it.prop("gives the ids that the library gives for the whole text", { words: Text }, ({ words }) => {
    const text = words.join("").normalize("NFC")
    assert.deepStrictEqual([...tokenizer.encode(text).ids_T], text === "" ? [] : library.encode(text, { add_special_tokens: false }).ids)
    assert.strictEqual(tokenizer.encode(text).ends_T.at(-1) ?? 0, Buffer.byteLength(text))
  })
})
