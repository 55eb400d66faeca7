/** Excerpts of real files: prompt, thought and answer are the right strings, and what is no trace is refused by name. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { excerpts, formatOfFile, formats, read } from "./fixtures.ts"

describe("excerpts", () => {
  it("are all read, and every shape has one", () => {
    const files = readdirSync(join(import.meta.dirname, "../../fixtures/traces")).filter((name) => name.endsWith(".jsonl") && name !== "expected.jsonl")
    assert.deepStrictEqual(files.sort(), Object.keys(formatOfFile).sort())
    // A data set's name for the shape of another format has no excerpt of its own.
    const without = formats.map(({ name }) => name).filter((name) => !Object.values(formatOfFile).includes(name))
    assert.deepStrictEqual(without.sort(), ["bespoke-stratos", "openthoughts", "sky-t1"])
  })

  it.each(excerpts)("$file: spans", ({ expected, format, records }) => {
    assert.isAbove(records.length, 0)
    assert.strictEqual(records.length, expected.length)
    records.forEach((record, row) => {
      const found: ReadonlyArray<object> = read(format, record).map((trace) => "reason" in trace ? { reason: trace.reason } : trace)
      assert.deepStrictEqual(found, expected[row]!, `row ${row + 1}`)
    })
  })

  it("the names of data sets read the shared shape alike", () => {
    const { expected, records } = excerpts.find(({ file }) => file === "thought-markers.jsonl")!
    for (const name of ["openthoughts", "bespoke-stratos", "sky-t1"]) {
      records.forEach((record, row) => assert.deepStrictEqual(read(name, record), expected[row]!))
    }
  })

  it("nothing of a marked text is lost but markers and the white space at edges", () => {
    const { records } = excerpts.find(({ file }) => file === "thought-markers.jsonl")!
    for (const record of records) {
      const text = (record.conversations as ReadonlyArray<{ value: string }>)[1]!.value
      const [trace] = read("thought-markers", record)
      if (trace === undefined || "reason" in trace) throw new Error("refused")
      const rest = text.replace(trace.cot, "").replace(trace.answer, "").replaceAll(/\s/gu, "")
      assert.strictEqual(rest, "<|begin_of_thought|><|end_of_thought|><|begin_of_solution|><|end_of_solution|>")
    }
  })
})
