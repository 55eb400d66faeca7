/** Predicates over records: what they pick, and what is refused. */
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "vitest"
import { openDuck } from "../../../framework/sources/duckdb.ts"
import { Bits } from "../../../framework/sources/bits.ts"
import { valueOfText } from "../../../framework/sources/where-types.ts"
import { errorOf, fileOf, itemsOf, newFolder, recordsOf, using } from "./reading.ts"

const rows: ReadonlyArray<Record<string, unknown>> = [
  { n: 0, level: 3, answer: "5", text: "It's an algebra problem", metadata: { source: "amc", tags: ["a", "b"] }, ok: true, score: 0.5, Mixed: 1, tags: ["a", "b"], mixed2: [1] },
  { n: 1, level: 5, answer: "x", text: "geometry", metadata: { source: "aime", tags: [] }, ok: false, score: 1, Mixed: "one", tags: [], mixed2: "x" },
  { n: 2, level: null, answer: "7", text: "數", ok: true, score: 2.5e3, "odd name": 1, turns: [{ from: "user" }] },
  { n: 3, level: 4, answer: "", text: "nul \u0000 and \u{1F600}", metadata: null, ok: null, score: -1 }
]
const lines = rows.map((row) => JSON.stringify(row)).join("\n")
const picked = async (where: string, content = lines, name = "t.jsonl") => (await recordsOf({ ...fileOf(name, content), where })).map((record) => Number((record as any).n))
const refusal = async (where: string, content = lines) => {
  const { code, found, advice } = await errorOf({ ...fileOf("t.jsonl", content), where })
  return { code, found, advice }
}

