import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { jsonlRecords } from "../../../framework/sequence/jsonl-records.ts"

const fileOf = (lines: ReadonlyArray<string>): string => {
  const path = join(mkdtempSync(join(tmpdir(), "leadspan-jsonl-")), "traces.jsonl")
  writeFileSync(path, lines.join("\n"))
  return path
}
const trace = (n: number) => ({ prompt: `What is ${n} + 1?`, cot: `It is ${n + 1}, because … \u{1F600}`, answer: `${n + 1}` })
const lines = Array.from({ length: 500 }, (_, n) => JSON.stringify(trace(n)))

describe("jsonlRecords", () => {
  it("splits by the problem: no problem is in two splits, and none is lost", () => {
    const path = fileOf(lines)
    const counts = { train: 0, validation: 0, test: 0 }
    const seen = new Set<string>()
    for (const split of ["train", "validation", "test"] as const) {
      const most = { train: 380, validation: 30, test: 30 }[split]
      for (const { problem } of jsonlRecords(path, { split, count: most, seed: 1 })) {
        counts[split]++
        assert.isFalse(seen.has(problem))
        seen.add(problem)
      }
    }
    assert.deepStrictEqual(counts, { train: 380, validation: 30, test: 30 })
  })

  it("draws by the seed and the problem, not by the file's order", () => {
    const problems = (path: string, seed: number) => [...jsonlRecords(path, { split: "train", count: 50, seed })].map(({ problem }) => problem)
    const [path, again] = [fileOf(lines), fileOf(lines)]
    assert.deepStrictEqual(problems(path, 1), problems(again, 1))
    assert.notDeepEqual(problems(path, 1), problems(path, 2))
  })

  it("reads texts whole", () => {
    const path = fileOf(lines)
    for (const { answer, cot, prompt } of jsonlRecords(path, { split: "train", count: 100, seed: 3 })) {
      const n = Number(answer) - 1
      assert.deepStrictEqual({ prompt, cot, answer }, trace(n))
    }
  })

  it("names the line that is wrong", () => {
    const take = (path: string) => [...jsonlRecords(path, { split: "train", count: 5, seed: 0 })]
    assert.throws(() => take(fileOf([...lines.slice(0, 6), "{ broken"])), /traces\.jsonl:7.*no JSON/)
    assert.throws(() => take(fileOf([...lines.slice(0, 6), "", '{"prompt": 3}'])), /traces\.jsonl:8.*`prompt`, `cot` and `answer`/)
    assert.throws(() => take(fileOf(lines.slice(0, 3))), /5 records for train/)
  })
})
