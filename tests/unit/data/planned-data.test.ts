/** What a plan makes of files: prepared data that are reused, a table of what was left out, problems at the field that has them. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { dataLines, dataSummary } from "../../../framework/cli/data-lines.ts"
import type { SpecError } from "../../../framework/spec/SpecError.ts"
import { dataJson, dataParams } from "../../../framework/tracking/data-params.ts"
import plugin from "../../../plugins/datasets/chain-arithmetic.ts"
import { optionsOf } from "../datasets/options.ts"
import { idsOf, planOf } from "../plan/plans.ts"
import { fileOf } from "./traces-file.ts"

const made = [...plugin.records({ split: "train", count: 150, seed: 0 }, optionsOf(plugin, {}))]
const records = made.map(({ answer, cot, prompt }) => ({ prompt, cot, answer }))
const path = fileOf([...records, records[0], { ...records[1], cot: "" }, { ...records[2], cot: "Dz" }])
const data = (more = "", source = `jsonl:${path}`) => ({ data: `{ source: "${source}", train: 100, validation: 8${more} }` })
const base = { teacher: undefined, loss: undefined, evaluate: undefined }
const issuesOf = async (...given: Parameters<typeof planOf>): Promise<ReadonlyArray<string>> =>
  planOf(...given).then(() => [], (error: SpecError) => error.issues.map((issue) => `${issue.code} ${issue.path}: ${issue.message}`))

describe("data of a file in a plan", () => {
  it("is counted whole, for training and validation", async () => {
    const { recorded: { data: told } } = await planOf({ ...base, ...data() })
    assert.deepStrictEqual([told.train, told.validation, told.format?.name], [100, 8, "plain"])
    assert.match(told.source, /^traces-\d+\.jsonl$/u)
    for (const tally of [told.tally!.train, told.tally!.validation!]) {
      assert.strictEqual(tally.read, 153)
      assert.strictEqual(tally.used + tally.reasons.reduce((sum, { count }) => sum + count, 0), 153)
    }
    const lines = dataLines(told)
    assert.match(lines[0]!, /^data: traces-\d+\.jsonl as plain \(\d+ % sure: /u)
    assert.match(dataSummary(told)!, /^data: 100 of 153 records of traces-\d+\.jsonl used for training, 8 for validation; left out: .*1 duplicate/u)
    const params = dataParams(told)
    assert.deepStrictEqual([params["data_read"], params["data_used"], params["data_duplicate"], params["data_format"]], ["153", "100", "1", "plain"])
    assert.deepStrictEqual(JSON.parse(dataJson(told)).tally, told.tally)
    assert.isTrue(lines.some((line) => /^ {2}used +100 +8$/u.test(line)))
    assert.isTrue(lines.some((line) => /^ {2}duplicate +1 +1 {3}the same problem, thought and answer were there before: traces-\d+\.jsonl:151$/u.test(line)), lines.join("\n"))
  })

  it("is the same data by its contents, wherever the file lies", async () => {
    const [here, there] = [await planOf({ ...base, ...data() }), await planOf({ ...base, ...data("", `file:${fileOf([...records, records[0], { ...records[1], cot: "" }, { ...records[2], cot: "Dz" }])}`) })]
    assert.strictEqual(here.recorded.data.digest, there.recorded.data.digest)
    assert.deepStrictEqual(idsOf(here, "train"), idsOf(there, "train"))
    const other = await planOf({ ...base, ...data(", seed: 1") })
    assert.notStrictEqual(other.recorded.data.digest, here.recorded.data.digest)
  })

  it("what is longer than the limit is passed over for others, or cut", async () => {
    const { recorded } = await planOf({ ...base, data: `{ source: "jsonl:${path}", train: 3, validation: 0, maxTokens: 60, overLength: cut }` })
    const { answer, cot, prompt } = recorded.data.meanTokens
    assert.deepStrictEqual([recorded.data.cut, prompt + cot + answer], [3, 60])
    assert.match((await issuesOf({ ...base, data: `{ source: "jsonl:${path}", train: 3, validation: 0, maxTokens: 60 }` })).join(), /Found 0 \(not used: .*over-length/u)
  })

  it("says where the spec is wrong", async () => {
    const cases: ReadonlyArray<readonly [Parameters<typeof data>, RegExp]> = [
      [[", where: \"1; drop table x\""], /^bad-data data\.where: .*where-refused/u],
      [[", options: { nonsense: 1 }"], /^bad-options data\.options\.nonsense/u],
      [[", format: plian"], /^unknown-plugin .*no format is called "plian".*"plain"/u],
      [[", transform: [{ name: corrupt-digits, options: { share: 7 } }]"], /^bad-options data\.transform\[0\]\.options\.share/u],
      [["", `jsonl:${fileOf([{ a: 1 }, { a: 2 }])}`], /^bad-data data\.format: traces-\d+\.jsonl {2}format-unclear/u],
      [["", "jsonl:/nowhere/at/all.jsonl"], /^bad-data data\.source: .*file-missing/u],
      [["", `jsonl:${fileOf(["{ broken", ...records])}`], /^bad-data data\.source: traces-\d+\.jsonl:1 {2}/u],
      [[", correctOnly: true"], /^bad-data data\.source: .*Found 0 \(not used: .*correctness-unknown/u],
      [["", "hf:org/name"], /^missing-key data\.revision: a data set of the hub needs `revision`/u],
      [[", revision: main"], /^conflict data\.revision: `revision` is for data sets of the hub/u],
      [[", where: \"true\"", "chain-arithmetic"], /^conflict data\.where: `where` is for files and data sets of the hub/u],
      [[", format: plain, limit: 3", "chain-arithmetic"], /^conflict data\.format: /u]
    ]
    for (const [given, message] of cases) {
      const issues = await issuesOf({ ...base, ...data(...given) })
      assert.match(issues.join("\n"), message)
    }
  })
})

describe("a data-set plugin that gives what cannot be used", () => {
  it("is asked for more", async () => {
    const file = join(path, "..", "doubting.ts")
    writeFileSync(file, `import { defineDataset, Schema } from "leadspan"
export default defineDataset({
  name: "doubting", version: 1, options: Schema.Struct({}), examples: [],
  records: function*({ count, split }) {
    for (let n = 0; n < count; n++) yield {
      id: \`\${split}-\${n}\`, problem: \`p\${split}\${n}\`, tier: "t", prompt: "E47", cot: "D47!", answer: "A47", derivedAt: null, correct: n % 3 === 0
    }
  }
})
`)
    const { recorded } = await planOf({ ...base, data: `{ source: "${file}", train: 20, validation: 4, correctOnly: true }` })
    assert.deepStrictEqual([recorded.data.train, recorded.data.validation, recorded.data.tally!.train.used], [20, 4, 20])
    assert.isAbove(recorded.data.tally!.train.reasons.find(({ reason }) => reason === "incorrect")!.count, 30)
  })
})
