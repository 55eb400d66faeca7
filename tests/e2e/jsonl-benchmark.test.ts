/** A real run that asks a trained student the records of a file, reads free text and compares as mathematics. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import chain from "../../plugins/benchmarks/chain-arithmetic.ts"
import { optionsOf } from "../unit/datasets/options.ts"
import { type Installation, install, type Project, specText } from "./installed.ts"
import { recordsOf, stateOf } from "./small-experiment.ts"

// In the student's own 33 symbols: a prompt without words, an answer part that is `A` and two digits.
const items = [...chain.items!({ count: 6, seed: 0 }, optionsOf(chain, { tier: "easy" }))]
const lines = items.map(({ gold, id, prompt }) => `${JSON.stringify({ key: id, q: prompt, a: `A${gold}` })}\n`).join("")

const spec = (experiment: string, file: string): string => specText({
  experiment, student: "{ model: tiny/base }", train: "{ steps: 1, learningRate: 1e-6, batch: { sequences: 4 } }", score: "strict",
  evaluate: `[{ benchmark: jsonl, options: { file: ${file}, question: q, answer: a, id: key, prompt: "{question}", cue: A, strict: [bare], first: stated }, items: 6, thoughtTokens: 56, maxTokens: 70, batch: 6 }]`
})

let installation: Installation
let project: Project
beforeAll(async () => {
  installation = await install()
  project = installation.project("jsonl")
  project.write("specs/eval/plain.jsonl", lines)
  project.write("eval.jsonl.gz", gzipSync(lines))
}, 120_000)
afterAll(() => installation.remove())

describe("a benchmark of records", () => {
  it("scores what a student writes, and keeps what was read", async () => {
    project.write("specs/one.yaml", spec("one", "./eval/plain.jsonl"))
    const ended = await project.run(["run", "specs/one.yaml"])
    assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
    const scores = [...stateOf(project, "one").steps.values()].filter(({ kind }) => kind === "score")
    const read = readFileSync(join(project.root, ".leadspan/store/steps", scores[0]!.step, "scores.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line))
    assert.deepStrictEqual(read.map(({ item }) => item), items.map(({ id }) => id))
    // The shipped base student knows the easy tier.
    for (const [n, { extracted, forced, strict }] of read.entries()) {
      assert.deepStrictEqual([strict, forced, extracted.strict, extracted.first], [true, [true], `A${items[n]!.gold}`, null])
    }
  }, 240_000)

  it("is the same evaluation wherever its records lie: nothing is asked again", async () => {
    project.write("two.yaml", spec("two", "./eval.jsonl.gz"))
    const ended = await project.run(["run", "two.yaml"])
    assert.strictEqual(ended.code, 0, ended.stdout + ended.stderr)
    assert.deepStrictEqual(recordsOf(project, "two").filter(({ body }) => body.type === "started"), [])
  }, 240_000)

  it("names the record that is none, at the spec's line", async () => {
    project.write("bad.jsonl", `${lines}{"key": "x", "q": "E05a+43b+21"}\n`)
    project.write("three.yaml", spec("three", "./bad.jsonl"))
    const ended = await project.run(["check", "three.yaml"])
    const planned = await project.run(["plan", "three.yaml"])
    assert.deepStrictEqual([ended.code, planned.code], [2, 2], ended.stdout + planned.stdout)
    project.write("four.yaml", spec("four", "./bad.jsonl").replace("strict: [bare]", "strict: [bear]"))
    assert.match((await project.run(["plan", "four.yaml"])).stderr, /four\.yaml:\d+:\d+ {2}bad-options {2}evaluate\[0\]\.options\.strict\[0\]/u)
    assert.match(planned.stdout + planned.stderr, /three\.yaml:\d+:\d+.*evaluate.*\n?.*bad\.jsonl:7: missing-fields \(no text in a\)/u)
  }, 120_000)
})
