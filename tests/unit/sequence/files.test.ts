import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { afterAll } from "vitest"
import { batchRows } from "../../../framework/sequence/arrow-file.ts"
import { type MeasuredRow, readMeasures, writeMeasures } from "../../../framework/sequence/measures-file.ts"
import { readPrepared, writePrepared } from "../../../framework/sequence/prepared-file.ts"
import type { Sequence } from "../../../framework/sequence/Sequence.ts"
import { type CellView, readView, type ViewRow, writeView } from "../../../framework/sequence/view-file.ts"

const folder = mkdtempSync(join(tmpdir(), "leadspan-stored-"))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

const sequence = (n: number, length = 3 + n * 7 % 40): Sequence => ({
  id: `sample-${n} é`, tokens_T: Int32Array.from({ length }, (_, t) => n * 31 + t),
  segments_T: Uint8Array.from({ length }, (_, t) => t < 2 ? 0 : t < length - 1 ? 1 : 2),
  derivedAt: n % 3 === 0 ? null : 2, openerAt: n % 2 === 0 ? 0 : null, closerAt: n % 5 === 0 ? null : length - 1, endOfTurnAt: length
})
const many = (count: number) => Array.from({ length: count }, (_, n) => sequence(n))
const viewOf = (rows: ReadonlyArray<ViewRow>): CellView =>
  ({ count: rows.length, lengths_N: Int32Array.from(rows, (row) => row.weights.length), row: (n) => rows[n]! })
const viewRow = (n: number): ViewRow =>
  ({ prepared: n % 7, spans: Int32Array.of(0, 2, 3 + n % 4, 5 + n % 4), weights: Float32Array.of(0, 1, 0, n / 8) })

