/** Predicates that would take time or memory without bounds are refused; their harmless relatives are not. */
import { assert, describe, it } from "vitest"
import { growthOf } from "../../../framework/sources/where-growth.ts"
import { errorOf, fileOf, recordsOf } from "./reading.ts"

const line = JSON.stringify({ text: `${"a".repeat(300)} 1 + 1`, other: "x" })
const asked = (where: string) => ({ ...fileOf("t.jsonl", line), where })
const nested = (times: number, by: string): string => `${"replace(".repeat(times)}text${`, 'a', '${by}')`.repeat(times)} <> ''`

describe("a predicate's bounds", () => {
  it("texts grow by a known factor", async () => {
    for (const where of [nested(5, "aaaaaaaa"), nested(1, "a".repeat(200)), "replace(text, 'a', other) = ''", "regexp_replace(text, '.', '\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0', 'g') = ''",
      `concat(${Array<string>(40).fill("text").join(", ")}) = ''`, `${Array<string>(40).fill("text").join(" || ")} = ''`]) {
      assert.match((await errorOf(asked(where))).found, /texts that could grow/u, where)
    }
    for (const where of [nested(9, ""), nested(1, "bb"), "replace(replace(text, ' ', ''), '+', '-') <> ''", "text || other || text <> ''", "concat(text, other) <> ''"]) {
      assert.strictEqual((await recordsOf(asked(where))).length, 1, where)
    }
    assert.match((await errorOf(asked("format('{:1000000000}', text) = ''"))).found, /the function "format"/u)
  })

  it("is told in time that does not grow with the depth's power", () => {
    let node: Parameters<typeof growthOf>[0] = { class: "COLUMN_REF" }
    for (let i = 0; i < 500; i++) node = { class: "FUNCTION", function_name: "concat", children: [node, { class: "COLUMN_REF" }] }
    assert.strictEqual(growthOf(node), 501)
  })

  it("patterns are looked for in time that grows with the text alone", async () => {
    for (const where of ["text LIKE '%_a%_a%_a%_ab'", "text NOT LIKE '%_a%_a%_a%_ab'", "text ILIKE '%a%a%a%b'", "text GLOB '*?a*?a*?ab'", "text LIKE '%a%a%a%b' ESCAPE 'x'", "text LIKE other"]) {
      assert.match((await errorOf(asked(where))).found, /^a pattern /u, where)
    }
    for (const where of ["text LIKE '%a%a%a%a%1'", "text LIKE '%a_1%'", "text ILIKE '%A%'", "text GLOB '*a*'", "text LIKE 'aa%' ESCAPE 'x'"]) {
      assert.strictEqual((await recordsOf(asked(where))).length, 1, where)
    }
  })
})
