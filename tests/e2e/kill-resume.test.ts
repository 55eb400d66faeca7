/** kill -9 anywhere loses no finished work and duplicates nothing: the results are those of a run that nobody disturbed. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { type Installation, install, type Project, type Running } from "./installed.ts"
import { contradictions, recordsOf, resultsOf, smallExperiment, stateOf, type StepResult, waitUntil, workersOf } from "./small-experiment.ts"

/** Seconds of random kills: few in `npm test`, minutes in `npm run test:crash`. */
const crashSeconds = Number(process.env["LEADSPAN_CRASH_SECONDS"] ?? "15")

let installation: Installation
let undisturbed: { readonly [step: string]: StepResult }

const projectWith = (name: string, spec = smallExperiment()): Project => {
  const project = installation.project(name)
  project.write("spec.yaml", spec)
  return project
}
const start = (project: Project, ...args: ReadonlyArray<string>): Running => project.start(["run", "spec.yaml", ...args])
const isIn = (project: Project, kind: string, status: string): boolean =>
  existsSync(join(project.root, ".leadspan/journal/small")) && [...stateOf(project).steps.values()].some((step) => step.kind === kind && step.status === status)
const resumeFiles = (project: Project): ReadonlyArray<string> => {
  const folder = join(project.root, ".leadspan/store/partial/small")
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".resume") && readdirSync(join(folder, name)).length > 0) : []
}
const assertSameResults = (project: Project): void => {
  assert.deepStrictEqual(contradictions(recordsOf(project)), [])
  const results = resultsOf(project)
  assert.deepStrictEqual(Object.keys(results), Object.keys(undisturbed), "the steps")
  for (const [step, result] of Object.entries(undisturbed)) assert.deepStrictEqual(results[step], result, `${result.kind} ${step}`)
}
const noWorkerIsLeft = (seconds = 20) => waitUntil("all workers have ended", () => workersOf(installation.folder).length === 0, seconds)

beforeAll(async () => {
  installation = await install()
  const project = projectWith("undisturbed")
  const { code, stderr, stdout } = await project.run(["run", "spec.yaml"])
  assert.strictEqual(code, 0, stdout + stderr)
  undisturbed = resultsOf(project)
  const kinds = Object.values(undisturbed).map(({ kind }) => kind)
  assert.deepStrictEqual(["teach", "train", "generate", "score"].map((kind) => kinds.filter((one) => one === kind).length), [2, 2, 3, 3])
  assert.deepStrictEqual(readdirSync(join(project.root, ".leadspan/scratch")), [])
}, 180_000)
afterAll(() => installation.remove())
afterEach(() => noWorkerIsLeft())

describe("a run that is killed", () => {
  const moments: ReadonlyArray<readonly [string, (project: Project) => boolean]> = [
    ["while the teacher passes", (project) => isIn(project, "teach", "running")],
    ["while it trains, after a resume checkpoint", (project) => isIn(project, "train", "running") && resumeFiles(project).length > 0],
    ["when a trial is trained", (project) => isIn(project, "train", "done")],
    ["while it generates", (project) => isIn(project, "generate", "running")]
  ]

  it("at each stage, its workers end by themselves and the next run goes on", async () => {
    const project = projectWith("stages")
    for (const [what, isNow] of moments) {
      const running = start(project)
      await waitUntil(what, () => isNow(project) || running.process.exitCode !== null, 120)
      running.process.kill("SIGKILL")
      await running.ended
      await noWorkerIsLeft()
    }
    const { code, stderr, stdout } = await start(project).ended
    assert.strictEqual(code, 0, stdout + stderr)
    assertSameResults(project)
  }, 300_000)

  it("again and again at random moments", async () => {
    const project = projectWith("random")
    const end = performance.now() + crashSeconds * 1000
    let kills = 0
    while (performance.now() < end) {
      const running = start(project)
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 4000))
      if (running.process.exitCode === null) kills++
      running.process.kill("SIGKILL")
      await running.ended
      // Some of the next runs begin while workers of the last one still live.
      if (Math.random() < 0.5) await noWorkerIsLeft()
      if (isIn(project, "score", "done") && stateOf(project).status === "finished") break
    }
    const { code, stderr, stdout } = await start(project).ended
    assert.strictEqual(code, 0, stdout + stderr)
    assertSameResults(project)
    console.log(`killed ${kills} times`)
  }, (crashSeconds + 240) * 1000)

  it("and again, beginning anew each time it is done", async () => {
    if (crashSeconds < 60) return
    const end = performance.now() + crashSeconds * 1000
    for (let round = 0; performance.now() < end; round++) {
      const project = projectWith(`round-${round}`)
      for (let kills = 0; kills < 3; kills++) {
        const running = start(project)
        await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 6000))
        running.process.kill("SIGKILL")
        await running.ended
      }
      assert.strictEqual((await start(project).ended).code, 0)
      assertSameResults(project)
      await noWorkerIsLeft()
    }
  }, (crashSeconds + 240) * 1000)
})