describe("where", () => {
  it("picks records by their columns", async () => {
    for (const [where, numbers] of [
      ["level > 3", [1, 3]], ["level IS NULL", [2]], ["ok", [0, 2]], ["NOT ok OR score < 0", [1, 3]], ["answer = '5'", [0]], ["text LIKE 'It''s%'", [0]],
      ["metadata->>'source' = 'aime'", [1]], ["metadata.source = 'amc'", [0]], ["metadata.tags IS NOT NULL AND metadata.source > 'b'", []], ["json_array_length(metadata->'tags') = 2", [0]], ["LEVEL in (3, 5)", [0, 1]],
      ["records.level = 4", [3]], ["\"odd name\" = 1", [2]], ["Mixed = 'one'", [1]], ["TRY_CAST(answer AS INTEGER) BETWEEN 5 AND 7", [0, 2]],
      ["length(text) > 5 -- a remark", [0, 1, 3]], ["CASE WHEN level > 4 THEN true ELSE false END", [1]], ["regexp_matches(text, '^geo')", [1]], ["len(tags) = 2", [0]], ["tags[1] = 'a'", [0]], ["list_contains(tags, 'b')", [0]], ["json_array_length(tags) = 0", [1]], ["turns[1]->>'from' = 'user'", [2]], ["length(turns) = 1", [2]],
      ["turns->0->>'from' = 'user'", [2]], ["metadata.tags[2] = 'b'", [0]], ["true", [0, 1, 2, 3]],
      ["1) OR (1 = 1", [0, 1, 2, 3]], ["false", []], ["metadata IS NULL", [2, 3]], ["text = '數'", [2]], ["contains(text, chr(128512))", [3]]
    ] as const) assert.deepStrictEqual(await picked(where), [...numbers], where)
  })

  it("leaves the records as they are, tells how many it left out, and counts bad ones as before", async () => {
    const asked = fileOf("t.jsonl", `${lines}\n{"n": broken\n${JSON.stringify(rows[1])}\n`)
    assert.deepStrictEqual(await itemsOf({ ...asked, where: "level = 5", onBadRecord: "skip" }), [
      { skipped: { reason: "where", count: 1 } }, { place: "t.jsonl:2", record: rows[1]! }, { skipped: { reason: "where", count: 2 } },
      ...(await itemsOf({ ...asked, onBadRecord: "skip" })).filter((item) => "refusal" in item), { place: "t.jsonl:6", record: rows[1]! }
    ])
    await using({ ...asked, where: "level = 5", onBadRecord: "skip" }, async (source) => {
      assert.sameMembers([...source.columns], ["n", "level", "answer", "text", "metadata", "ok", "score", "Mixed", "odd name", "tags", "mixed2", "turns"])
      assert.deepStrictEqual(await source.sample(5), [rows[1], rows[1]])
      assert.deepStrictEqual((source.identity as any).where, "level = 5")
    })
    assert.isEmpty(readdirSync(join(asked.folder, "cache")))
    assert.strictEqual((await errorOf({ ...asked, where: "level = 5" })).place, "t.jsonl:5")
  })

  it("CSV: texts that are numbers, truths or nothing are so for the predicate alone", async () => {
    const csv = "n,level,ok,answer,id\n0,3,True,5,007\n1,,false,x,8\n2,4.5,true,,9\n"
    for (const [where, numbers] of [["level >= 3.5", [2]], ["level IS NULL", [1]], ["ok", [0, 2]], ["answer = '5'", [0]], ["id = '007'", [0]], ["answer IS NULL", [2]]] as const) {
      assert.deepStrictEqual(await picked(where, csv, "t.csv"), [...numbers], where)
    }
    assert.deepStrictEqual(await recordsOf({ ...fileOf("t.csv", csv), where: "n = 2" }), [{ n: "2", level: "4.5", ok: "true", answer: "", id: "9" }])
    assert.deepStrictEqual(["1", "-2.5", "1e3", "007", "+1", "", "TRUE", "no", "1234567890123456789"].map(valueOfText), [1, -2.5, 1000, "007", "+1", null, true, "no", "1234567890123456789"])
  })

  it("Parquet: run where the columns lie, in the file's order", async () => {
    const folder = newFolder()
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run(`COPY (SELECT range AS n, range % 7 AS level, {'source': 'amc'} AS metadata FROM range(9000)) TO '${join(folder, "it''s [1].parquet")}' (ROW_GROUP_SIZE 2048)`)
    connection.closeSync()
    const asked = { source: "parquet:it's [1].parquet", folder }
    const items = await itemsOf({ ...asked, where: "level = 3 AND metadata.source = 'amc' AND n > 5000" })
    const records = items.flatMap((item) => "record" in item ? [item] : [])
    assert.strictEqual(records.length, 572)
    assert.deepStrictEqual(records[0], { place: "it's [1].parquet, row 5002", record: { n: 5001, level: 3, metadata: { source: "amc" } } })
    assert.strictEqual(items.reduce((sum, item) => sum + ("skipped" in item ? item.skipped.count : 1), 0), 9000)
    const error = await errorOf({ ...asked, where: "levle = 3" })
    assert.deepStrictEqual([error.code, error.advice.includes("Did you mean `level`?")], ["where-refused", true])
    assert.strictEqual((await errorOf({ ...asked, where: "metadata > 3" })).code, "where-failed")
    assert.strictEqual((await errorOf({ ...asked, where: "CAST('x' || n AS INTEGER) = 3" })).code, "where-failed")
  })

  it("what is no predicate is refused", async () => {
    const folder = newFolder()
    writeFileSync(join(folder, "secret.csv"), "a\n1")
    for (const where of [
      "", "   ", "n = 1; DROP TABLE x", "n = 1; SELECT 1", "n = (SELECT 1)", "EXISTS (SELECT 1)", "n IN (SELECT 1)", "1) UNION SELECT * FROM records WHERE (1=1",
      "1) ORDER BY (n", "1) LIMIT (1", "1) GROUP BY (n", "1) QUALIFY (true", "row_number() OVER () > 1", "sum(n) > 1", "COLUMNS(*) > 1", "n = ?", "n = $1", "#1 = 1",
      "read_text('/etc/passwd') = 'x'", `n IN (FROM read_csv('${join(folder, "secret.csv")}'))`, "getenv('HOME') = 'x'", "current_setting('threads') = 1", "pragma_version() = 1",
      "query('SELECT 1')", "nextval('s') = 1", "random() > 0.5", "now() > '2020-01-01'", "current_date > '2020-01-01'", "repeat('x', 1000000000) = 'y'", "list_filter([1], lambda x: x > 1) = [1]",
      "COPY records TO '/tmp/x'", "getvariable('x') = 1", "system.main.length(text) > 1", "write_log('x')", "n = 1) AND EXISTS (FROM duckdb_settings() WHERE (true", "n = 1 /*", "'unclosed",
      "n = 1\0", `n = ${"1 + ".repeat(4000)}1`, "NOT ".repeat(2400) + "true", "SELECT", "n == = 1", "current_user = 'x'", "nope.metadata = 1", "duckdb_secrets() = 1", "json_execute_serialized_sql('x')",
      "length(text, distinct true)", "set_config('a','b')", "force_checkpoint()", "sleep_ms(10)"
    ]) {
      const { code, found } = await refusal(where).catch(() => ({ code: "accepted", found: "" }))
      assert.strictEqual(code, "where-refused", `${where.slice(0, 60)}: ${found}`)
      assert.isBelow(found.length, 320)
    }
  })

  it("an unknown column is answered with the nearest and the list", async () => {
    const { code, advice } = await refusal("levl > 3")
    assert.strictEqual(code, "where-refused")
    assert.include(advice, "Did you mean `level`?")
    assert.include(advice, "`odd name`")
    assert.include((await refusal("\"five\" = 3")).advice, "Texts stand in single quotes")
  })

  it("what the records cannot answer is told", async () => {
    assert.strictEqual((await refusal("answer > 3")).code, "where-failed")
    assert.strictEqual((await refusal("text")).code, "where-failed")
    assert.include((await refusal("len(mixed2) = 1")).found, "used as a list")
    assert.include((await refusal("metadata[1] = 'x'")).advice, "json_array_length")
    assert.strictEqual((await refusal("contains(level, true)")).code, "where-failed")
  })
})

