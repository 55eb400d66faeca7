import { createHash } from "node:crypto"
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { acquireLease, currentHolder } from "../../../framework/journal/lease.ts"
import { readJournal } from "../../../framework/journal/reader.ts"
import { foldJournal } from "../../../framework/journal/state.ts"
import { openStore } from "../../../framework/journal/store.ts"
import { journalFileName, openJournalWriter } from "../../../framework/journal/writer.ts"

const temporary = () => mkdtempSync(join(tmpdir(), "leadspan-journal-"))
const started = (step: string, attempt: number) =>
  ({ type: "started", step, kind: "train", attempt, slot: "cpu-0", device: null }) as const
const epoch = (n: number, readUpTo: { [writer: string]: number }) =>
  ({ type: "epoch", experiment: "e", epoch: n, readUpTo, host: "h", pid: 1, leadspan: "0" }) as const

describe("journal", () => {
  it("reads back what was written, and ignores a torn last line", () => {
    const folder = temporary()
    const writer = openJournalWriter(folder, 1, "w")
    writer.append(epoch(1, {}))
    writer.append(started("s", 1))
    writer.appendLater({
      type: "metrics", step: "s", attempt: 1,
      metrics: [{ key: "train/loss", step: 3, value: Number.NaN, at: 5 }, { key: "train/loss", step: 4, value: Infinity, at: 6 }]
    })
    writer.close()
    const file = join(folder, journalFileName(1, "w"))
    appendFileSync(file, readFileSync(file, "utf8").split("\n")[0]?.slice(0, 40) ?? "")
    const { records, damaged } = readJournal(folder)
    assert.strictEqual(records.length, 3)
    assert.deepStrictEqual(damaged, [])
    const body = records[2]?.body
    assert.isTrue(body?.type === "metrics" && Number.isNaN(body.metrics[0]?.value) && body.metrics[1]?.value === Infinity)
  })

  it("names a damaged line in the middle and trusts nothing after it", () => {
    const folder = temporary()
    const writer = openJournalWriter(folder, 1, "w")
    for (let i = 1; i <= 3; i++) writer.append(started("s", i))
    writer.close()
    const file = join(folder, journalFileName(1, "w"))
    writeFileSync(file, readFileSync(file, "utf8").replace('"attempt":2', '"attempt":7'))
    const { records, damaged } = readJournal(folder)
    assert.strictEqual(records.length, 1)
    assert.deepStrictEqual(damaged, [`${file}:2`])
  })

  it("passes over a whole line of a kind that a later version writes, and counts it; a known kind that does not fit is damaged", () => {
    const folder = temporary()
    const writer = openJournalWriter(folder, 1, "w")
    for (let i = 1; i <= 4; i++) writer.append(started("s", i))
    writer.close()
    const file = join(folder, journalFileName(1, "w"))
    const line = (text: string) => `${createHash("sha256").update(text).digest("hex").slice(0, 12)} ${text}`
    const lines = readFileSync(file, "utf8").split("\n")
    const bodyOf = (index: number, body: unknown) => line(JSON.stringify({ ...JSON.parse(lines[index]!.slice(13)), body }))
    writeFileSync(file, [lines[0], bodyOf(1, { type: "foretold", of: "later" }), lines[2], bodyOf(3, { type: "foretold" }), ""].join("\n"))
    assert.deepStrictEqual(readJournal(folder), { records: readJournal(folder).records, lastSequence: { w: 3 }, damaged: [] })
    assert.deepStrictEqual(readJournal(folder).records.map(({ sequence }) => sequence), [0, 2])
    writeFileSync(file, [lines[0], bodyOf(1, { type: "started", step: 7 }), lines[2], ""].join("\n"))
    assert.deepStrictEqual(readJournal(folder).damaged, [`${file}:2`])
  })

  it("drops what a later epoch did not see", () => {
    const folder = temporary()
    const old = openJournalWriter(folder, 1, "old")
    for (let i = 1; i <= 4; i++) old.append(started("s", i))
    openJournalWriter(folder, 2, "new").append(epoch(2, { old: 1 }))
    assert.deepStrictEqual(readJournal(folder).records.map((r) => `${r.writer}${r.sequence}`), ["old0", "old1", "new0"])
  })

  it("counts a metric once: the first journaled value and time", () => {
    const folder = temporary()
    const writer = openJournalWriter(folder, 1, "w")
    writer.append(started("s", 1))
    const metric = (value: number, at: number) =>
      ({ type: "metrics", step: "s", attempt: 1, metrics: [{ key: "k", step: 1, value, at }] }) as const
    writer.append(metric(1, 10))
    writer.append(metric(2, 20))
    writer.close()
    const { state } = foldJournal(readJournal(folder).records)
    assert.deepStrictEqual([...(state().steps.get("s")?.metrics.values() ?? [])], [{ key: "k", step: 1, value: 1, at: 10 }])
  })
})

describe("lease", () => {
  it.live("one holder at a time, and the next says who", () => Effect.gen(function*() {
    const folder = temporary()
    const first = yield* acquireLease(folder, "e")
    const second = yield* Effect.exit(acquireLease(folder, "e"))
    assert.isTrue(Exit.isFailure(second))
    assert.strictEqual(currentHolder(folder)?.pid, process.pid)
    first.release()
    assert.isNull(currentHolder(folder))
    const third = yield* acquireLease(folder, "e")
    assert.strictEqual(third.epoch, 2)
    assert.isFalse(first.beat())
  }))

  it.live("a holder that is gone from this host is replaced at once", () => Effect.gen(function*() {
    const folder = temporary()
    yield* acquireLease(folder, "e")
    const file = join(folder, readdirSync(folder).find((name) => /^\d{8}$/.test(name)) ?? "")
    writeFileSync(file, readFileSync(file, "utf8").replace(/"pid":\d+/, '"pid":4194300'))
    const next = yield* acquireLease(folder, "e")
    assert.strictEqual(next.epoch, 2)
  }))

  it.live("a holder on another host is watched first", () => Effect.gen(function*() {
    const folder = temporary()
    const lease = yield* acquireLease(folder, "e")
    const file = join(folder, "00000001")
    writeFileSync(file, readFileSync(file, "utf8").replace(/"host":"[^"]*"/, '"host":"elsewhere"'))
    const timer = setInterval(lease.beat, 300)
    const watched = yield* Effect.exit(acquireLease(folder, "e", 3))
    clearInterval(timer)
    assert.isTrue(Exit.isFailure(watched))
    const next = yield* acquireLease(folder, "e", 2)
    assert.strictEqual(next.epoch, 2)
  }))
})

describe("store", () => {
  it.live("a folder with its final name is complete, and damage is found", () => Effect.gen(function*() {
    const folder = temporary()
    const store = openStore(folder)
    const filled = store.begin("e", "s1")
    writeFileSync(join(filled, "a.txt"), "hello")
    assert.isNull(store.digest("s1"))
    const digest = yield* store.commit("s1", filled)
    assert.strictEqual(yield* store.verify("s1"), digest)
    assert.strictEqual(store.digest("s1"), digest)
    writeFileSync(join(store.path("s1"), "a.txt"), "hellO")
    const exit = yield* Effect.exit(store.verify("s1"))
    assert.isTrue(Exit.isFailure(exit))
    rmSync(folder, { recursive: true })
  }))

  it("keeps objects by content", () => {
    const store = openStore(temporary())
    assert.strictEqual(store.getObject(store.putObject("plan")), "plan")
    assert.strictEqual(store.putObject("plan"), store.putObject("plan"))
  })
})
