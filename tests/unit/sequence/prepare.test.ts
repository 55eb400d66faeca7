import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import data from "../../../plugins/datasets/chain-arithmetic.ts"
import type { TraceRecord } from "../../../framework/plugin/define.ts"
import { prepare, preparedName, readSummary } from "../../../framework/sequence/prepare.ts"
import { readPrepared } from "../../../framework/sequence/prepared-file.ts"
import { loadTokenizer } from "../../../framework/sequence/tokenizer.ts"
import { optionsOf } from "../datasets/options.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-prepare-"))
afterAll(() => rmSync(folder, { recursive: true }))
const tokenizer = await Effect.runPromise(loadTokenizer("plugins/models/tiny/tokenizer"))
const records = (count: number, written: unknown = {}) => data.records({ split: "train", count, seed: 0 }, optionsOf(data, written))
const renamed = function*(from: Iterable<TraceRecord>) { for (const record of from) yield { ...record, id: `replay/${record.id}` } }
const fault = (main: Iterable<TraceRecord>) => Effect.flip(prepare(tokenizer, main, [], folder))
const [good] = [...records(1)] as [TraceRecord]

describe("prepare", () => {
  it.effect("writes main rows, then replay; counts the main ones", () => Effect.gen(function*() {
    const summary = yield* prepare(tokenizer, records(40), renamed(records(5, { tier: "easy" })), folder)
    assert.deepStrictEqual({ ...summary, digest: "" }, {
      format: 2, unfinished: 0, cut: 0, tally: { read: 40, used: 40, reasons: [] }, contamination: null, dataFormat: null, rows: 45, mainRows: 40, tokens: 40 * 112 + 5 * 72, maxTokens: 112, largestId: 32,
      meanTokens: { prompt: 16, cot: 92, answer: 4 }, derivedShare: 1, meanDerivedAt: summary.meanDerivedAt, digest: ""
    })
    assert.approximately(summary.meanDerivedAt!, 47 / 112, 1e-9)
    assert.deepStrictEqual(yield* readSummary(folder), summary)
    const prepared = yield* readPrepared(join(folder, preparedName))
    assert.strictEqual(tokenizer.decode(prepared.row(0).tokens_T), `${good.prompt}<${good.cot}>${good.answer}$`)
    assert.isTrue(prepared.row(40).id.startsWith("replay/train-easy"))
  }))

  it.effect("gives the same bytes twice", () => Effect.gen(function*() {
    const first = yield* prepare(tokenizer, records(30), [], folder)
    const bytes = readFileSync(join(folder, preparedName))
    assert.deepStrictEqual(yield* prepare(tokenizer, records(30), [], folder), first)
    assert.isTrue(readFileSync(join(folder, preparedName)).equals(bytes))
  }))

  it.effect("refuses records that are none, by their id", () => Effect.gen(function*() {
    const cases: ReadonlyArray<readonly [Iterable<TraceRecord>, RegExp]> = [
      [[good, good], /record "train-standard-early-0-0" {2}record-malformed {2}Found this one again/u],
      [[{ ...good, cot: undefined as never }], /Found undefined, expected text in `cot`/u],
      [[{ ...good, cot: "D\ud800" }], /a lone surrogate/u],
      [[{ ...good, derivedAt: 1000 }], /derivedAt null or within the thought's/u],
      [[{ ...good, derivedAt: 1.5 }], /Found 1\.5/u],
      [[{ ...good, cot: "Dz", derivedAt: null }], /record "train-standard-early-0-0" {2}tokenizer-unknown-symbol {2}Found "z"/u],
      [[], /at least one record/u],
      [data.records({ split: "test", count: 999, seed: 0 }, optionsOf(data, { tier: "mini" })), /data set {2}record-malformed {2}Found 999 problems for test are more than/u]
    ]
    for (const [main, message] of cases) assert.match((yield* fault(main)).message, message)
  }))
})
