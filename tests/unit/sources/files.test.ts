/** Raw records from files of every kind, and where each fault is said to lie. */
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "vitest"
import { RowCutter } from "../../../framework/sources/csv-rows.ts"
import { linesOf } from "../../../framework/sources/lines.ts"
import { ElementCutter } from "../../../framework/sources/json-elements.ts"
import { firstInvalidByte } from "../../../framework/sources/utf8.ts"
import { errorOf, fileOf, itemsOf, newFolder, recordsOf, using } from "./reading.ts"

const rows = [{ a: 1, b: "x" }, { a: 2, b: "ü – 数" }, { a: 3, b: "\"q\"\nnew line" }]
const lines = rows.map((row) => JSON.stringify(row)).join("\n")

const parquetOf = async (select: string): Promise<{ source: string; folder: string }> => {
  const folder = newFolder()
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  await connection.run(`COPY (${select}) TO '${join(folder, "t.parquet")}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
  connection.closeSync()
  return { source: "parquet:t.parquet", folder }
}

describe("JSON lines", () => {
  it("gives records with their lines, with and without gzip, mark, blank lines and a last newline", async () => {
    for (const content of [lines, `${lines}\n`, `\uFEFF${lines}\r\n`, gzipSync(lines)]) {
      assert.deepStrictEqual(await itemsOf(fileOf("t.jsonl", content)), rows.map((record, i) => ({ place: `t.jsonl:${i + 1}`, record })))
    }
    assert.deepStrictEqual((await itemsOf(fileOf("t.ndjson.gz", gzipSync(`{"a":1}\n\n  \n{"a":2}`)))).map((item) => "place" in item && item.place),
      ["t.ndjson.gz:1", "t.ndjson.gz:4"])
    assert.deepStrictEqual(await recordsOf(fileOf("t.jsonl", "")), [])
  })

  it("names columns and size, samples the first records, and can be read again", async () => {
    await using(fileOf("t.jsonl", lines), async (source) => {
      assert.deepStrictEqual(source.columns, ["a", "b"])
      assert.strictEqual(source.size.bytes, Buffer.byteLength(lines))
      assert.deepStrictEqual(await source.sample(2), rows.slice(0, 2))
      assert.deepStrictEqual(await source.sample(0), [])
      assert.deepStrictEqual(await source.sample(9), rows)
    })
  })

  it("finds the fault on line 123,456, inside gzip too", async () => {
    const good = "{\"a\":1}\n"
    const text = `${good.repeat(123_455)}{"a": 1\n${good.repeat(10)}`
    for (const content of [text, gzipSync(text)]) {
      const error = await errorOf(fileOf("t.jsonl", content))
      assert.strictEqual(error.place, "t.jsonl:123456")
      assert.strictEqual(error.code, "broken-json")
      const items = await itemsOf({ ...fileOf("t.jsonl", content), onBadRecord: "skip" })
      assert.strictEqual(items.length, 123_466)
      assert.deepInclude(items[123_455], { place: "t.jsonl:123456" })
    }
  })

  it("names every fault of a record and goes on", async () => {
    const bad = Buffer.concat([
      Buffer.from("{\"a\": \"caf"), Buffer.from([0xe9]), Buffer.from("\"}\n[1]\n7\nnull\n\"x\"\n{\"a\": \"\\ud800\"}\n{\"a\": \"\\ud83d\\ude00\"}\n{\"\\udc00\": 1}\n"),
      Buffer.from(`{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}\n{"a":"\u0001"}\n`)
    ])
    // the first line decides that these are lines
    const items = await itemsOf({ ...fileOf("t.jsonl", Buffer.concat([Buffer.from("{}\n"), bad])), onBadRecord: "skip" })
    const told = items.map((item) => "refusal" in item ? [item.place, item.refusal.reason] : "record" in item ? [item.place] : [])
    assert.deepStrictEqual(told, [["t.jsonl:1"], ["t.jsonl:2", "wrong-encoding"], ["t.jsonl:3", "not-an-object"], ["t.jsonl:4", "not-an-object"],
      ["t.jsonl:5", "not-an-object"], ["t.jsonl:6", "not-an-object"], ["t.jsonl:7", "lone-surrogate"], ["t.jsonl:8"], ["t.jsonl:9", "lone-surrogate"],
      ["t.jsonl:10", "broken-json"], ["t.jsonl:11", "broken-json"]])
    const [, encoding] = items
    assert.strictEqual("refusal" in encoding! && encoding.refusal.detail, "byte 0xe9 at offset 13 of the file (11 of the record) is not UTF-8")
  })

  it("a key called __proto__ sets no prototype", async () => {
    const [record] = await recordsOf(fileOf("t.jsonl", "{\"__proto__\": {\"x\": 1}, \"a\": {\"__proto__\": {\"y\": 2}, \"b\": 1}, \"\\u005f_proto__\": 3}")) as [any]
    assert.deepStrictEqual(JSON.stringify(record), "{\"a\":{\"b\":1}}")
    assert.strictEqual(Object.assign({}, record).x, undefined)
    assert.strictEqual(({} as any).x, undefined)
  })

  it("a line too long is not held, and the next one is read", async () => {
    async function* pieces() {
      yield Buffer.from("{\"a\":1}\n{\"b\":\"")
      for (let i = 0; i < 100; i++) yield Buffer.alloc(1 << 20, 0x78)
      yield Buffer.from("\"}\n{\"c\":1}\n")
    }
    const before = process.memoryUsage().rss
    const seen: Array<[number, number, number | null]> = []
    for await (const batch of linesOf(pieces())) for (const { number, length, bytes } of batch) seen.push([number, length, bytes?.length ?? null])
    assert.deepStrictEqual(seen, [[1, 7, 7], [2, 100 * 2 ** 20 + 8, null], [3, 7, 7]])
    assert.isBelow(process.memoryUsage().rss - before, 300e6)
  })

  it("tells what is no UTF-8 at all", async () => {
    for (const content of [Buffer.from(`\uFEFF${lines}`, "utf16le"), Buffer.from(lines, "utf16le"), Buffer.from(`\uFEFF${lines}`, "utf16le").swap16()]) {
      const error = await errorOf({ ...fileOf("t.jsonl", content), onBadRecord: "skip" })
      assert.strictEqual(error.code, "wrong-encoding")
      assert.strictEqual(error.place, "t.jsonl:1")
    }
  })
})

describe("first byte that is not UTF-8", () => {
  it("is where a decoder stops", () => {
    for (const [bytes, at] of [[[], -1], [[0xc3, 0xa9], -1], [[0x61, 0xe9], 1], [[0xe2, 0x82], 0], [[0xc0, 0xaf], 0], [[0xed, 0xa0, 0x80], 0],
      [[0xf4, 0x90, 0x80, 0x80], 0], [[0xf0, 0x9f, 0x98, 0x80, 0xff], 4], [[0xe0, 0x80, 0x80], 0]] as ReadonlyArray<[Array<number>, number]>) {
      assert.strictEqual(firstInvalidByte(Uint8Array.from(bytes)), at, bytes.join())
      if (at === -1) new TextDecoder("utf8", { fatal: true }).decode(Uint8Array.from(bytes))
    }
  })
})

describe("gzip", () => {
  it("that is cut or damaged is told, and records before it come out", async () => {
    const packed = gzipSync(Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ a: i, b: Math.sin(i) })).join("\n"))
    const cut = await errorOf(fileOf("t.jsonl.gz", packed.subarray(0, packed.length - 5000)))
    assert.strictEqual(cut.code, "gzip-broken")
    assert.include(cut.found, "cut")
    const damaged = Buffer.from(packed)
    damaged.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50)
    assert.strictEqual((await errorOf({ ...fileOf("t.jsonl.gz", damaged), onBadRecord: "skip" })).code, "gzip-broken")
  })

  it("bomb is refused before it has swelled far", async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 2 ** 20, `{"a":"${"x".repeat(2 ** 17 - 9)}"}\n`), { level: 9 })
    // members one after the other are one file
    const error = await errorOf(fileOf("t.jsonl.gz", Buffer.concat(Array.from({ length: 6 }, () => zeros))))
    assert.strictEqual(error.code, "gzip-bomb")
  })
})

describe("JSON", () => {
  it("array or object with one array, however it is written", async () => {
    for (const value of [rows, { version: 1, tags: ["a", "[{"], meta: { list: [{ x: 1 }] }, data: rows, more: [] }, { empty: [], rows }]) {
      for (const space of [0, 2]) {
        for (const content of [JSON.stringify(value, null, space), `\uFEFF \n${JSON.stringify(value, null, space)}\n`, gzipSync(JSON.stringify(value, null, space))]) {
          assert.deepStrictEqual(await recordsOf(fileOf("t.json", content, "json")), rows)
        }
      }
    }
    assert.deepStrictEqual(await recordsOf(fileOf("t.json", "[ ]", "json")), [])
    assert.deepStrictEqual((await itemsOf(fileOf("t.json", "[\n{\"a\":1},\n\n{\"a\":2}]"))).map((item) => "place" in item && item.place),
      ["t.json:2, element 1", "t.json:4, element 2"])
  })

  it("cut anywhere into pieces it is the same", () => {
    const text = Buffer.from(`\uFEFF${JSON.stringify({ n: "[{\\\"", data: rows, z: [1, [2, { a: 1 }]] }, null, 1)}`)
    for (let size = 1; size < 40; size++) {
      const cutter = new ElementCutter("t")
      const found: Array<unknown> = []
      // a mark of byte order comes whole
      for (let at = 0; at < text.length; at += Math.max(size, at === 0 ? 3 : 0)) {
        for (const element of cutter.push(text.subarray(at, at + Math.max(size, at === 0 ? 3 : 0)))) found.push(JSON.parse(element.bytes!.toString()))
      }
      cutter.end()
      assert.deepStrictEqual(found, rows)
    }
  })

  it("an element that is too long is not held", () => {
    const cutter = new ElementCutter("t", 50)
    const found = cutter.push(Buffer.from(`[{"a":1},{"a":"${"x".repeat(60)}"},{"a":3}]`))
    assert.deepStrictEqual(found.map(({ bytes, length }) => [bytes?.toString() ?? null, length]), [["{\"a\":1}", 7], [null, 68], ["{\"a\":3}", 7]])
  })

  it("faults are placed", async () => {
    const told = async (content: string) => {
      const { code, place } = await errorOf(fileOf("t.json", content, "json"))
      return [code, place]
    }
    assert.deepStrictEqual(await told("[{\"a\":1},\n{\"a\":}]"), ["broken-json", "t.json:2, element 2"])
    assert.deepStrictEqual(await told("[{\"a\":1},\n{\"a\":1]"), ["json-broken", "t.json:2"])
    assert.deepStrictEqual(await told("[{\"a\":1},\n{\"a\":2"), ["json-broken", "t.json:2"])
    assert.deepStrictEqual(await told("[{\"a\":1},]"), ["json-broken", "t.json:1"])
    assert.deepStrictEqual(await told("[{\"a\":1}] x"), ["json-broken", "t.json:1"])
    assert.deepStrictEqual(await told("[7]"), ["not-an-object", "t.json:1, element 1"])
    assert.deepStrictEqual(await told("{\"a\": [1]}"), ["json-broken", "t.json:1"])
    assert.deepStrictEqual(await told("{\"a\": [{}], \"b\": [{}]}"), ["json-broken", "t.json:1"])
    assert.deepStrictEqual(await told("hello"), ["json-broken", "t.json:1"])
    assert.deepStrictEqual(await told(""), ["json-broken", "t.json:1"])
    const items = await itemsOf({ ...fileOf("t.json", "[{\"a\":1}, {\"a\":}, 3, {\"a\":4}]", "json"), onBadRecord: "skip" })
    assert.deepStrictEqual(items.map((item) => "record" in item ? item.record : "refusal" in item ? item.refusal.reason : null), [{ a: 1 }, "broken-json", "not-an-object", { a: 4 }])
  })
})

describe("CSV", () => {
  it("is read as the standard says, whatever parts it", async () => {
    for (const [name, d] of [["t.csv", ","], ["t.csv", ";"], ["t.tsv", "\t"], ["t.csv", "|"]] as const) {
      const text = `\uFEFFprompt${d}answer${d}\r\n"a ""b""${d}\nc"${d}7${d}\r\n\r\n5" pipe${d}${d}x`
      for (const content of [text, gzipSync(text)]) {
        assert.deepStrictEqual(await itemsOf(fileOf(name, content)), [
          { place: `${name}:2`, record: { prompt: `a "b"${d}\nc`, answer: "7", column3: "" } },
          { place: `${name}:5`, record: { prompt: "5\" pipe", answer: "", column3: "x" } }
        ])
      }
    }
  })

  it("faults are placed", async () => {
    const bad = Buffer.concat([Buffer.from("a,b\n1,2\n1\n\"x\"y,2\n1,"), Buffer.from([0xe9]), Buffer.from("\n3,4\n\"open,1\n2,3\n")])
    const items = await itemsOf({ ...fileOf("t.csv", bad), onBadRecord: "skip" })
    assert.deepStrictEqual(items.map((item) => "refusal" in item ? [item.place, item.refusal.reason] : "record" in item && item.record),
      [{ a: "1", b: "2" }, ["t.csv:3", "broken-csv"], ["t.csv:4", "broken-csv"], ["t.csv:5", "wrong-encoding"], { a: "3", b: "4" }, ["t.csv:7", "broken-csv"]])
    assert.strictEqual((await errorOf(fileOf("t.csv", "a,a\n1,2"))).code, "csv-broken")
    assert.deepStrictEqual(await recordsOf(fileOf("t.csv", "a,__proto__\n1,2")), [{ a: "1" }])
  })
})