describe("prepared.arrow", () => {
  it.effect("reads back what was written, over several batches, in any order", () => Effect.gen(function*() {
    const rows = many(2 * batchRows + 400)
    yield* writePrepared(at("a.arrow"), rows)
    const prepared = yield* readPrepared(at("a.arrow"))
    assert.strictEqual(prepared.count, rows.length)
    const tokens = rows.map((row) => row.tokens_T.length)
    assert.deepStrictEqual([...prepared.lengths_N], tokens)
    assert.deepStrictEqual([...prepared.derivedAt_N], rows.map((row) => row.derivedAt ?? -1))
    assert.deepStrictEqual([...prepared.firstToken_N1], [0, ...tokens.map((_, n) => tokens.slice(0, n + 1).reduce((a, b) => a + b))])
    for (let n = 0; n < rows.length; n++) assert.deepStrictEqual(prepared.row(n), rows[n])
    for (let n = rows.length - 1; n >= 0; n -= 13) assert.deepStrictEqual(prepared.row(n), rows[n])
    for (const n of [-1, rows.length, Number.NaN]) assert.throws(() => prepared.row(n), /a question for row/)
    prepared.close()
  }))

  it.effect("equal rows give equal bytes: from an array, one at a time, or as they arrive", () => Effect.gen(function*() {
    const rows = many(batchRows + 80)
    yield* writePrepared(at("b.arrow"), rows)
    yield* writePrepared(at("c.arrow"), (function*() { yield* rows })())
    yield* writePrepared(at("d.arrow"), (async function*() { yield* rows })())
    for (const name of ["c.arrow", "d.arrow"]) assert.isTrue(readFileSync(at("b.arrow")).equals(readFileSync(at(name))))
  }))

  it.effect("may be empty, and may hold a row of a million tokens", () => Effect.gen(function*() {
    yield* writePrepared(at("none.arrow"), [])
    assert.strictEqual((yield* readPrepared(at("none.arrow"))).count, 0)
    const long = sequence(1, 1_000_000)
    yield* writePrepared(at("long.arrow"), [sequence(0), long, sequence(2)])
    const prepared = yield* readPrepared(at("long.arrow"))
    assert.isTrue(Buffer.from(prepared.row(1).tokens_T.buffer).equals(Buffer.from(long.tokens_T.buffer)))
    assert.deepStrictEqual(prepared.row(2), sequence(2))
  }))

  it.effect("an error of who makes the rows is that of the file's maker", () => Effect.gen(function*() {
    const error = yield* Effect.flip(writePrepared(at("broken.arrow"), (function*() { yield sequence(0); throw new Error("no more") })()))
    assert.include(error.message, "no more")
  }))

  it.effect("damaged files are refused with their name", () => Effect.gen(function*() {
    yield* writePrepared(at("e.arrow"), many(50))
    const bytes = readFileSync(at("e.arrow"))
    writeFileSync(at("text.arrow"), "no arrow")
    writeFileSync(at("empty.arrow"), "")
    writeFileSync(at("cut.arrow"), bytes)
    truncateSync(at("cut.arrow"), bytes.length - 100)
    writeFileSync(at("longer.arrow"), bytes)
    appendFileSync(at("longer.arrow"), "x")
    yield* writeView(at("other.arrow"), viewOf([viewRow(0)]))
    for (const name of ["absent.arrow", "text.arrow", "empty.arrow", "cut.arrow", "longer.arrow", "other.arrow"]) {
      const error = yield* Effect.flip(readPrepared(at(name)))
      assert.strictEqual(error.code, "data-malformed", name)
      assert.include(error.message, at(name))
    }
  }))

  it.effect("a changed byte is refused or read as what it says, never a crash", () => Effect.gen(function*() {
    yield* writePrepared(at("f.arrow"), many(40))
    const bytes = readFileSync(at("f.arrow"))
    let refused = 0
    for (let position = 0; position < bytes.length; position += 23) {
      const damaged = Buffer.from(bytes)
      damaged[position] = damaged[position]! ^ 0xff
      writeFileSync(at("g.arrow"), damaged)
      const result = yield* Effect.result(Effect.flatMap(readPrepared(at("g.arrow")), (prepared) => Effect.try({
        try: () => {
          for (let n = 0; n < prepared.count; n++) {
            const { tokens_T, segments_T } = prepared.row(n)
            assert.strictEqual(tokens_T.length, prepared.lengths_N[n])
            assert.strictEqual(segments_T.length, tokens_T.length)
          }
          prepared.close()
        },
        catch: (thrown) => thrown as { readonly _tag?: string; readonly code?: string }
      })))
      if (result._tag === "Success") continue
      refused++
      assert.strictEqual(result.failure.code, "data-malformed", `byte ${position}: ${String(result.failure)}`)
    }
    assert.isAbove(refused, 0)
  }))

  it.effect("what a row may not hold is refused when it is read", () => Effect.gen(function*() {
    const bad: ReadonlyArray<readonly [Partial<Sequence>, RegExp]> = [
      [{ segments_T: Uint8Array.of(1, 0, 0) }, /row 1, token 1: 0, expected segments in order/],
      [{ segments_T: Uint8Array.of(0, 0, 3) }, /segments in order/],
      [{ tokens_T: Int32Array.of(1, -1, 1) }, /token ids of at least 0/]
    ]
    for (const [changes, message] of bad) {
      yield* writePrepared(at("h.arrow"), [sequence(0), { ...sequence(1, 3), ...changes }])
      const prepared = yield* readPrepared(at("h.arrow"))
      assert.deepStrictEqual(prepared.row(0), sequence(0))
      assert.throws(() => prepared.row(1), message)
    }
  }))

  it.effect("what is wrong with all of it is refused when it is opened", () => Effect.gen(function*() {
    const bad: ReadonlyArray<readonly [Partial<Sequence>, string]> = [
      [{ tokens_T: new Int32Array(0), segments_T: new Uint8Array(0), endOfTurnAt: 0 }, "row 1 without"],
      [{ segments_T: Uint8Array.of(0, 1) }, "segments in row 1"],
      [{ derivedAt: 4 }, "derivedAt of at most 3"],
      [{ openerAt: 4 }, "openerAt"], [{ closerAt: -2 }, "closerAt"], [{ endOfTurnAt: 4 }, "endOfTurnAt"]
    ]
    for (const [changes, text] of bad) {
      yield* writePrepared(at("i.arrow"), [sequence(0), { ...sequence(1, 3), derivedAt: null, closerAt: null, ...changes }])
      assert.include((yield* Effect.flip(readPrepared(at("i.arrow")))).message, text)
    }
  }))
})

