/** What is done is done once in a project: by other experiments, by grown grids, after losses and damage. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { RecordedPlan } from "../../framework/journal/RecordedPlan.ts"
import { type Ended, type Installation, install, type Project } from "./installed.ts"
import { recordsOf, resultsOf, smallExperiment, stateOf } from "./small-experiment.ts"

const grid = (ratios: string) => `\n  - product:\n      sequence.truncate.ratio: ${ratios}`
const small = (name: string, ratios: string, sections: Readonly<{ [name: string]: string | null }> = {}) => smallExperiment({
  experiment: name, grid: grid(ratios), train: "{ steps: 20, learningRate: 3e-3, batch: { sequences: 8 } }", ...sections
})

let installation: Installation
let project: Project

const run = async (file: string, ...args: ReadonlyArray<string>): Promise<Ended> => {
  const ended = await project.run(["run", file, ...args])
  assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
  return ended
}
/** Kinds of the steps that the last run of an experiment has started. */
const startedBy = (experiment: string): ReadonlyArray<string> => {
  const records = recordsOf(project, experiment)
  const last = records.findLastIndex(({ body }) => body.type === "epoch")
  return records.slice(last).flatMap(({ body }) => body.type === "started" ? [body.kind] : []).sort()
}
const folderOf = (experiment: string, kind: string, index = 0): string =>
  join(project.root, ".leadspan/store/steps", [...stateOf(project, experiment).steps.values()].filter((step) => step.kind === kind)[index]!.step)

beforeAll(async () => {
  installation = await install()
  project = installation.project("reuse")
  project.write("first.yaml", small("first", "[0.5, 1.0]"))
  await run("first.yaml")
}, 120_000)
afterAll(() => installation.remove())