describe("cutting", () => {
  it("lines and rows are the same however the bytes come", async () => {
    const text = Buffer.from("a,b\r\n\"x \"\"y\"\"\n,\",2\n\n5\" p,\"\"\nü,數\nlast,1")
    const cut = async (size: number) => {
      const rows = new RowCutter(0x2c)
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.subarray(i * size, (i + 1) * size))
      const found = pieces.flatMap((piece) => rows.push(piece).map(({ line, offset, bytes }) => [line, offset, bytes!.toString("latin1")]))
      const lines: Array<unknown> = []
      for await (const batch of linesOf((async function*() { yield* pieces })())) lines.push(...batch.map(({ number, offset, bytes }) => [number, offset, bytes!.toString("latin1")]))
      return [...found, ...rows.end().map(({ line, offset, bytes }) => [line, offset, bytes!.toString("latin1")]), lines]
    }
    const whole = await cut(1000)
    assert.deepStrictEqual(whole.slice(0, -1).map((row) => (row as Array<unknown>)[0]), [1, 2, 4, 5, 6, 7])
    for (let size = 1; size < text.length; size++) assert.deepStrictEqual(await cut(size), whole)
  })

  it("a row that is too long is not held", () => {
    const rows = new RowCutter(0x2c, 20)
    assert.deepStrictEqual(rows.push(Buffer.from(`a,b\n1,${"x".repeat(30)}\n2,3\n`)).map(({ bytes, length }) => [bytes?.toString() ?? null, length]), [["a,b", 3], [null, 32], ["2,3", 3]])
  })
})