describe("view.arrow", () => {
  const Bound = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))
  it.effect.prop("reads back what was written, whatever the spans", { rows: Schema.Array(Schema.Array(Schema.Tuple([Bound, Bound])).check(Schema.isMinLength(1))).check(Schema.isMaxLength(8)) }, (
    { rows: drawn }
  ) => Effect.gen(function*() {
    const rows = drawn.map((gaps, n): ViewRow => {
      const [spans, weights]: [Array<number>, Array<number>] = [[], []]
      let end = 0
      for (const [gap, length] of gaps) {
        spans.push(end + gap, end + gap + length)
        weights.push(...Array.from({ length }, (_, t) => t === 0 ? 0 : t / 4))
        end += gap + length
      }
      return { prepared: n * 3, spans: Int32Array.from(spans), weights: Float32Array.from(weights) }
    })
    yield* writeView(at("p.arrow"), viewOf(rows))
    const view = yield* readView(at("p.arrow"))
    assert.deepStrictEqual(Array.from({ length: view.count }, (_, n) => view.row(n)), rows)
    assert.deepStrictEqual([...view.lengths_N], rows.map((row) => row.weights.length))
    view.close()
  }), { arbitrary: { runs: 30 } })

  it.effect("spans a batch's end, and is read in any order", () => Effect.gen(function*() {
    const rows = Array.from({ length: batchRows + 300 }, (_, n) => viewRow(n))
    yield* writeView(at("v.arrow"), viewOf(rows))
    const view = yield* readView(at("v.arrow"))
    for (let n = rows.length - 1; n >= 0; n--) assert.deepStrictEqual(view.row(n), rows[n])
  }))

  it.effect("what a row may not say is refused", () => Effect.gen(function*() {
    const bad: ReadonlyArray<readonly [Partial<ViewRow>, RegExp]> = [
      [{ prepared: -1 }, /a row of the prepared data in row 1/],
      [{ spans: new Int32Array(0), weights: new Float32Array(0) }, /rows that keep tokens/],
      [{ spans: Int32Array.of(0, 2, 4) }, /whole spans/],
      [{ spans: Int32Array.of(-1, 3) }, /spans in order/],
      [{ spans: Int32Array.of(2, 4, 0, 2) }, /spans in order/],
      [{ spans: Int32Array.of(0, 2, 4, 4) }, /spans in order/],
      [{ spans: Int32Array.of(0, 3) }, /3 weights/],
      [{ weights: Float32Array.of(1, 0, 0, 0) }, /first kept token of a span/],
      [{ weights: Float32Array.of(0, 1, 1, 0) }, /first kept token of a span/],
      [{ weights: Float32Array.of(0, -1, 0, 0) }, /finite weights/],
      [{ weights: Float32Array.of(0, Number.NaN, 0, 0) }, /finite weights/]
    ]
    for (const [changes, message] of bad) {
      yield* writeView(at("w.arrow"), viewOf([viewRow(0), { ...viewRow(1), ...changes }]))
      const read = Effect.flatMap(readView(at("w.arrow")), (view) => Effect.try({ try: () => view.row(1), catch: (thrown) => thrown as Error }))
      assert.match((yield* Effect.flip(read)).message, message)
    }
    // spans that touch are one: nothing is missing before the second
    yield* writeView(at("x.arrow"), viewOf([{ prepared: 0, spans: Int32Array.of(0, 2, 2, 4), weights: Float32Array.of(0, 1, 1, 1) }]))
    assert.strictEqual((yield* readView(at("x.arrow"))).row(0).weights[2], 1)
  }))
})

describe("measures.arrow", () => {
  const numbers = (n: number, scale: number) => Float32Array.from({ length: 2 + n % 9 }, (_, t) => t * scale)
  const measured = (n: number, hasTeacher: boolean): MeasuredRow => ({
    studentEntropy_T: numbers(n, 0.5), teacherEntropy_T: hasTeacher ? numbers(n, 0.25) : null, divergence_T: hasTeacher ? numbers(n, 2) : null
  })
  it.effect("reads back what was written, with a teacher and without", () => Effect.gen(function*() {
    for (const hasTeacher of [true, false]) {
      const rows = Array.from({ length: batchRows + 30 }, (_, n) => measured(n, hasTeacher))
      yield* Effect.promise(() => writeMeasures(at("m.arrow"), rows))
      const measures = yield* readMeasures(at("m.arrow"))
      assert.strictEqual(measures.hasTeacher, hasTeacher)
      assert.deepStrictEqual([...measures.lengths_N], rows.map((row) => row.studentEntropy_T.length))
      for (let n = rows.length - 1; n >= 0; n--) assert.deepStrictEqual(measures.row(n), rows[n])
      measures.close()
    }
  }))

  it.effect("what is no measure is refused, and rows with and without a teacher do not mix", () => Effect.gen(function*() {
    const write = (rows: ReadonlyArray<MeasuredRow>) => Effect.tryPromise({ try: () => writeMeasures(at("n.arrow"), rows), catch: (thrown) => thrown as Error })
    yield* write([{ ...measured(1, true), teacherEntropy_T: Float32Array.of(0, Number.NaN, 0) }])
    const measures = yield* readMeasures(at("n.arrow"))
    assert.throws(() => measures.row(0), /finite numbers in row 0/)
    yield* write([{ ...measured(1, true), divergence_T: Float32Array.of(0) }])
    assert.include((yield* Effect.flip(readMeasures(at("n.arrow")))).message, "values of divergence in row 0")
    yield* write([{ ...measured(1, true), divergence_T: null }])
    assert.include((yield* Effect.flip(readMeasures(at("n.arrow")))).message, "both, or neither")
    assert.include((yield* Effect.flip(write([measured(0, true), measured(1, false)]))).message, "with and without")
  }))
})
