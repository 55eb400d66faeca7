/** Benchmarks that read records: from files of each kind and from a hub, in the file's order, with every fault named. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll } from "vitest"
import aime25 from "../../../plugins/benchmarks/aime25.ts"
import gsm8k from "../../../plugins/benchmarks/gsm8k.ts"
import jsonl from "../../../plugins/benchmarks/jsonl.ts"
import { drawItems } from "../../../framework/plan/benchmark-items.ts"
import { optionsOf } from "../datasets/options.ts"
import { commit, startHub } from "../sources/hub-server.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-records-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const context = { cacheFolder: join(folder, "cache"), folder }
const lines = (records: ReadonlyArray<unknown>): string => records.map((record) => `${JSON.stringify(record)}\n`).join("")
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content)
  return name
}
const draw = (plugin: any, options: any, count: number, seed = 0, around: { readonly folder: string; readonly cacheFolder: string; readonly hubEndpoint?: string } = context) =>
  drawItems(plugin, { count, seed }, optionsOf(plugin, options), around)

const sums = Array.from({ length: 20 }, (_, n) => ({ q: `${n} + 1?`, a: n + 1, level: n < 10 ? "easy" : "hard" }))
const named = { question: "q", answer: "a", tier: "level" }

describe("items of records", () => {
  it.live("are those of a file: JSON lines, gzip, JSON, CSV alike", () => Effect.gen(function*() {
    const files = [
      file("a.jsonl", lines(sums)), file("a.jsonl.gz", gzipSync(lines(sums))), file("a.json", JSON.stringify(sums)),
      file("a.csv", `q,a,level\n${sums.map(({ a, level, q }) => `${q},${a},${level}`).join("\n")}\n`)
    ]
    const drawn = yield* Effect.forEach(files, (name) => draw(jsonl, { file: name, ...named }, 12))
    assert.deepStrictEqual(drawn[0]![11], {
      id: "12", problem: "11 + 1?", prompt: "11 + 1?\nPlease reason step by step, and put your final answer within \\boxed{}.", gold: "12", tier: "hard"
    })
    for (const others of drawn) assert.deepStrictEqual(others, drawn[0])
  }))

  it.live("are others by another seed, and more of them keep the first", () => Effect.gen(function*() {
    const options = { file: file("b.jsonl", lines(sums)), ...named }
    const [few, more] = [yield* draw(jsonl, options, 5, 3), yield* draw(jsonl, options, 9, 3)]
    assert.deepStrictEqual(more.slice(0, 5), few)
    assert.notDeepEqual(few.map(({ id }) => id), ["1", "2", "3", "4", "5"])
    assert.lengthOf(yield* draw(jsonl, options, 20, 3), 20)
  }))

  it.live("are refused with their place where one is none, is missing or comes twice", () => Effect.gen(function*() {
    const messageOf = (plugin: any, options: any, count: number) => Effect.map(Effect.flip(draw(plugin, options, count)), ({ message }) => message)
    const broken = [sums[0], { q: "2?" }, { q: "", a: 1 }, sums[1]]
    assert.match(yield* messageOf(jsonl, { file: file("c.jsonl", lines(broken)), question: "q", answer: "a" }, 1),
      /benchmark jsonl {2}items-malformed {2}Found c\.jsonl:2: missing-fields \(no text in a\); c\.jsonl:3: missing-fields \(no text in q\), expected records that are items/u)
    assert.match(yield* messageOf(jsonl, { file: "b.jsonl", ...named }, 21), /Found 20, expected 21 items/u)
    assert.match(yield* messageOf(jsonl, { file: "b.jsonl", ...named, id: "level" }, 20), /Found easy again, expected ids that are used once/u)
    assert.match(yield* messageOf(jsonl, { file: "none.jsonl" }, 1), /none\.jsonl {2}file-missing/u)
    assert.match(yield* messageOf(jsonl, { file: file("d.jsonl", "{\"question\": 1}\n{") }, 1), /d\.jsonl:2 {2}broken-json/u)
    assert.match(yield* messageOf(jsonl, { file: file("e.txt", "x") }, 1), /whose extension says nothing/u)
  }))

  it.live("of AIME are numbered by their place, in files of whole papers only", () => Effect.gen(function*() {
    const problems = Array.from({ length: 30 }, (_, n) => ({ problem: `What is $${n} + ${n}$?`, answer: n === 4 ? "336^\\circ" : `0${n}` }))
    const items = yield* draw(aime25, { file: file("f.jsonl", lines(problems)) }, 30)
    assert.deepStrictEqual([0, 4, 5, 14, 15, 29].map((n) => [items[n]!.id, items[n]!.tier]),
      [["aime25-1", "1-5"], ["aime25-5", "1-5"], ["aime25-6", "6-10"], ["aime25-15", "11-15"], ["aime25-16", "1-5"], ["aime25-30", "11-15"]])
    assert.match((yield* Effect.flip(draw(aime25, { file: file("g.jsonl", lines(problems.slice(1))) }, 1))).message, /has 29 records, not 15 or 30/u)
  }))

  it.live("come from a hub at a revision, which asks for files by a glob", () => Effect.gen(function*() {
    const records = lines([{ question: "How many?", answer: "2 + 2 = <<2+2=4>>4\n#### 4" }])
    const server = yield* Effect.promise(() => startHub({ "data/test.jsonl": Buffer.from(records), "data/train.jsonl": Buffer.from(lines([{ question: "no" }])) }))
    const items = yield* draw(gsm8k, { hub: "org/name", revision: commit, files: "data/test.jsonl" }, 1, 0, { ...context, hubEndpoint: server.address }).pipe(
      Effect.ensuring(Effect.promise(server.close)))
    assert.deepStrictEqual(items.map(({ gold, id, tier }) => [id, gold, tier]), [["gsm8k-1", "4", "1 step"]])
  }))
})
