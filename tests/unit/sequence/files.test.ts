import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll } from "vitest"
import { explain } from "../../../framework/sequence/explain.ts"
import { readPrepared, sequenceAt, writePrepared } from "../../../framework/sequence/prepared-file.ts"
import { segmentSets } from "../../../framework/sequence/supervise.ts"
import { makeView, wholeView } from "../../../framework/sequence/view.ts"
import { readView, writeView } from "../../../framework/sequence/view-file.ts"
import { Keep, LengthsList, Percent, preparedOf, sequenceOf, SetBits, truncationOf } from "./traces.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-files-"))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

const many = (count: number) => Array.from({ length: count }, (_, n) =>
  sequenceOf({ prompt: n % 5 + 1, cot: n * 7 % 40, answer: n % 3 }, `sample-${n} é`))

describe("prepared.arrow", () => {
  it.effect("reads back what was written, over several batches", () => Effect.gen(function*() {
    const rows = many(2500)
    yield* writePrepared(at("a.arrow"), rows)
    const prepared = yield* readPrepared(at("a.arrow"))
    assert.deepStrictEqual(prepared, preparedOf(rows))
    assert.deepStrictEqual(sequenceAt(prepared, 2047), rows[2047])
  }))

  it.effect("equal rows give equal bytes, from an array or one at a time", () => Effect.gen(function*() {
    yield* writePrepared(at("b.arrow"), many(1100))
    yield* writePrepared(at("c.arrow"), (function*() { yield* many(1100) })())
    assert.isTrue(readFileSync(at("b.arrow")).equals(readFileSync(at("c.arrow"))))
  }))

  it.effect("damaged files are refused with their name", () => Effect.gen(function*() {
    yield* writePrepared(at("d.arrow"), many(50))
    const bytes = readFileSync(at("d.arrow"))
    writeFileSync(at("text.arrow"), "no arrow")
    writeFileSync(at("empty.arrow"), "")
    writeFileSync(at("cut.arrow"), bytes)
    truncateSync(at("cut.arrow"), bytes.length - 100)
    writeFileSync(at("longer.arrow"), bytes)
    appendFileSync(at("longer.arrow"), "x")
    yield* writeView(at("other.arrow"), wholeView(preparedOf(many(3))))
    for (const name of ["absent.arrow", "text.arrow", "empty.arrow", "cut.arrow", "longer.arrow", "other.arrow"]) {
      const error = yield* Effect.flip(readPrepared(at(name)))
      assert.strictEqual(error.code, "data-malformed", name)
      assert.include(error.message, at(name))
    }
  }))

  it.effect("a changed byte is refused or read as what it says, never a crash", () => Effect.gen(function*() {
    yield* writePrepared(at("f.arrow"), many(40))
    const bytes = readFileSync(at("f.arrow"))
    for (let position = 0; position < bytes.length; position += 41) {
      const damaged = Buffer.from(bytes)
      damaged[position] = damaged[position]! ^ 0xff
      writeFileSync(at("g.arrow"), damaged)
      const result = yield* Effect.result(readPrepared(at("g.arrow")))
      if (result._tag === "Failure") assert.strictEqual(result.failure.code, "data-malformed")
      else assert.strictEqual(result.success.tokens.length, result.success.segments.length)
    }
  }))

  it.effect("segments out of order are refused", () => Effect.gen(function*() {
    yield* writePrepared(at("e.arrow"), [{ ...sequenceOf({ prompt: 1, cot: 1, answer: 0 }), segments_T: Uint8Array.of(1, 0) }])
    const error = yield* Effect.flip(readPrepared(at("e.arrow")))
    assert.include(error.message, "segments in order")
  }))
})

describe("view.arrow", () => {
  it.effect.prop("explain agrees with the file that an engine reads", { list: LengthsList, percent: Percent, keep: Keep, bits: SetBits }, (
    { list, percent, keep, bits }
  ) => Effect.gen(function*() {
    const supervised = segmentSets[bits]!
    const rows = list.map((lengths, n) => sequenceOf(lengths, `s${n}`))
    yield* writePrepared(at("p.arrow"), rows)
    const prepared = yield* readPrepared(at("p.arrow"))
    yield* writeView(at("v.arrow"), makeView(prepared, { truncation: truncationOf(keep, percent), supervised, selection: null, mainRows: rows.length }))
    const view = yield* readView(at("v.arrow"))
    for (const [n, row] of rows.entries()) {
      const { tokens, kept: [start, end], targets } = explain(prepared, view, n, String)
      assert.deepStrictEqual(tokens.map((token) => token.id), Array.from(row.tokens_T))
      const weights = view.weights.subarray(view.weightOffsets[n], view.weightOffsets[n + 1])
      assert.deepStrictEqual(tokens.filter((token) => token.kept).map((token) => token.weight), Array.from(weights))
      assert.strictEqual(end - start, weights.length)
      for (const token of tokens) {
        // the rule itself, said once more: kept, not the first kept, of a supervised segment
        assert.strictEqual(token.weight > 0, start < token.index && token.index < end && supervised.includes(token.segment))
      }
      assert.strictEqual(targets, weights.filter((weight) => weight > 0).length)
    }
  }), { arbitrary: { runs: 40 } })

  it.effect("a weight on the first kept token is refused", () => Effect.gen(function*() {
    const view = wholeView(preparedOf(many(2)))
    view.weights[0] = 1
    yield* writeView(at("w.arrow"), view)
    assert.include((yield* Effect.flip(readView(at("w.arrow")))).message, "first kept token of row 0")
  }))
})
