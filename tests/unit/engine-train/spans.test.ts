import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Effect } from "effect"
import { makeGraphs } from "../../../framework/engines/tfjs/graphs.ts"
import { assemble, assemblePacked } from "../../../framework/engines/tfjs/micro-batch.ts"
import type { Reporter } from "../../../framework/engines/tfjs/Reporter.ts"
import { joinRows } from "../../../framework/engines/tfjs/rows.ts"
import { openTeacherStore, type TeacherStore } from "../../../framework/engines/tfjs/store-reader.ts"
import { teach } from "../../../framework/engines/tfjs/teach.ts"
import { type Prepared, readPrepared } from "../../../framework/sequence/prepared-file.ts"
import type { ViewRow } from "../../../framework/sequence/view-file.ts"
import { makeSmallWorld, viewBy, vocabulary } from "../../contract/small-world.ts"

const silent: Reporter = { progress: () => {}, metrics: () => {}, breathe: () => Promise.resolve(), isStopping: () => false }
let folder: string
let prepared: Prepared
let store: TeacherStore
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leadspan-spans-"))
  const world = await makeSmallWorld(folder)
  prepared = await Effect.runPromise(readPrepared(join(folder, "train.arrow")))
  await teach(world.teach("full", "train", { mode: "full", k: null, temperatures: [], dtype: "float32" }), makeGraphs(true), silent)
  store = openTeacherStore(join(folder, "full"))
})
afterAll(() => {
  store.close()
  prepared.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Tokens 0-3, 6-8 and the last three; those after a gap are targets too where their predecessor is kept. */
const spansOf = (_: number, length: number) => [0, 4, 6, 9, length - 3, length]
const read = (row: number, at: number): ReadonlyArray<number> => {
  const into = { logits: new Float32Array(vocabulary), ids: null, lse: null }
  store.read(row, at, 1, into, 0, 1)
  return [...into.logits]
}

describe("a row of several spans", () => {
  it("is fed without its gaps, and each kept token has the teacher's word at its own place in the whole sequence", () => {
    const rows = joinRows(prepared, viewBy([...prepared.lengths_N], spansOf, () => 1), vocabulary)
    const shape = { batch: 2, length: 16 }
    for (const batch of [assemble(rows, [3, 1], shape, "token-mean", store, 1), assemblePacked(rows, [[3], [1]], shape, "token-mean", store, 1)]) {
      for (const [b, row] of [3, 1].entries()) {
        const whole = prepared.row(row).tokens_T
        const places = [0, 1, 2, 3, 6, 7, 8, whole.length - 3, whole.length - 2, whole.length - 1]
        expect(places.map((_, t) => batch.ids[b * 16 + t])).toEqual(places.map((place) => whole[place]))
        for (const [t, place] of places.entries()) {
          if (t === 0) continue
          expect(batch.labels[b * 16 + t - 1]).toBe(whole[place])
          expect([...batch.teacher!.logits.subarray((b * 16 + t - 1) * vocabulary, (b * 16 + t) * vocabulary)]).toEqual(read(row, place - 1))
          // the first token of a span is no target
          expect(batch.coefficients[b * 16 + t - 1]).toBe([4, 7].includes(t) ? 0 : 1)
        }
      }
      expect(batch.targets).toBe(14)
    }
  })

  it("is cut at its last target, in the midst of a span too", () => {
    const view = viewBy([...prepared.lengths_N], spansOf, (_, token) => token < 8 ? 1 : 0)
    const rows = joinRows(prepared, view, vocabulary)
    const batch = assemble(rows, [3], { batch: 1, length: 6 }, "token-mean", store, 1)
    expect([batch.tokens, batch.targets]).toEqual([6, 4])
    expect(assemblePacked(rows, [[3, 1]], { batch: 1, length: 12 }, "token-mean", store, 1).tokens).toBe(12)
    expect(() => assemble(rows, [3], { batch: 1, length: 5 }, "token-mean", store, 1)).toThrow(/no room/)
  })
})

describe("a view with more rows than the data", () => {
  const rowsBy = (row: (n: number) => ViewRow, count: number) =>
    joinRows(prepared, { count, lengths_N: Int32Array.from({ length: count }, (_, n) => row(n).weights.length), row }, vocabulary)

  it("names the row of the data that each of its rows is of: tokens and teacher are that row's", () => {
    const [of, length] = [5, 6]
    const rows = rowsBy((n) => ({ prepared: n % 32, spans: Int32Array.of(0, length), weights: Float32Array.from({ length }, (_, t) => t === 0 ? 0 : 1) }), 96)
    const batch = assemble(rows, [64 + of], { batch: 1, length }, "token-mean", store, 1)
    expect([...batch.ids]).toEqual([...prepared.row(of).tokens_T.subarray(0, length)])
    expect([...batch.teacher!.logits.subarray(0, vocabulary)]).toEqual(read(of, 0))
  })

  it("is refused where it does not fit the data or the model", () => {
    const one = (row: Partial<ViewRow>, words = vocabulary) => () =>
      joinRows(prepared, { count: 1, lengths_N: Int32Array.of(2), row: () => ({ prepared: 0, spans: Int32Array.of(0, 2), weights: Float32Array.of(0, 1), ...row }) }, words).read(0)
    expect(one({ prepared: 32 })).toThrow(/row 32 of the prepared data, which has 32/)
    expect(one({ spans: Int32Array.of(999, 1001) })).toThrow(/keeps tokens up to 1001 of row 0/)
    expect(one({}, 2)).toThrow(/vocabulary ends at 1/)
    expect(one({})).not.toThrow()
  })
})
