/** The runner with workers that misbehave: real processes, a real journal and store, no computing. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import type { EngineDescription } from "../../../framework/engines/Engine.ts"
import type { RecordedPlan } from "../../../framework/journal/RecordedPlan.ts"
import { readJournal } from "../../../framework/journal/reader.ts"
import { openStore } from "../../../framework/journal/store.ts"
import type { Plan } from "../../../framework/plan/make-plan.ts"
import type { Step } from "../../../framework/plan/Step.ts"
import { runPlan, type RunSettings } from "../../../framework/runner/run-plan.ts"

const engine: EngineDescription = {
  name: "scripted", architectures: [], capabilities: { bf16: false, gpus: false }, checkModel: () => Effect.void,
  numerics: () => "none", workerFile: "scripted.mjs", environment: () => ({}), assumedFlopsPerSecond: 1
}

/** A step that a worker does as `behaviour` says; the id is its name. */
const step = (id: string, behaviour: string, inputs: Readonly<Record<string, string>> = {}): Step => ({
  id, kind: "teach", label: id, inputs, engine, identity: id,
  numerics: { threadsPerTrial: 1, onednn: true, recordGraphs: true, usesGpu: false }, predictedSeconds: 1, longestCallSeconds: 0,
  work: {
    kind: "teach", model: { source: { folder: behaviour } }, prepared: "none", microTokens: 1, lengths: [1],
    store: { mode: "full", k: null, temperatures: [], dtype: "float32" }
  }
})

/** A step of the runner's own: what the adviser makes, or what it fails of. */
const analysis = (id: string, advise: () => Promise<ReadonlyArray<{ readonly name: string; readonly text: string }>>): Step => ({
  ...step(id, "obey"), kind: "analyse", work: { kind: "analyse", advise }
})

const planOf = (steps: ReadonlyArray<Step>, experiment = "scripted"): Plan => ({
  id: "plan", steps, wanted: new Set(steps.map(({ id }) => id)), recorded: { experiment } as RecordedPlan, loaded: null as never, grid: null as never
})

const places = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `cpu-${index}`, environment: {} }))

const makeRunner = (folder = mkdtempSync(join(tmpdir(), "leadspan-runner-"))) => {
  const store = openStore(join(folder, "store"))
  const settings: RunSettings = {
    journals: join(folder, "journal"), leases: join(folder, "leases"), scratch: join(folder, "scratch"),
    built: join(import.meta.dirname, "../../fixtures/workers"), version: "0", slots: places(2), retries: 1, silenceSeconds: 1, maxHours: null,
    wanted: new Set(), onRecord: () => {}, onProgress: () => {}, onStart: () => {}, looks: () => []
  }
  const records = (experiment = "scripted") => readJournal(join(folder, "journal", experiment)).records.map(({ body }) => body)
  return {
    folder, store, records,
    run: (plan: Plan, changes: Partial<RunSettings> = {}) => runPlan(plan, store, { ...settings, wanted: plan.wanted, ...changes }),
    failures: () => records().flatMap((body) => body.type === "failed" ? [body] : [])
  }
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, "utf8"))

