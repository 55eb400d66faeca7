import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { readGradeRow } from "../../../framework/equivalence/grade-row.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-grade-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const grade = (args: ReadonlyArray<string>, input = "") => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, "../../../dist/leadspan.js"), "grade", ...args], { input, encoding: "utf8", cwd: folder })
  return { status, stderr, rows: stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe("leadspan grade", () => {
  it("answers each row of standard input in its order, keeping what it has", () => {
    const given = [
      { id: 1, gold: "x^2-1", pred: "$(x-1)(x+1)$" }, { id: 2, gold: "\\frac{1}{2}", pred: 0.5 }, { id: 3, gold: 0, pred: null }, { id: 4, gold: "\\prod_{k=1}^{10^{9}} k", pred: "3" },
      { id: 5, gold: "8/3", pred: "2.67", options: { precision: 2, colour: "red" } }, { id: 6, gold: "sin(x)", pred: "\\sin x" }
    ]
    const { rows, status, stderr } = grade([], `${given.map((row) => JSON.stringify(row)).join("\n")}\n\n`)
    assert.strictEqual(status, 0, stderr)
    assert.deepStrictEqual(rows.map(({ equal, id }) => [id, equal]), [[1, true], [2, true], [3, false], [4, false], [5, true], [6, true]])
    assert.deepStrictEqual([rows[2]!["extracted"], rows[2]!["reason"], rows[3]!["reason"]], [null, "no answer", "time limit"])
    assert.deepStrictEqual(rows[4]!["options"], { precision: 2, colour: "red" })
    assert.match(stderr, /options that are not known, and change nothing: colour/u)
    assert.match(stderr, /6 rows: 4 equal, 2 not, 1 of them stopped by a limit/u)
  })

  it("says where a row is broken, and goes on", () => {
    const file = join(folder, "rows.jsonl")
    writeFileSync(file, "{\"gold\":1,\"pred\":1}\nnot json\n{\"gold\":[1],\"pred\":2}\n{\"gold\":2,\"pred\":\"1+1\"}\n[]\n")
    const { rows, status, stderr } = grade(["rows.jsonl"])
    assert.strictEqual(status, 2)
    assert.deepStrictEqual(rows.map(({ equal, reason }) => [equal, reason]), [
      [true, "same text"], [false, "broken row"], [false, "broken row"], [true, "equal expressions"], [false, "broken row"]])
    assert.match(stderr, /rows\.jsonl:2: expected a JSON object, found not json/u)
    assert.match(stderr, /rows\.jsonl:3: gold: expected a text, a number or null, found \[1\]/u)
    assert.strictEqual(grade(["absent.jsonl"]).status, 2)
  })
})

describe("a row", () => {
  it("is refused by the field that is wrong", () => {
    assert.isNull(readGradeRow("  "))
    for (const [row, fault] of [
      ["{\"gold\":1}", /pred: expected/u], ["{\"gold\":true,\"pred\":1}", /gold: expected/u], ["{\"gold\":1,\"pred\":1,\"options\":[]}", /options: expected an object/u],
      ["{\"gold\":1,\"pred\":1,\"options\":{\"precision\":-1}}", /options\.precision/u], ["{\"gold\":1,\"pred\":1,\"options\":{\"extraction\":[\"first\"]}}", /options\.extraction: expected a list of boxed/u]
    ] as const) assert.match((readGradeRow(row) as { fault: string }).fault, fault)
  })
})
