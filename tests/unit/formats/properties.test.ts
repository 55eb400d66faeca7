/** What holds for any text: nothing throws, nothing is lost, and no marker ever gets into a thought or an answer. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { allMarkers, thinkMarkers, thoughtMarkers } from "../../../plugins/formats/thought-markers/marker-pairs.ts"
import { takeApart } from "../../../plugins/formats/thought-markers/take-apart.ts"
import { checkFormat } from "../../../framework/plugin/checks/check-format.ts"
import type { LoadedPlugin } from "../../../framework/plugin/load-plugin.ts"
import type { FormatPlugin } from "../../../framework/plugin/define.ts"
import { formats, read } from "./fixtures.ts"

const Words = Schema.Array(Schema.Literals(["a", " ", "\n\n", "\\boxed{4}", "é", "😀", "<", "think", "####", "\t"])).check(Schema.isMaxLength(8))
const Pieces = Schema.Array(Schema.Literals([...allMarkers, "a", " ", "\n", "<|im_end|>", "</s>"])).check(Schema.isMaxLength(9))

describe("any text", () => {
  it.prop("put between markers is found again, edges trimmed", { cot: Words, answer: Words }, ({ answer, cot }) => {
    const [thought, rest] = [cot.join(""), answer.join("")]
    assert.deepStrictEqual(takeApart(`<think>${thought}</think>${rest}`, thinkMarkers), { cot: thought.trim(), answer: rest.trim(), closed: true })
    assert.deepStrictEqual(takeApart(`${thought}</think>${rest}`, thinkMarkers, { openedByPrompt: true }), { cot: thought.trim(), answer: rest.trim(), closed: true })
    const { opener, closer, solution } = thoughtMarkers
    assert.deepStrictEqual(takeApart(`${opener}${thought}${closer}${solution!.opener}${rest}${solution!.closer}`, thoughtMarkers),
      { cot: thought.trim(), answer: rest.trim(), closed: true })
  })

  it.prop("of markers in any order: no marker stays in a part, and what is left over is white space and markers", { pieces: Pieces }, ({ pieces }) => {
    const text = pieces.join("")
    for (const pair of [thinkMarkers, thoughtMarkers]) {
      const parts = takeApart(text, pair)
      if ("reason" in parts) continue
      const own = [pair.opener, pair.closer, ...Object.values(pair.solution ?? {})]
      for (const marker of own) assert.isFalse(parts.cot.includes(marker) || parts.answer.includes(marker), text)
      const count = (of: string, part: string) => of.split(part).length - 1
      assert.strictEqual(count(parts.cot, "a") + count(parts.answer, "a"), count(text, "a"), text)
      assert.isTrue(parts.closed || parts.answer === "")
    }
  })

  const Odd: Schema.Codec<unknown> = Schema.Literals([null, true, 0, -1, "", "x", "[]", "{}", "[1]", "<think>a</think>b", [], {}, [null], [{}], [["x"]], { "0.0": null }, [{ role: "user" }]] as never)
  const columns = ["prompt", "problem", "question", "messages", "conversations", "input", "output", "solution", "answer", "generations", "code", "gt", "responses",
    "completion", "llm_response", "task_type", "chunks", "cot", "reasoning", "gold_answer", "thinking_trajectories", "attempt"]
  it.prop("in any column: read, or refused by name, and never an error", { values: Schema.Array(Odd).check(Schema.isMinLength(columns.length), Schema.isMaxLength(columns.length)) }, ({ values }) => {
    const record = Object.fromEntries(columns.map((name, n) => [name, values[n]]))
    for (const { name, recognise } of formats) {
      const found = read(name, record)
      assert.isAbove(found.length, 0, name)
      for (const trace of found) assert.isTrue("reason" in trace ? /^[a-z-]+$/u.test(trace.reason) : trace.prompt.trim() !== "" && trace.cot !== "", name)
      const { score } = recognise([record as never])
      assert.isTrue(score >= 0 && score <= 1, name)
    }
  })
})

describe("plugins", () => {
  it.each(formats)("$name passes the checks of its kind", (plugin) => {
    const loaded: LoadedPlugin<FormatPlugin> = { plugin, file: plugin.name, bundle: plugin.name }
    const rows = checkFormat({ loaded, tensorflow: () => { throw new Error("not needed") }, explain: String } as never)
    assert.deepStrictEqual(rows.filter(({ ok }) => !ok), [])
    assert.isAbove(rows.length, 5)
  })

  it("say in one line whose data have the shape", () => {
    for (const { describes } of formats) assert.match(describes, /^[^\n]{20,200}$/u)
    const all = formats.map(({ describes }) => describes).join("\n")
    for (const dataset of ["OpenThoughts-114k (default)", "OpenThoughts-114k (metadata)", "Bespoke-Stratos-17k", "Sky-T1_data_17k", "SYNTHETIC-1", "Llama-Nemotron",
      "s1K", "s1K-1.1", "LIMO", "OpenR1-Math-220k", "o1-journey"]) assert.include(all, dataset)
  })
})