describe("runPlan", () => {
  it.live("a crash costs one attempt, and a point that is told twice counts once", () => Effect.gen(function*() {
    const { failures, folder, records, run } = makeRunner()
    const { state, status } = yield* run(planOf([step("a", `crash-at-step-3 ${join(folder, "crashed")}`), step("b", "obey")]))
    assert.strictEqual(status, "finished")
    assert.deepStrictEqual(failures().map(({ attempt, reason, step: id, willRetry }) => ({ id, attempt, reason, willRetry })),
      [{ id: "a", attempt: 1, reason: "exit-code", willRetry: true }])
    assert.match(failures()[0]!.message, /exit code 7; it said: an illegal instruction/u)
    assert.strictEqual(state.steps.get("a")?.attempts, 2)
    assert.strictEqual(records().filter((body) => body.type === "metrics" && body.step === "a").length, 8)
    assert.deepStrictEqual([...state.steps.get("a")!.metrics.values()].map((metric) => metric.step), [1, 2, 3, 4, 5])
  }))

  it.live("looks are journaled last, once each: with nothing new to run and nothing new to see nothing is written", () => Effect.gen(function*() {
    const { records, run } = makeRunner()
    const look = { type: "judged", claim: "half", cell: "c", baseline: "b", terms: "t", trials: ["a"], data: "d", seeds: 3, items: 9, share: 1, alpha: 0.025, verdict: "supported" } as const
    const looks: RunSettings["looks"] = ({ judged }) => judged.some(({ data }) => data === look.data) ? [] : [look]
    const { state } = yield* run(planOf([step("a", "obey")]), { looks })
    assert.deepStrictEqual(records().slice(-2), [{ type: "ended", status: "finished" }, look])
    assert.deepStrictEqual([state.status, state.judged], ["finished", [look]])
    const before = records().length
    yield* run(planOf([step("a", "obey")]), { looks })
    assert.strictEqual(records().length, before)
    // judged for the first time by a version that knows how, long after it was run
    yield* run(planOf([step("a", "obey")]), { looks: ({ judged }) => judged.length < 2 ? [{ ...look, data: "e" }] : [] })
    assert.deepStrictEqual(records().slice(before).map(({ type }) => type), ["epoch", "plan", "ended", "judged"])
  }))

  it.live("what the adviser makes is kept, and found again", () => Effect.gen(function*() {
    const { records, run, store } = makeRunner()
    let calls = 0
    const plan = planOf([analysis("a", async () => {
      calls++
      return [{ name: "advice.json", text: "{}" }, { name: "figures/one.svg", text: "<svg/>" }]
    }), step("b", "obey")])
    assert.strictEqual((yield* run(plan)).status, "finished")
    assert.strictEqual(readFileSync(join(store.path("a"), "figures/one.svg"), "utf8"), "<svg/>")
    assert.deepStrictEqual(records().filter((body) => body.type === "done" && body.kind === "analyse").map((body) => body.type === "done" && body.cost), [null])
    yield* run(plan)
    assert.strictEqual(calls, 1)
    yield* store.verify("a")
  }))

  it.live("what the adviser fails of is told, fails nothing else, and is tried again by the next run", () => Effect.gen(function*() {
    const { failures, run, store } = makeRunner()
    const broken = ["a", "b", "c", "d"].map((id) => analysis(id, () => Promise.reject(new Error("no such row"))))
    const { failed, gaveUp, state, status } = yield* run(planOf([...broken, step("e", "obey")]))
    assert.deepStrictEqual([status, gaveUp, state.status], ["finished", null, "finished"])
    assert.deepStrictEqual([...failed], ["a", "b", "c", "d"].map((id) => [id, "internal: no such row"]))
    assert.deepStrictEqual(failures().map(({ willRetry }) => willRetry), [false, false, false, false])
    assert.isNotNull(store.digest("e"))
    const again = yield* run(planOf([...["a", "b", "c", "d"].map((id) => analysis(id, async () => [{ name: "x", text: "" }])), step("e", "obey")]))
    assert.strictEqual(again.failed.size, 0)
    assert.isNotNull(store.digest("a"))
  }))

  it.live("a worker that falls silent is killed with all its processes", () => Effect.gen(function*() {
    const { failures, folder, run } = makeRunner()
    const { failed, status } = yield* run(planOf([step("a", "no-heartbeat"), step("b", "obey")]), { retries: 0 })
    assert.strictEqual(status, "failed")
    assert.deepStrictEqual([...failed.keys()], ["a"])
    assert.strictEqual(failures()[0]?.reason, "lost-heartbeat")
    const pids = readFileSync(join(folder, "store/partial/scripted/pids"), "utf8").split(" ").map(Number)
    assert.strictEqual(pids.length, 2)
    for (const pid of pids) assert.isFalse(isAlive(pid))
  }))

  it.live("a worker whose words make no sense is replaced", () => Effect.gen(function*() {
    const { failures, run } = makeRunner()
    const { failed } = yield* run(planOf([step("a", "garbage"), step("b", "obey")]), { slots: places(1) })
    assert.deepStrictEqual([...failed.keys()], ["a"])
    assert.strictEqual(failures().length, 2)
    assert.match(failures()[0]!.message, /sent what is no event: Segmentation fault/u)
  }))

  it.live("what failed for good takes its readers with it and nothing else; bad input is not tried again", () => Effect.gen(function*() {
    const { failures, run, store } = makeRunner()
    const { failed, status } = yield* run(planOf([
      step("a", "fail invalid-input no such file"), step("b", "obey"), step("c", "obey", { model: "a" }), step("d", "obey", { model: "b" }),
      step("e", "fail internal a wonder")
    ]))
    assert.strictEqual(status, "failed")
    assert.deepStrictEqual([...failed], [["a", "invalid-input: no such file"], ["e", "internal: a wonder"]])
    assert.deepStrictEqual(failures().map(({ step: id, willRetry }) => `${id} ${willRetry}`).sort(), ["a false", "e false", "e true"])
    assert.deepStrictEqual(["b", "c", "d"].map((id) => store.digest(id) !== null), [true, false, true])
  }))

  it.live("the first three that fail alike end it; again, it tries again", () => Effect.gen(function*() {
    const { failures, records, run } = makeRunner()
    const plan = planOf(Array.from({ length: 8 }, (_, i) => step(`s${i}`, `fail invalid-input library ${i} is missing at 0x${i}f`)))
    const { failed, gaveUp } = yield* run(plan, { slots: places(1) })
    assert.strictEqual(failed.size, 3)
    assert.match(gaveUp ?? "", /the first 3 teach steps failed alike: invalid-input: library 2/u)
    yield* run(plan, { slots: places(1) })
    assert.deepStrictEqual(failures().map(({ attempt }) => attempt), [1, 1, 1, 2, 2, 2])
    assert.deepStrictEqual(records().filter(({ type }) => type === "ended").length, 2)
  }))

  it.live("a worker lives across tasks and is replaced after many", () => Effect.gen(function*() {
    const { run, store } = makeRunner()
    const plan = planOf(Array.from({ length: 70 }, (_, i) => step(`s${i}`, "obey")))
    assert.strictEqual((yield* run(plan, { slots: places(1) })).status, "finished")
    const pids = plan.steps.map(({ id }) => readFileSync(join(store.path(id), "pid"), "utf8"))
    assert.strictEqual(new Set(pids).size, 2)
  }))

  it.live("interrupted, it stops its workers and says so", () => Effect.gen(function*() {
    const { folder, records, run } = makeRunner()
    const fiber = yield* Effect.forkChild(run(planOf([step("a", "slow"), step("b", "slow")])))
    while (!existsSync(join(folder, "journal")) || records().filter(({ type }) => type === "started").length < 2) yield* Effect.sleep("20 millis")
    const started = Date.now()
    yield* Fiber.interrupt(fiber)
    assert.isBelow(Date.now() - started, 5000)
    assert.deepStrictEqual(records().at(-1), { type: "ended", status: "interrupted" })
    assert.isFalse(existsSync(join(folder, "scratch/scripted")))
  }))

  it.live("out of time, it stops gracefully", () => Effect.gen(function*() {
    const { records, run } = makeRunner()
    const { status } = yield* run(planOf([step("a", "slow")]), { maxHours: 1 / 3600 })
    assert.strictEqual(status, "out-of-time")
    assert.deepStrictEqual(records().at(-1), { type: "ended", status: "interrupted" })
  }))

  it.live("a run whose lease is taken stops and writes nothing more", () => Effect.gen(function*() {
    const { folder, records, run } = makeRunner()
    const fiber = yield* Effect.forkChild(Effect.exit(run(planOf([step("a", "slow")]))))
    while (!existsSync(join(folder, "journal")) || !records().some(({ type }) => type === "started")) yield* Effect.sleep("20 millis")
    writeFileSync(join(folder, "leases/scripted/00000002"), "")
    const exit = yield* Fiber.join(fiber)
    assert.isTrue(Exit.isFailure(exit))
    assert.strictEqual(records().at(-1)?.type, "started")
  }), 20_000)

  it.live("workers that outlived a killed run are ended by the next one", () => Effect.gen(function*() {
    const first = makeRunner()
    const fiber = yield* Effect.forkChild(first.run(planOf([step("a", "no-heartbeat")]), { silenceSeconds: 60, retries: 0 }))
    const pidsFile = join(first.folder, "store/partial/scripted/pids")
    while (!existsSync(pidsFile)) yield* Effect.sleep("20 millis")
    const pids = readFileSync(pidsFile, "utf8").split(" ").map(Number)
    // As a kill leaves it: nobody beats, nobody has released, and the worker lives.
    const lease = join(first.folder, "leases/scripted/00000001")
    writeFileSync(lease, readFileSync(lease, "utf8").replace(/"pid":\d+/u, '"pid":4194300'))
    const second = makeRunner(first.folder)
    yield* second.run(planOf([step("b", "obey")]))
    for (const pid of pids) assert.isFalse(isAlive(pid))
    yield* Fiber.interrupt(fiber)
  }), 20_000)

  it.live("what another experiment made is reused, its metrics and cost with it", () => Effect.gen(function*() {
    const { records, run } = makeRunner()
    yield* run(planOf([step("a", "obey"), step("b", "obey")], "first"))
    const { state } = yield* run(planOf([step("a", "obey"), step("c", "obey")], "second"))
    assert.deepStrictEqual(records("second").flatMap((body) => body.type === "started" ? [body.step] : []), ["c"])
    assert.strictEqual(state.steps.get("a")?.reusedFrom, "first")
    assert.strictEqual(state.steps.get("a")?.metrics.size, 1)
    assert.isNotNull(state.steps.get("a")?.cost)
    assert.strictEqual(state.steps.get("a")?.device?.cpuModel, "none")
    yield* run(planOf([step("c", "obey")], "third"))
    const { state: fourth } = yield* run(planOf([step("a", "obey")], "fourth"))
    assert.strictEqual(fourth.steps.get("a")?.reusedFrom, "first")
  }))

  it.live("a deleted output is made again only for who reads it; a damaged one is found", () => Effect.gen(function*() {
    const { records, run, store } = makeRunner()
    const [a, b, c] = [step("a", "obey"), step("b", "obey", { model: "a" }), step("c", "obey", { model: "b" })]
    yield* run(planOf([a, b]))
    store.discard("a")
    const started = () => records().flatMap((body) => body.type === "started" ? [body.step] : [])
    yield* run(planOf([a, b]))
    assert.deepStrictEqual(started(), ["a", "b"])
    yield* run(planOf([a, b, c]))
    assert.deepStrictEqual(started(), ["a", "b", "c"])
    writeFileSync(join(store.path("b"), "pid"), "damaged")
    const d = step("d", "obey", { model: "b" })
    yield* run(planOf([a, b, c, d]))
    // b is damaged and d reads it; b reads a, which is gone.
    assert.deepStrictEqual(started(), ["a", "b", "c", "a", "b", "d"])
  }))

  it.live("an output whose journal line was lost is adopted once every byte is seen", () => Effect.gen(function*() {
    const { records, run, store } = makeRunner()
    for (const [id, text] of [["a", "good"], ["b", "bad"]] as const) {
      const folder = store.begin("scripted", id)
      writeFileSync(join(folder, "pid"), text)
      yield* store.commit(id, folder)
    }
    writeFileSync(join(store.path("b"), "pid"), "BAD")
    yield* run(planOf([step("a", "obey"), step("b", "obey")]))
    assert.deepStrictEqual(records().flatMap((body) => body.type === "started" ? [body.step] : []), ["b"])
    assert.deepStrictEqual(records().flatMap((body) => body.type === "reused" ? [`${body.step} ${body.from}`] : []), ["a adopted"])
  }))
})