describe("Parquet", () => {
  it("gives nested columns, large numbers and times as JSON has them", async () => {
    const asked = await parquetOf(`SELECT 1::BIGINT AS id, 9007199254740993::BIGINT AS large, 1.5::DECIMAL(4,2) AS price, 'nan'::DOUBLE AS nan,
      [{'role': 'user', 'content': 'ü'}, {'role': 'assistant', 'content': NULL}] AS messages, map {'k': [1, 2]} AS m, TIMESTAMP '2024-01-02 03:04:05' AS t, true AS ok, NULL::VARCHAR AS none`)
    assert.deepStrictEqual(await itemsOf(asked), [{ place: "t.parquet, row 1", record: {
      id: 1, large: "9007199254740993", price: 1.5, nan: null, messages: [{ role: "user", content: "ü" }, { role: "assistant", content: null }], m: { k: [1, 2] },
      t: "2024-01-02 03:04:05", ok: true, none: null
    } }])
    assert.isEmpty(readdirSync(join(asked.folder, "cache")))
  })

  it("keeps the order of many row groups, and may be left early and read again", async () => {
    const asked = await parquetOf("SELECT range AS n, repeat('x', 200) AS s FROM range(10000)")
    await using({ ...asked, source: "file:t.parquet" }, async (source) => {
      assert.deepStrictEqual(source.columns, ["n", "s"])
      assert.deepStrictEqual((await source.sample(3)).map(({ n }) => n), [0, 1, 2])
      let next = 0
      for await (const item of source.items()) {
        assert.isTrue("record" in item && item.record["n"] === next && item.place === `t.parquet, row ${next + 1}`)
        next++
      }
      assert.strictEqual(next, 10_000)
    })
  })

  it("that is cut or no Parquet is told", async () => {
    const asked = await parquetOf("SELECT range AS n FROM range(1000)")
    const { readFileSync } = await import("node:fs")
    const bytes = readFileSync(join(asked.folder, "t.parquet"))
    assert.strictEqual((await errorOf(fileOf("t.parquet", bytes.subarray(0, 1000)))).code, "parquet-broken")
    assert.strictEqual((await errorOf(fileOf("t.parquet", Buffer.concat([bytes.subarray(0, 500), Buffer.from("PAR1")])))).code, "parquet-broken")
    assert.strictEqual((await errorOf(fileOf("t.parquet", lines))).code, "kind-mismatch")
    const error = await errorOf(fileOf("t.jsonl", bytes))
    assert.strictEqual(error.code, "kind-mismatch")
    assert.include(error.advice, "parquet:")
  })
})

