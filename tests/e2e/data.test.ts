/** `leadspan data` as its users have it: files without a spec, a spec, several files, and what bad input gets. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { Advice } from "../../framework/advice/Advice.ts"
import { filler, trace } from "../unit/advice/traces.ts"
import { type Installation, install, type Project, repository, specText } from "./installed.ts"

let installation: Installation
let project: Project
beforeAll(async () => {
  installation = await install()
  project = installation.project("data")
  const records = [20, 40, 60, 80].map((derivedAt, n) => ({ ...trace(`t${n}`, { derivedAt, prompt: 9 }), derivedAt: undefined }))
    .map(({ answer, cot, prompt }, n) => ({ prompt: `${prompt} ${n}`, cot, answer }))
  project.write("early.jsonl", records.slice(0, 2).map((record) => `${JSON.stringify(record)}\n`).join(""))
  project.write("all.jsonl", [...records.map((record) => JSON.stringify(record)), "{ broken", JSON.stringify({ prompt: "p", cot: "", answer: "a" })].join("\n"))
})
afterAll(() => installation.remove())

const fixture = (name: string) => join(repository, "tests/fixtures/traces", name)
const decode = Schema.decodeUnknownSync(Advice, { onExcessProperty: "error" })

describe("leadspan data", () => {
  it("reads a file without a spec: what it took it for, every record counted, where the answer is derived", async () => {
    const { code, stderr, stdout } = await project.run(["data", "all.jsonl", "--json"])
    assert.strictEqual(code, 0, stderr)
    const advice = decode(JSON.parse(stdout))
    const [set] = advice.sets
    assert.strictEqual(set!.format!.name, "plain")
    assert.strictEqual(set!.used, 4)
    assert.strictEqual(Object.values(set!.leftOut).reduce((sum, count) => sum + count, 0), 2)
    assert.strictEqual(set!.leftOut["broken-json"], 1)
    assert.deepStrictEqual(advice.unit.name, "pieces")
    const place = advice.groups[0]!.places.find(({ matcher, over }) => matcher === "strict" && over === "thought")!
    assert.closeTo(place.place!.quantiles["0.5"]!, 0.625, 1e-9)
    assert.strictEqual(advice.recommendation!.ratio, "0.9")
    assert.includeMembers(advice.warnings.map(({ code: name }) => name), ["late-reasoning", "own-answer", "few-samples", "pieces"])
  })

  it("prints what is readable, without colour, and writes a page", async () => {
    const { code, stderr, stdout } = await project.run(["data", "all.jsonl", "--html", "out/page.html", "--matcher", "strict"])
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /used {5}4 of 6; left out: broken-json 1/u)
    assert.match(stdout, /! Late-reasoning data/u)
    assert.notMatch(stdout, /\u001b|loose/u)
    for (const line of stdout.split("\n")) assert.isAtMost(line.length, 100, line)
    assert.match(readFileSync(join(project.root, "out/page.html"), "utf8"), /^<!doctype html>[\s\S]*Begin with ratio 0\.9/u)
  })

  it("shows a row a file, in the tokens of a tokenizer", async () => {
    const { code, stderr, stdout } = await project.run(["data", "early.jsonl", "all.jsonl", "--tokenizer", join(repository, "tests/fixtures/byte-level")])
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /early\.jsonl +2 .*\n +all\.jsonl +4 /u)
    assert.match(stdout, /tokens of fixtures\/byte-level/u)
    assert.notInclude(stdout, repository)
  })

  it("takes data, tokenizer and evaluations from a spec, for what the data set tells", async () => {
    project.write("late.yaml", specText({ data: "{ source: chain-arithmetic, train: 60, validation: 8, options: { style: late } }" }))
    const { code, stderr, stdout } = await project.run(["data", "late.yaml", "--json"])
    assert.strictEqual(code, 0, stderr)
    const advice = decode(JSON.parse(stdout))
    assert.strictEqual(advice.samples, 60)
    assert.strictEqual(advice.sequence, "template")
    // 16 tokens of prompt, 92 of thought, 4 of answer, end of turn included; the derivation ends at 108
    assert.deepStrictEqual(["prompt", "cot", "answer", "whole"].map((part) => advice.lengths[part as "whole"]!.mean), [16, 92, 4, 112])
    assert.strictEqual(advice.recommendation!.matcher, "told")
    assert.strictEqual(advice.recommendation!.ratio, "1")
    assert.include(advice.warnings.map(({ code: name }) => name), "late-reasoning")
  })

  it("reads real records of several shapes, mathematically too", async () => {
    const { code, stderr, stdout } = await project.run(["data", fixture("thought-anchors.jsonl"), fixture("limo.jsonl"), "--json"])
    assert.strictEqual(code, 0, stderr)
    const { files, together } = JSON.parse(stdout) as { files: ReadonlyArray<unknown>; together: unknown }
    const [anchors, limo] = files.map((one) => decode(one))
    assert.deepStrictEqual([anchors, limo].map((one) => one!.sets[0]!.format!.name), ["thought-anchors", "limo"])
    assert.strictEqual(decode(together).samples, anchors!.samples + limo!.samples)
    assert.include(anchors!.groups[0]!.places.map(({ matcher }) => matcher), "equivalent")
  })

  it.each([
    ["a file that is not there", ["missing.jsonl"], /no file `missing\.jsonl`/u],
    ["a matcher that is none", ["all.jsonl", "--matcher", "clever"], /--matcher: strict, loose, equivalent/u],
    ["a share that is none", ["all.jsonl", "--keep", "90"], /--keep: a share/u],
    ["a predicate that writes", ["all.jsonl", "--where", "1=1; DROP TABLE x"], /where/u],
    ["a format that is not there", ["all.jsonl", "--format", "plian"], /Did you mean "plain"/u],
    ["a folder that is no tokenizer", ["all.jsonl", "--tokenizer", "."], /tokenizer\.json/u],
    ["flags of files with a spec", ["late.yaml", "--where", "1=1"], /--where is for files/u]
  ])("refuses %s in a sentence", async (_, args, says) => {
    const { code, stderr, stdout } = await project.run(["data", ...args])
    assert.strictEqual(code, 2, stdout + stderr)
    assert.match(stderr, says)
    assert.notMatch(stderr, /\n {4}at /u)
    assert.isFalse(existsSync(join(project.root, "journal")))
  })

  it("says so where records are of no known format", async () => {
    project.write("odd.jsonl", `${JSON.stringify({ colour: filler(3) })}\n`)
    const { code, stderr } = await project.run(["data", "odd.jsonl"])
    assert.strictEqual(code, 2)
    assert.match(stderr, /format-unclear/u)
  })
})