describe("a run that is asked to stop", () => {
  it("by Ctrl-C: exit code 130, a checkpoint to go on from, and the same results", async () => {
    const project = projectWith("interrupted")
    const running = start(project)
    await waitUntil("it trains", () => isIn(project, "train", "running"), 120)
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.process.kill("SIGINT")
    const { code, stderr } = await running.ended
    assert.strictEqual(code, 130)
    assert.match(stderr, /to go on: npx leadspan run spec\.yaml/u)
    assert.strictEqual(stateOf(project).status, "interrupted")
    await noWorkerIsLeft(1)
    assert.isAbove(resumeFiles(project).length, 0)
    const again = await start(project).ended
    assert.strictEqual(again.code, 0, again.stdout + again.stderr)
    assertSameResults(project)
  }, 240_000)

  it("by --max-hours: exit code 130, and it says how to go on", async () => {
    const project = projectWith("out-of-time")
    const first = await start(project, "--max-hours", String(1.5 / 3600)).ended
    assert.strictEqual(first.code, 130, first.stdout + first.stderr)
    assert.match(first.stdout, /stopped after --max-hours; to go on: npx leadspan run spec\.yaml/u)
    const again = await start(project).ended
    assert.strictEqual(again.code, 0, again.stdout + again.stderr)
    assertSameResults(project)
  }, 240_000)
})

describe("a worker that is killed", () => {
  it("costs one attempt, and nothing else", async () => {
    const project = projectWith("worker")
    const running = start(project)
    await waitUntil("it trains", () => isIn(project, "train", "running") && resumeFiles(project).length > 0, 120)
    const [victim] = workersOf(installation.folder)
    process.kill(victim as number, "SIGKILL")
    const { code, stderr, stdout } = await running.ended
    assert.strictEqual(code, 0, stdout + stderr)
    const failures = recordsOf(project).flatMap(({ body }) => body.type === "failed" ? [body] : [])
    assert.strictEqual(failures.length, 1)
    assert.isTrue(failures[0]!.willRetry)
    assert.match(failures[0]!.message, /signal SIGKILL/u)
    assertSameResults(project)
  }, 240_000)
})

describe("two runs of one experiment", () => {
  it("the second says who holds it, exits with 2 and leaves everything alone", async () => {
    const project = projectWith("twice")
    const first = start(project)
    await waitUntil("it runs", () => isIn(project, "teach", "running"), 120)
    const before = recordsOf(project).length
    const { code, seconds, stderr, stdout } = await start(project).ended
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.match(stderr, new RegExp(`^leadspan: experiment small is being run by process ${first.process.pid} on \\S+; [^\\n]+\\n$`, "u"))
    assert.isBelow(seconds, 15)
    assert.isAtLeast(recordsOf(project).length, before)
    const status = await project.run(["status"])
    assert.match(status.stdout, new RegExp(`running by process ${first.process.pid}`, "u"))
    const { code: firstCode } = await first.ended
    assert.strictEqual(firstCode, 0)
    assertSameResults(project)
    const epochs = recordsOf(project).filter(({ body }) => body.type === "epoch")
    assert.strictEqual(epochs.length, 1)
    assert.match(readFileSync(join(project.root, ".leadspan/format.json"), "utf8"), /"format":1/u)
  }, 240_000)
})
