/// <reference lib="dom" />
/** Tracking against the real MLflow server, and its page in a real browser. One server serves all tests of this file. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Layer, Result } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { readAdvice } from "../../framework/analysis/DataAdvice.ts"
import { dataArtifacts } from "../../framework/cli/tracked-state.ts"
import { Http, NoReply } from "../../framework/tracking/http.ts"
import { tableLink } from "../../framework/tracking/links.ts"
import { ensureServer, stopServer } from "../../framework/tracking/LocalServer.ts"
import type { RunningServer } from "../../framework/tracking/LocalServer.ts"
import { makeClient, MlflowClient } from "../../framework/tracking/MlflowClient.ts"
import type { ClientOptions } from "../../framework/tracking/MlflowClient.ts"
import type { Run } from "../../framework/tracking/mlflow-replies.ts"
import { project } from "../../framework/tracking/project.ts"
import { identityOf, isAlive } from "../../framework/tracking/server-process.ts"
import { alreadySent, makeTracker, SenderBusy, syncNow } from "../../framework/tracking/Tracker.ts"
import type { TrackedState } from "../../framework/tracking/TrackedState.ts"
import { openTarget } from "../../framework/tracking/TrackingTarget.ts"
import { putAdvice } from "../unit/advice/kept-advice.ts"
import { sampleState } from "../unit/tracking/sample-state.ts"

const program = fileURLToPath(new URL("../../.leadspan/env/mlflow/bin/mlflow", import.meta.url))
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path))
const hasServer = existsSync(program)
if (!hasServer) console.log(`not run: tracking end to end (${program} is not there; npx leadspan setup)`)
if (chromium === undefined) console.log("not run: MLflow's page in a browser (no chromium; apt-get install chromium)")

const folder = mkdtempSync(join(tmpdir(), "leadspan tracking ü "))
const folders = { project: folder, program }
let server: RunningServer

const recordFile = join(folder, ".leadspan", "mlflow", "server.json")
const clientLayer = (options: ClientOptions = {}) => MlflowClient.layer(openTarget(server.uri), options)
const run = <A, E>(effect: Effect.Effect<A, E, MlflowClient>, layer = clientLayer()): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, layer))
const send = (state: TrackedState, layer = clientLayer()) => run(syncNow(folder, null, state), layer)

/** All that the server holds of an experiment, active runs only. */
const held = (name: string) =>
  Effect.gen(function*() {
    const client = yield* MlflowClient
    const experiment = (yield* client.findExperiment(name))!
    const runs = yield* client.searchRuns(experiment.experiment_id, "")
    return { experiment, runs, tag: (one: Run, key: string) => one.data?.tags.find((tag) => tag.key === key)?.value }
  })

/** Asserts that the server holds exactly what is desired: every run once, every point once. */
const assertEqual = (state: TrackedState) =>
  Effect.gen(function*() {
    const client = yield* MlflowClient
    const desired = project(state)
    const { runs, tag } = yield* held(state.experimentName)
    const ours = runs.filter((one) => tag(one, "leadspan.origin") === state.origin)
    assert.strictEqual(ours.length, desired.runs.length)
    for (const want of desired.runs) {
      const found = ours.filter((one) => tag(one, "leadspan.key") === `${state.origin}/${want.key}`)
      assert.strictEqual(found.length, 1, want.key)
      const one = found[0]!
      assert.strictEqual(one.info.status, want.status)
      assert.strictEqual(one.info.run_name, want.name)
      assert.strictEqual(Number(one.info.start_time), want.startTime)
      if (want.endTime !== null) assert.strictEqual(Number(one.info.end_time), want.endTime)
      assert.deepStrictEqual(new Map(one.data!.params.map(({ key, value }) => [key, value])), new Map([...want.params].sort()))
      for (const [key, value] of want.tags) assert.strictEqual(tag(one, key), value)
      for (const key of new Set(want.metrics.map((metric) => metric.key))) {
        const history = yield* client.metricHistory(one.info.run_id, key)
        const points = want.metrics.filter((metric) => metric.key === key).map(({ value, step, at }) => ({ value, step, at }))
        assert.deepStrictEqual([...history].sort((a, b) => a.step - b.step), points, `${want.key} ${key}`)
      }
    }
  })

