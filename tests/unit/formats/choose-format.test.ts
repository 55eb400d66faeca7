/** `format: auto`: the right format for every excerpt, and an answer that helps where there is none. */
import { Effect, Exit, Cause } from "effect"
import { assert, describe, it } from "vitest"
import type { FormatPlugin, RawRecord } from "../../../framework/plugin/define.ts"
import { chooseFormat, FormatUnclear } from "../../../framework/sources/choose-format.ts"
import { excerpts, format, formats, read } from "./fixtures.ts"

const choose = (sample: ReadonlyArray<RawRecord>, among = formats) => Effect.runSync(chooseFormat(sample, among))
const refused = (sample: ReadonlyArray<RawRecord>, among = formats): FormatUnclear => {
  const exit = Effect.runSyncExit(chooseFormat(sample, among))
  if (Exit.isSuccess(exit)) throw new Error(`took it for ${exit.value.plugin.name}`)
  const error = Cause.squash(exit.cause)
  assert.instanceOf(error, FormatUnclear)
  return error as FormatUnclear
}
const claiming = (name: string, score: number): FormatPlugin => ({ ...format("plain"), name, recognise: () => ({ score, because: `${name} says so` }) })

describe("chooseFormat", () => {
  it.each(excerpts)("$file", ({ format, records }) => {
    assert.strictEqual(choose(records).plugin.name, format)
    // By a single record, too, except a solution that lacks the one line by which the shape is known.
    for (const record of records.filter(({ solution }) => format !== "o1-journey" || String(solution).includes("####"))) {
      assert.strictEqual(choose([record]).plugin.name, format)
    }
  })

  it("says what was seen, and who else claims it", () => {
    const { records } = excerpts.find(({ file }) => file === "thought-markers.jsonl")!
    const chosen = choose(records)
    assert.deepInclude(chosen, { score: 1, because: "`conversations` with <|begin_of_thought|> in 2 of 2 assistant turns" })
    assert.deepStrictEqual(chosen.others.map(({ name, score }) => [name, score]), [["bespoke-stratos", 0.8], ["openthoughts", 0.8], ["sky-t1", 0.8]])
  })

  it("a share of the records is enough from one half up", () => {
    const marked = { messages: [{ role: "user", content: "q" }, { role: "assistant", content: "<think>a</think>b" }] }
    const bare = { messages: [{ role: "user", content: "q" }, { role: "assistant", content: "b" }] }
    assert.approximately(choose([marked, marked, marked, bare]).score, 0.6, 1e-9)
    assert.strictEqual(choose([marked, marked, marked, bare]).because, "`messages` with <think> in 3 of 4 assistant turns")
    const error = refused([marked, bare])
    assert.deepStrictEqual(error.candidates.map(({ name }) => name), ["chat-think"])
    assert.include(error.message, "format: chat-think")
    assert.include(error.message, "40 %")
  })

  it("a chat that holds closers alone is known, refused record by record, and read where the user says why", () => {
    const record = { messages: [{ role: "user", content: "q" }, { role: "assistant", content: "a</think>b" }] }
    assert.strictEqual(choose([record]).plugin.name, "chat-think")
    assert.include(read("chat-think", record)[0], { reason: "no-markers" })
    assert.include(read("chat-think", record, { openedByPrompt: true })[0], { cot: "a", answer: "b" })
  })

  it("a tie is no choice", () => {
    const error = refused([{ a: 1 }], [claiming("one", 0.9), claiming("two", 0.86), claiming("three", 0.2)])
    assert.strictEqual(error.message, [
      "format-unclear  Found records that one and two claim alike, expected records that one format is sure of. Their columns: a. Write the one that is right in the spec:",
      "  format: one                  90 %  one says so",
      "  format: two                  86 %  two says so",
      "  format: three                20 %  three says so"
    ].join("\n"))
    assert.strictEqual(choose([{ a: 1 }], [claiming("one", 0.9), claiming("two", 0.84)]).plugin.name, "one")
  })

  it("no records, no formats, unknown records", () => {
    assert.include(refused([]).message, "Found no records to tell the format by")
    assert.include(refused([{ a: 1 }], []).message, "Found records of no known format, expected records that one format is sure of. Their columns: a.")
    assert.deepStrictEqual(refused([{ title: "t", body: "b" }]).candidates, [])
  })

  it("a plugin whose recognise throws claims nothing", () => {
    const broken: FormatPlugin = { ...format("plain"), name: "broken", recognise: () => { throw new Error("oh") } }
    assert.strictEqual(choose([{ prompt: "p", cot: "c", answer: "a" }], [broken, format("plain")]).plugin.name, "plain")
    assert.deepStrictEqual(choose([{ a: 1 }], [claiming("one", 7), claiming("two", NaN)]).score, 1)
  })
})