describe("what is done", () => {
  it("is done: the same again runs nothing, whatever the file is called", async () => {
    const before = recordsOf(project, "first").length
    assert.match((await run("first.yaml")).stdout, /first/u)
    project.write("renamed.yaml", `# other words\n${small("first", "[0.50, 1]")}`)
    await run("renamed.yaml")
    assert.deepStrictEqual(recordsOf(project, "first").slice(before).filter(({ body }) => body.type === "started"), [])
  }, 120_000)

  it("cost what the plan said: FLOPs within 1 %, tokens and targets exactly, at most 5 % padding", async () => {
    const planned = JSON.parse((await project.run(["plan", "first.yaml", "--json"])).stdout) as RecordedPlan
    const { steps } = stateOf(project, "first")
    for (const { predicted, trials } of planned.cells) for (const { id } of trials) {
      const cost = steps.get(id)!.cost!
      assert.closeTo(cost.flops / predicted!.flops, 1, 0.01)
      assert.deepStrictEqual([cost.tokens, cost.targets], [predicted!.tokens, predicted!.targets])
      assert.isAtMost(1 - cost.tokens / cost.paddedTokens, 0.05)
      assert.closeTo(cost.peakBytes / predicted!.peakBytes, 1, 0.3)
    }
  }, 60_000)

  it("is reused by another experiment, whose report, metrics and costs are whole", async () => {
    project.write("second.yaml", small("second", "[0.5, 1.0]"))
    await run("second.yaml")
    assert.deepStrictEqual(startedBy("second"), [])
    assert.deepStrictEqual(resultsOf(project, "second"), resultsOf(project, "first"))
    const [one, other] = [stateOf(project, "first"), stateOf(project, "second")]
    for (const [id, step] of other.steps) {
      assert.strictEqual(step.reusedFrom, "first")
      assert.deepStrictEqual(step.cost, one.steps.get(id)!.cost)
      assert.deepStrictEqual(step.device, one.steps.get(id)!.device)
    }
    const table = (experiment: string) => readFileSync(join(project.root, ".leadspan/reports", experiment, "cells.csv"), "utf8")
    assert.strictEqual(table("second"), table("first"))
    assert.match(readFileSync(join(project.root, ".leadspan/reports/second/report.html"), "utf8"), /from first/u)
  }, 120_000)

  it("is told as one and the same where two experiments are compared", async () => {
    const files = ["comparison.html", "comparison.md", "comparison.csv"].map((name) => join(project.root, ".leadspan/reports/first--second", name))
    const told = async () => {
      const ended = await project.run(["report", "first", "second"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      return [ended.stdout, ...files.map((file) => readFileSync(file, "utf8"))]
    }
    const [stdout, ...texts] = await told()
    assert.match(stdout!, /the same trials/u)
    assert.match(stdout!, /2 trials are the same in both; 0 cells without a partner/u)
    assert.match(stdout!, /The specs say the same\./u)
    assert.deepStrictEqual((await told()).slice(1), texts)
    const itself = await project.run(["report", "first", "first"])
    assert.deepStrictEqual([itself.code, itself.stderr.includes("compared with itself")], [2, true])
  }, 120_000)

  it("stays where a grid grows: only the new cell runs", async () => {
    project.write("first.yaml", small("first", "[0.25, 0.5, 1.0]"))
    const planned = JSON.parse((await project.run(["plan", "first.yaml", "--json"])).stdout) as { counts: Record<string, number> }
    assert.deepStrictEqual([planned.counts["trials"], planned.counts["done"], planned.counts["toRun"]], [3, 2, 1])
    await run("first.yaml")
    assert.deepStrictEqual(startedBy("first"), ["generate", "score", "train"])
  }, 120_000)

  it("is made again where its output was deleted and somebody reads it, and only then", async () => {
    for (const kind of ["train", "generate", "teach"]) rmSync(folderOf("first", kind), { recursive: true })
    await run("first.yaml")
    assert.notInclude(startedBy("first"), "teach")
    // A new benchmark asks the trained students: the one whose checkpoint is gone is trained again, by a new teacher's pass.
    project.write("third.yaml", small("third", "[0.25, 0.5, 1.0]", {
      evaluate: "[{ benchmark: chain-arithmetic, items: 6, thoughtTokens: [20], maxTokens: 30 }]"
    }))
    await run("third.yaml")
    assert.deepStrictEqual(startedBy("third").filter((kind) => kind === "train"), ["train"])
    assert.deepStrictEqual(startedBy("third").filter((kind) => kind === "teach").length, 1)
  }, 120_000)

  it("is found out and made again where it is damaged", async () => {
    const checkpoint = join(folderOf("first", "train", 1), "checkpoint/model.safetensors")
    const whole = readFileSync(checkpoint)
    const damaged = Buffer.from(whole)
    damaged[damaged.length - 3]! ^= 1
    writeFileSync(checkpoint, damaged)
    project.write("fourth.yaml", small("fourth", "[0.25, 0.5, 1.0]", {
      evaluate: "[{ benchmark: chain-arithmetic, items: 5, thoughtTokens: [20], maxTokens: 30 }]"
    }))
    await run("fourth.yaml")
    assert.deepStrictEqual(startedBy("fourth").filter((kind) => kind === "train"), ["train"])
    assert.deepStrictEqual(readFileSync(checkpoint), whole)
  }, 120_000)

  it("damaged prepared data are prepared again", async () => {
    const prepared = recordsOf(project, "first").length
    assert.isAbove(prepared, 0)
    // The oldest are its own: others ask other evaluations, with which their data are compared.
    const [path] = project.kept().map((line) => line.split(" ")).filter(([name]) => name!.endsWith("prepared.arrow"))
      .sort(([, , one], [, , other]) => Number(one) - Number(other))[0]!
    const file = join(project.root, ".leadspan", path!)
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, whole.length - 500))
    const { code, stderr } = await project.run(["check", "first.yaml"])
    assert.strictEqual(code, 0, stderr)
    assert.deepStrictEqual(readFileSync(file), whole)
  }, 60_000)

  it("--only runs the chosen cells and what they are compared with; the rest comes later", async () => {
    const other = installation.project("only")
    other.write("spec.yaml", small("only", "[0.25, 0.5, 1.0]"))
    const ended = await other.run(["run", "spec.yaml", "--only", "ratio=0.5"])
    assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
    const trained = () => [...stateOf(other, "only").steps.values()].filter(({ kind, status }) => kind === "train" && status === "done").length
    assert.strictEqual(trained(), 2)
    assert.strictEqual((await other.run(["run", "spec.yaml"])).code, 0)
    assert.strictEqual(trained(), 3)
  }, 120_000)
})

describe("a trial's numbers", () => {
  it("are the same first or tenth in a worker, and in a fresh one", async () => {
    const rates = Array.from({ length: 10 }, (_, i) => `${i + 1}e-3`).join(", ")
    const spec = small("tenth", "[0.5]", {
      grid: `\n  - product:\n      train.learningRate: [${rates}]`, baseline: null, resources: "{ slots: 1 }", evaluate: null,
      sequence: "{ truncate: { ratio: 0.5 } }"
    })
    const [many, alone] = [installation.project("many"), installation.project("alone")]
    for (const one of [many, alone]) one.write("spec.yaml", spec)
    const all = await many.run(["run", "spec.yaml"])
    assert.strictEqual(all.code, 0, all.stdout + all.stderr)
    for (const only of ["0", "9"]) {
      const one = await alone.run(["run", "spec.yaml", "--only", only])
      assert.strictEqual(one.code, 0, one.stdout + one.stderr)
    }
    const [together, apart] = [resultsOf(many, "tenth"), resultsOf(alone, "tenth")]
    // ten and two trials, two passes of the teacher, the adviser
    assert.deepStrictEqual([Object.keys(together).length, Object.keys(apart).length], [13, 5])
    for (const [id, result] of Object.entries(apart)) assert.deepStrictEqual(together[id], result)
    assert.isFalse(existsSync(join(many.root, ".leadspan/scratch/tenth")))
  }, 180_000)
})