describe.skipIf(!hasServer)("tracking", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    server = await Effect.runPromise(ensureServer(folders))
  }, 240_000)
  afterAll(async () => {
    await Effect.runPromise(stopServer(folders))
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  it("sends an experiment; sent again, nothing doubles and nothing is sent", async () => {
    const state = sampleState({ experiment: "twice", points: 40 })
    const first = await send(state)
    assert.strictEqual(first.counts.created, 16)
    await run(assertEqual(state))
    const second = await send(state)
    const { warnings, ...counts } = second.counts
    assert.deepStrictEqual(counts, { created: 0, remade: 0, changed: 0, deleted: 0, metrics: 0, artifacts: 0 })
    assert.strictEqual(warnings.size, 0)
    await run(assertEqual(state))
    const { runs, tag } = await run(held("twice"))
    const parent = runs.find((one) => tag(one, "leadspan.kind") === "experiment")!
    const trial = runs.find((one) => tag(one, "leadspan.kind") === "trial")!
    assert.strictEqual(tag(trial, "mlflow.parentRunId"), parent.info.run_id)
    assert.deepStrictEqual(trial.inputs!.dataset_inputs.map(({ dataset }) => `${dataset.name} ${dataset.digest}`),
      ["chain-arithmetic 0123456789ab", "chain-arithmetic 300x1"])
    const artifacts = await run(Effect.flatMap(MlflowClient, (client) => client.listArtifacts(parent.info.run_id)))
    assert.deepStrictEqual([...artifacts].sort(), ["plan.json", "samples/first.txt", "spec.yaml"])
    const aliased = await run(Effect.flatMap(MlflowClient, (client) =>
      client.searchRuns(trial.info.experiment_id, "tags.`alias_segments` = 'cot'")))
    assert.strictEqual(aliased.length, 2)
  })

  it("knows without a server that all is sent", async () => {
    const state = sampleState({ experiment: "cached" })
    assert.isNull(alreadySent(folder, null, state))
    const { experimentId } = await send(state)
    assert.strictEqual(alreadySent(folder, null, state)?.experimentId, experimentId)
    assert.isNull(alreadySent(folder, "http://elsewhere", state))
    assert.isNull(alreadySent(folder, null, sampleState({ experiment: "cached", points: 6 })))
    writeFileSync(join(folder, ".leadspan", "tracking", "cached.json"), "{torn")
    assert.isNull(alreadySent(folder, null, state))
    assert.strictEqual((await send(state)).counts.created, 0)
  })

  it("follows an experiment that goes on: new points, an end, changed scores and curves", async () => {
    const early = sampleState({ experiment: "grows", trialsDone: 4, curvesFinal: false })
    await send(early)
    await run(assertEqual(early))
    const late = sampleState({ experiment: "grows", points: 9 })
    const { counts } = await send(late)
    assert.strictEqual(counts.remade, 0)
    await run(assertEqual(late))
    const regraded = { ...late,
      trials: late.trials.map((trial, n) => n === 0 ? { ...trial, score: 0.99 } : trial),
      curves: late.curves.map((curve, n) => n === 0 ? { ...curve, points: curve.points.slice(0, 2) } : curve) }
    const again = await send(regraded)
    assert.deepStrictEqual([again.counts.remade, again.counts.created, again.counts.deleted], [1, 1, 1])
    await run(assertEqual(regraded))
  })

  it("leaves another project's runs in the same experiment alone", async () => {
    const ours = sampleState({ experiment: "shared" })
    const theirs = sampleState({ experiment: "shared", origin: "ffffffffffff" })
    await send(theirs)
    await send(ours)
    await send(ours)
    await run(assertEqual(theirs))
    await run(assertEqual(ours))
  })

  it("survives a sync that is cut anywhere, before or after a request has arrived", async () => {
    const state = sampleState({ experiment: "cut", points: 4 })
    let requests = 0
    const counting = (failAt: number, arrives: boolean) => Layer.effect(Http, Effect.gen(function*() {
      const http = yield* Http
      return Http.of({ send: (request) => Effect.suspend(() => {
        if (++requests < failAt) return http.send(request)
        const lost = Effect.fail(new NoReply({ detail: "cut" }))
        return requests === failAt && arrives ? Effect.andThen(http.send(request), lost) : lost
      }) })
    })).pipe(Layer.provide(Http.layer))
    const cutClient = (failAt: number, arrives: boolean) =>
      Layer.effect(MlflowClient, makeClient(openTarget(server.uri), { patienceSeconds: 0 })).pipe(Layer.provide(counting(failAt, arrives)))
    for (const [failAt, arrives] of [[2, true], [3, true], [4, false], [5, true], [11, true], [17, false], [23, true], [14, false]] as const) {
      requests = 0
      const result = await run(Effect.result(syncNow(folder, null, state)), cutClient(failAt, arrives))
      assert.isTrue(Result.isFailure(result), `cut at ${failAt}: ${JSON.stringify(result)} ${requests}`)
    }
    await send(state)
    await run(assertEqual(state))
  })

  it("goes on when the server is killed in the middle and started again", async () => {
    const state = sampleState({ experiment: "killed", points: 1500 })
    const sending = send(state)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const { pid, port } = JSON.parse(readFileSync(recordFile, "utf8")) as { pid: number; port: number }
    // only the leader: its child must not keep the port
    process.kill(pid, "SIGKILL")
    while (isAlive(identityOf(pid) ?? { pid, startTicks: "", bootId: "" })) await new Promise((resolve) => setTimeout(resolve, 20))
    const again = await Effect.runPromise(ensureServer(folders))
    assert.isFalse(again.isReused)
    assert.strictEqual(again.port, port)
    server = again
    const { counts } = await sending
    assert.isAtLeast(counts.metrics, 12 * 2 * 1500)
    await run(assertEqual(state))
  })

  it("holds what the adviser says of the data, figures among it, and again after all of it was deleted", async () => {
    await putAdvice(join(folder, "advice"), "traces.jsonl")
    const kept = readAdvice(join(folder, "advice"))!
    const plain = sampleState({ experiment: "advised" })
    const state = { ...plain, artifacts: [...plain.artifacts, ...dataArtifacts({ name: "", kept, failure: null })] }
    const files = ["advice.json", "derivation-sequence.svg", "derivation-thought.svg", "kept.svg", "lengths.svg", "markers-sequence.svg", "markers-thought.svg", "parts.svg"]
    const assertThere = () => run(Effect.gen(function*() {
      const client = yield* MlflowClient
      const { runs, tag } = yield* held("advised")
      const parent = runs.find((one) => tag(one, "leadspan.kind") === "experiment")!
      assert.deepStrictEqual([...(yield* client.listArtifacts(parent.info.run_id, "data"))].sort(), files.map((name) => `data/${name}`))
      return parent
    }))
    await send(state)
    const first = await assertThere()
    assert.strictEqual((await send(state)).counts.artifacts, 0)
    await run(Effect.flatMap(MlflowClient, (client) => client.deleteRun(first.info.run_id)))
    await send(state)
    const again = await assertThere()
    const url = `${server.uri}/get-artifact?run_uuid=${again.info.run_id}&path=data%2Fkept.svg`
    assert.strictEqual(await (await fetch(url)).text(), state.artifacts.find(({ path }) => path === "data/kept.svg")!.bytes().toString())
  })

  it("gives two that ask at once the same server, and finds it again", async () => {
    const [one, two] = await Effect.runPromise(Effect.all([ensureServer(folders), ensureServer(folders)], { concurrency: 2 }))
    assert.strictEqual(one.pid, two.pid)
    assert.isTrue(one.isReused && two.isReused)
    assert.isBelow(one.startSeconds, 2)
  })

  it("sends live without ever holding up its caller, and lets one sender work at a time", async () => {
    let state = sampleState({ experiment: "live", trialsDone: 0, points: 1, curvesFinal: false })
    await run(Effect.scoped(Effect.gen(function*() {
      const tracker = yield* makeTracker({ folder, server: null, experiment: "live", snapshot: () => state, everySeconds: 0.2 })
      for (let n = 2; n < 60; n++) {
        state = sampleState({ experiment: "live", trialsDone: Math.floor(n / 5), points: n, curvesFinal: false })
        const began = performance.now()
        tracker.poke()
        assert.isBelow(performance.now() - began, 5)
        yield* Effect.sleep("40 millis")
      }
      const busy = yield* Effect.result(syncNow(folder, null, state))
      assert.isTrue(Result.isFailure(busy) && busy.failure instanceof SenderBusy)
      state = sampleState({ experiment: "live", points: 60 })
      tracker.poke()
      assert.isTrue(yield* tracker.drain(60), tracker.status().problem ?? "")
      assert.isNull(tracker.status().problem)
    })), clientLayer({ patienceSeconds: 0 }))
    await run(assertEqual(state))
    assert.isNotNull(alreadySent(folder, null, state))
  })

  it("keeps quiet while the server is away; what was missed is sent later", async () => {
    const state = sampleState({ experiment: "away" })
    const nowhere = await new Promise<number>((resolve) => {
      const listener = createServer().listen(0, "127.0.0.1", () => {
        const { port } = listener.address() as { port: number }
        listener.close(() => resolve(port))
      })
    })
    const away = MlflowClient.layer(openTarget(`http://127.0.0.1:${nowhere}`), { patienceSeconds: 0 })
    await run(Effect.scoped(Effect.gen(function*() {
      const tracker = yield* makeTracker({ folder, server: null, experiment: "away", snapshot: () => state, everySeconds: 0.2 })
      for (let n = 0; n < 1000; n++) tracker.poke()
      assert.isFalse(yield* tracker.drain(1))
      assert.match(tracker.status().problem!, /does not answer .*ECONNREFUSED.*nothing is lost$/)
    })), away)
    assert.isNull(alreadySent(folder, null, state))
    await send(state)
    await run(assertEqual(state))
  })

  it.skipIf(chromium === undefined)("shows a row a trial and the retention chart behind the link, without a click", async () => {
    const state = sampleState({ experiment: "shown", points: 10 })
    const { link, experimentId } = await send(state)
    const { default: puppeteer } = await import("puppeteer-core")
    const browser = await puppeteer.launch({ executablePath: chromium!, args: ["--no-sandbox", "--disable-gpu"], headless: true })
    try {
      const page = await browser.newPage()
      await page.setViewport({ width: 1600, height: 1000 })
      await page.goto(link, { waitUntil: "domcontentloaded" })
      await page.waitForSelector(".js-plotly-plot .scatterlayer .trace path.js-line", { timeout: 45_000 })
      await page.waitForFunction(() => document.querySelectorAll(".js-plotly-plot .barlayer .point").length >= 36, { timeout: 45_000 })
      const seen = await page.evaluate(() => {
        const isOnScreen = (element: Element): boolean => {
          const { top, bottom, left, right } = element.getBoundingClientRect()
          return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth
        }
        const shown = (selector: string): Array<string> =>
          [...document.querySelectorAll(selector)].filter(isOnScreen).map((element) => element.textContent ?? "")
        return {
          rows: shown(".ag-row a"),
          colours: [...document.querySelectorAll(".js-plotly-plot path.js-line")].filter(isOnScreen)
            .map((line) => getComputedStyle(line).stroke),
          bars: shown(".js-plotly-plot .barlayer .point").length,
          text: document.body.innerText
        }
      })
      for (const trial of project(state).runs.filter(({ kind }) => kind === "trial")) {
        assert.include(seen.rows, trial.name)
        assert.match(trial.name, /^(0\.25|0\.5|1) (CA|PCA) \.\d\d \d+k \d+s s\d$/)
      }
      assert.strictEqual(new Set(seen.colours).size, 2, "a line a curve, in its colour")
      assert.isAtLeast(seen.bars, 36)
      for (const title of ["by_ratio_pct/retention", "score", "tokens", "seconds"]) assert.include(seen.text, title)
      const table = await browser.newPage()
      await table.setViewport({ width: 1600, height: 1000 })
      await table.goto(tableLink(server.uri, experimentId, project(state).viewId), { waitUntil: "domcontentloaded" })
      await table.waitForFunction(() => document.querySelectorAll(".ag-center-cols-container .ag-row").length >= 16, { timeout: 45_000 })
      const headers = await table.evaluate(() => [...document.querySelectorAll(".ag-header-cell")].map((cell) => cell.textContent?.trim() ?? ""))
      const columns = headers.filter((header) => ["ratio", "segments", "seed", "score", "tokens", "seconds"].includes(header))
      assert.sameMembers(columns, ["ratio", "segments", "seed", "score", "tokens", "seconds"])
      const cells = await table.evaluate(() => [...document.querySelectorAll(".ag-center-cols-container .ag-row")].map((row) => row.textContent ?? ""))
      assert.isTrue(cells.some((cell) => /0\.25.*cot\+answer.*150000/.test(cell)), cells[3])
      const shots = process.env["LEADSPAN_SCREENSHOTS"]
      if (shots !== undefined) {
        await page.screenshot({ path: `${shots}/mlflow-chart.png` })
        await table.screenshot({ path: `${shots}/mlflow-table.png` })
      }
    } finally {
      await browser.close()
    }
  }, 240_000)
})