describe("kinds", () => {
  it("the extension decides with file:, unless the text is clearly the other JSON", async () => {
    assert.deepStrictEqual(await recordsOf(fileOf("t.json", lines)), rows)
    assert.deepStrictEqual(await recordsOf(fileOf("t.jsonl", JSON.stringify(rows, null, 1))), rows)
    assert.deepStrictEqual(await recordsOf(fileOf("t.json.gz", gzipSync(lines))), rows)
  })

  it("what contradicts the stated kind is told plainly", async () => {
    for (const [name, kind, content] of [["t", "json", lines], ["t", "jsonl", JSON.stringify(rows)], ["t", "jsonl", JSON.stringify({ data: rows }, null, 1)],
      ["t", "csv", lines], ["t", "jsonl", Buffer.from("504b0304aabbccdd", "hex")], ["t", "parquet", gzipSync(lines)]] as const) {
      assert.strictEqual((await errorOf(fileOf(name, content, kind))).code, "kind-mismatch", `${kind} ${String(content).slice(0, 20)}`)
    }
  })

  it("a source that names nothing readable is told", async () => {
    const folder = newFolder()
    for (const [source, code] of [["file:none.jsonl", "file-missing"], ["file:x.txt", "source-malformed"], ["jsonl:", "source-malformed"], ["what", "source-malformed"],
      ["jsonl:.", "file-unreadable"], ["jsonl:/dev/zero", "file-unreadable"], ["file:a/b\0.jsonl", "source-malformed"]] as const) {
      assert.strictEqual((await errorOf({ source, folder })).code, code, source)
    }
    assert.strictEqual((await errorOf({ ...fileOf("t.jsonl", lines), revision: "main" })).code, "source-malformed")
    assert.isFalse(existsSync(join(folder, "cache")))
  })
})