describe("DuckDB", () => {
  it("sees its own files alone, and nothing opens it again", async () => {
    const folder = newFolder()
    writeFileSync(join(folder, "own.csv"), "a\n1")
    writeFileSync(join(folder, "other.csv"), "a\n1")
    const duck = await openDuck(folder, [join(folder, "own.csv")])
    try {
      assert.strictEqual((await duck.all(`FROM read_csv('${join(folder, "own.csv")}')`)).length, 1)
      for (const sql of [`FROM read_csv('${join(folder, "other.csv")}')`, `FROM read_text('${join(folder, "other.csv")}')`, `FROM '${join(folder, "*.csv")}'`, `FROM glob('${folder}/*')`, "SET threads = 4",
        "SET enable_external_access = true", `COPY (SELECT 1) TO '${join(folder, "made.csv")}'`, "INSTALL httpfs", "LOAD httpfs", `ATTACH '${join(folder, "made.db")}'`, "FROM read_csv('https://localhost/x.csv')",
        `EXPORT DATABASE '${join(folder, "made")}'`, "RESET memory_limit"]) {
        assert.strictEqual(await duck.run(sql).then(() => "ran", () => "refused"), "refused", sql)
      }
      assert.isFalse(existsSync(join(folder, "made.csv")) || existsSync(join(folder, "made.db")) || existsSync(join(folder, "made")))
    } finally {
      await duck.close()
    }
  })
})

describe("bits", () => {
  it("grow", () => {
    const bits = new Bits()
    const set = [0, 7, 8, 8191, 8192, 1_000_000]
    for (const n of set) bits.set(n)
    assert.deepStrictEqual([...set, 1, 9, 999_999, 2_000_000].map((n) => bits.has(n)), [true, true, true, true, true, true, false, false, false, false])
  })
})