describe.skipIf(!hasServer)("the server's folder", () => {
  it("is served by its own server where two projects start at once, on ports of their own", async () => {
    const projects = ["a", "b"].map((name) => mkdtempSync(join(tmpdir(), `leadspan-${name}-`)))
    try {
      const servers = await Effect.runPromise(Effect.all(projects.map((path) => ensureServer({ project: path, program })), { concurrency: 2 }))
      assert.notStrictEqual(servers[0]!.port, servers[1]!.port)
      for (const [n, one] of servers.entries()) {
        const name = `of project ${n}`
        await Effect.runPromise(Effect.provide(Effect.flatMap(MlflowClient, (client) => client.ensureExperiment(name)), MlflowClient.layer(openTarget(one.uri))))
        const other = MlflowClient.layer(openTarget(servers[1 - n]!.uri))
        assert.isNull(await Effect.runPromise(Effect.provide(Effect.flatMap(MlflowClient, (client) => client.findExperiment(name)), other)))
      }
    } finally {
      for (const path of projects) {
        await Effect.runPromise(stopServer({ project: path }))
        rmSync(path, { recursive: true, force: true })
      }
    }
  }, 240_000)

  it("is told in a sentence where MLflow is not set up", async () => {
    const empty = mkdtempSync(join(tmpdir(), "leadspan-empty-"))
    const result = await Effect.runPromise(Effect.result(ensureServer({ project: empty })))
    assert.match(Result.isFailure(result) ? result.failure.message : "", /mlflow is not there; run `npx leadspan setup`$/)
    rmSync(empty, { recursive: true, force: true })
  })
})