describe("identity", () => {
  const identityOf = (asked: Parameters<typeof using>[0]) => using(asked, async ({ identity }) => JSON.stringify(identity))
  it("is the bytes', the kind's and the predicate's, not the name's", async () => {
    assert.strictEqual(await identityOf(fileOf("t.jsonl", lines)), await identityOf(fileOf("u.ndjson", lines)))
    assert.notStrictEqual(await identityOf(fileOf("t.jsonl", lines)), await identityOf(fileOf("t.jsonl", `${lines}\n`)))
    assert.notStrictEqual(await identityOf(fileOf("t.jsonl", lines)), await identityOf({ ...fileOf("t.jsonl", lines), where: "a > 1" }))
  })

  it("a file that changes under the reader is told", async () => {
    const asked = fileOf("t.jsonl", lines)
    const told = await using(asked, async (source) => {
      writeFileSync(join(asked.folder, "t.jsonl"), "{\"a\":1}")
      return source.sample(1).catch((thrown) => thrown.code)
    })
    assert.strictEqual(told, "file-changed")
  })

  it("reading ends when it is told to", async () => {
    const stop = new AbortController()
    const text = `{"a":"${"x".repeat(1000)}"}\n`.repeat(5000)
    const told = await using({ ...fileOf("t.jsonl", text), signal: stop.signal }, async (source) => {
      let count = 0
      try {
        for await (const item of source.items()) if ("record" in item && ++count === 3) stop.abort()
      } catch (thrown) {
        return (thrown as { code: string }).code
      }
      return "read on"
    })
    assert.strictEqual(told, "stopped")
  })
})
