import { describe, expect, it } from "vitest"
import { messageOf, codesOf, minimal } from "./files.ts"

const withRatio = (ratio: string): string => `${minimal}sequence: { truncate: { ratio: ${ratio} } }\n`

describe("errors of a spec", () => {
  it("a misspelt key", async () => {
    expect(await messageOf(`${minimal}sequence:\n  truncate:\n    ratoi: 0.5\n`)).toMatchInlineSnapshot(`
      "spec.yaml:7:5  unknown-key  sequence.truncate.ratoi: unexpected key \`ratoi\`, expected \`keep\`, \`ratio\`, \`options\` or \`grow\`
        7 |     ratoi: 0.5
          |     ^^^^^ Did you mean \`ratio\`?  docs/spec.md#sequence"
    `)
  })
  it("a key in the wrong place", async () => {
    expect(await messageOf(`${minimal}ratio: 0.5\nextend: base.yaml\n`)).toMatchInlineSnapshot(`
      "spec.yaml:5:1  unknown-key  ratio: unexpected key \`ratio\`, expected one of \`experiment\`, \`description\`, \`engine\`, \`teacher\`, \`student\`, \`data\`, \`sequence\`, \`loss\`, \`teacherStore\`, \`train\`, \`evaluate\`, \`score\`, \`grid\`, \`seeds\`, \`seedsStudent\`, \`baseline\`, \`claims\`, \`power\`, \`resources\`, \`tracking\`, \`extends\`
        5 | ratio: 0.5
          | ^^^^^ \`ratio\` belongs at \`sequence.truncate.ratio\`.

      spec.yaml:6:1  unknown-key  extend: unexpected key \`extend\`, expected one of \`experiment\`, \`description\`, \`engine\`, \`teacher\`, \`student\`, \`data\`, \`sequence\`, \`loss\`, \`teacherStore\`, \`train\`, \`evaluate\`, \`score\`, \`grid\`, \`seeds\`, \`seedsStudent\`, \`baseline\`, \`claims\`, \`power\`, \`resources\`, \`tracking\`, \`extends\`
        6 | extend: base.yaml
          | ^^^^^^ Did you mean \`extends\`?"
    `)
  })
  it("wrong types, each said once", async () => {
    expect(
      await messageOf(
        minimal.replace("60", "many").replace("{ sequences: 8 }", "[8]").replace("{ model: tiny/base }", "tiny/base")
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:2:10  wrong-type  student: expected a map with \`model\`, or with \`init\`, \`seed\` and \`tokenizer\`, or with \`train\`, found \`tiny/base\`
        2 | student: tiny/base
          |          ^^^^^^^^^ Write \`{ model: tiny/base }\`.  docs/spec.md#student

      spec.yaml:3:42  wrong-type  data.train: expected a whole number, found \`many\`
        3 | data: { source: chain-arithmetic, train: many, validation: 30 }
          |                                          ^^^^ docs/spec.md#data

      spec.yaml:4:48  wrong-type  train.batch: expected a map with \`sequences\`, found a list
        4 | train: { steps: 10, learningRate: 1e-3, batch: [8] }
          |                                                ^^^ docs/spec.md#train"
    `)
  })
  it("missing keys", async () => {
    expect(await messageOf("experiment: a\ndata: { source: x }\nstudent: {}\n")).toMatchInlineSnapshot(`
      "spec.yaml:1:1  missing-key  train: the key \`train\` is missing
        1 | experiment: a
          | ^ docs/spec.md#train

      spec.yaml:2:1  missing-key  data.train: the key \`train\` is missing
        2 | data: { source: x }
          | ^^^^ docs/spec.md#data

      spec.yaml:2:1  missing-key  data.validation: the key \`validation\` is missing
        2 | data: { source: x }
          | ^^^^ docs/spec.md#data

      spec.yaml:3:1  missing-key  student.model: the key \`model\` is missing
        3 | student: {}
          | ^^^^^^^ docs/spec.md#student"
    `)
  })
  it("words that are not in the list", async () => {
    expect(
      await messageOf(`${minimal}loss: { reduce: token-men }\nscore: last\nsequence: { supervise: [cott, cot] }\n`)
    ).toMatchInlineSnapshot(`
      "spec.yaml:5:17  unknown-value  loss.reduce: expected \`token-mean\`, \`sequence-mean\` or \`fixed\`, found \`token-men\`
        5 | loss: { reduce: token-men }
          |                 ^^^^^^^^^ Did you mean \`token-mean\`?  docs/spec.md#loss

      spec.yaml:6:8  unknown-value  score: expected \`strict\`, \`lenient\`, \`first\` or \`forced\`, found \`last\`
        6 | score: last
          |        ^^^^ docs/spec.md#score

      spec.yaml:7:25  unknown-value  sequence.supervise[0]: expected \`prompt\`, \`cot\` or \`answer\`, found \`cott\`
        7 | sequence: { supervise: [cott, cot] }
          |                         ^^^^ Did you mean \`cot\`?  docs/spec.md#sequence"
    `)
  })
  it("a model that fits no way of naming one", async () => {
    expect(await messageOf(minimal.replace("{ model: tiny/base }", "{ modle: tiny/base }"))).toMatchInlineSnapshot(`
      "spec.yaml:2:12  unknown-key  student.modle: unexpected key \`modle\`, expected \`model\`, \`revision\`, \`init\`, \`seed\`, \`tokenizer\` or \`train\`
        2 | student: { modle: tiny/base }
          |            ^^^^^ Did you mean \`model\`?  docs/spec.md#student"
    `)
    expect(
      await messageOf(minimal.replace("{ model: tiny/base }", "{ init: {}, tokenizer: tiny/base }"))
    ).toMatchInlineSnapshot(`
      "spec.yaml:2:1  missing-key  student.seed: the key \`seed\` is missing
        2 | student: { init: {}, tokenizer: tiny/base }
          | ^^^^^^^ docs/spec.md#student"
    `)
    expect(
      await messageOf(minimal.replace("{ model: tiny/base }", "{ model: tiny/base, train: x.yaml }"))
    ).toMatchInlineSnapshot(`
      "spec.yaml:2:30  unknown-key  student.train: unexpected key \`train\`, expected \`model\` or \`revision\`
        2 | student: { model: tiny/base, train: x.yaml }
          |                              ^^^^^ docs/spec.md#student"
    `)
  })
  it("ratios that are none", async () => {
    for (const ratio of [
      "0",
      "0.0",
      "-3",
      "1.5",
      "1.0000001",
      "NaN",
      ".nan",
      ".inf",
      "null",
      "[]",
      "banana",
      "true",
      "''",
      "0x1",
      "{}"
    ]) {
      const codes = await codesOf(withRatio(ratio))
      expect(codes, ratio).toHaveLength(1)
      expect(codes[0], ratio).toMatch(/^5:32 (out-of-range|wrong-type)$/)
    }
    expect(await messageOf(withRatio("banana"))).toMatchInlineSnapshot(`
      "spec.yaml:5:32  out-of-range  sequence.truncate.ratio: expected a decimal number above 0 and at most 1, found \`banana\`
        5 | sequence: { truncate: { ratio: banana } }
          |                                ^^^^^^ docs/spec.md#sequence"
    `)
    expect(await messageOf(withRatio(".nan"))).toMatchInlineSnapshot(`
      "spec.yaml:5:32  out-of-range  sequence.truncate.ratio: expected a decimal number above 0 and at most 1, found \`.nan\`
        5 | sequence: { truncate: { ratio: .nan } }
          |                                ^^^^ docs/spec.md#sequence"
    `)
  })
  it("a budget of training: exactly one", async () => {
    expect(await messageOf(minimal.replace("steps: 10, ", ""))).toMatchInlineSnapshot(`
      "spec.yaml:4:1  missing-key  train.epochs: expected a budget, \`epochs\` or \`steps\`
        4 | train: { learningRate: 1e-3, batch: { sequences: 8 } }
          | ^^^^^ For example \`epochs: 2\`.  docs/spec.md#train"
    `)
    expect(await messageOf(minimal.replace("steps: 10", "steps: 10, epochs: 1"))).toMatchInlineSnapshot(`
      "spec.yaml:4:17  conflict  train.steps: expected one budget, found both \`epochs\` and \`steps\`
        4 | train: { steps: 10, epochs: 1, learningRate: 1e-3, batch: { sequences: 8 } }
          |                 ^^ Remove one, or set it to null.  docs/spec.md#train"
    `)
  })
  it("fields that contradict each other", async () => {
    expect(
      await codesOf(
        `${minimal}teacherStore: { mode: topk }\nloss: { weight: 0.5 }\nevaluate:\n  - &e { benchmark: b, items: 1, thoughtTokens: 3, samples: 2 }\n  - *e\n`
      )
    ).toEqual(["5:1 missing-key", "6:17 conflict", "8:8 conflict", "8:61 conflict"])
  })
  it("many problems at once, in the order of the file", async () => {
    expect(
      await codesOf(`experiment: Bad Name
student: { model: 3 }
data: { source: x, train: -6, validaton: 300 }
loss: { weight: 1.5 }
train: { learningRate: 0, batch: { sequences: 1.5 }, select: { bes: x } }
grid:
  - product: { sequence.truncate.ratios: [0.1], data.train: [] }
    rol: control
seeds: [1, 1]
`)
    ).toMatchInlineSnapshot(`
  [
    "1:13 out-of-range",
    "2:19 wrong-type",
    "3:1 missing-key",
    "3:27 out-of-range",
    "3:31 unknown-key",
    "4:17 out-of-range",
    "5:24 out-of-range",
    "5:47 out-of-range",
    "5:64 unknown-key",
    "7:16 unknown-axis",
    "7:61 empty-axis",
    "8:5 unknown-key",
    "9:8 out-of-range",
  ]
`)
  })
  it("YAML that cannot be read", async () => {
    expect(await messageOf("experiment: a\nseeds: [1, 2\nscore: first\n")).toMatchInlineSnapshot(`
      "spec.yaml:3:1  yaml-syntax  flow sequence in block collection must be sufficiently indented and end with a ]
        3 | score: first
          | ^"
    `)
    expect(await messageOf("experiment: a\n\tengine: tfjs\n")).toMatchInlineSnapshot(`
      "spec.yaml:2:1  yaml-syntax  tabs are not allowed as indentation
        2 |  engine: tfjs
          | ^"
    `)
  })
  it("a duplicate key", async () => {
    expect(await messageOf(`${minimal}score: first\nscore: strict\n`)).toMatchInlineSnapshot(`
      "spec.yaml:6:1  duplicate-key  score: the key \`score\` stands twice in one map
        6 | score: strict
          | ^^^^^ Remove one of the two.  docs/spec.md#score"
    `)
  })
  it("long lines are cut round the place", async () => {
    const message = await messageOf(
      `${minimal}x-pad: [${"1, ".repeat(3000)}1]\nscore: {${"a: 1, ".repeat(0)}text: "${"y".repeat(5000)}"}\n`
    )
    expect(Math.max(...message.split("\n").map((line) => line.length))).toBeLessThan(400)
  })
  it("no control character of a file reaches the terminal", async () => {
    const message = await messageOf(`${minimal}engine: "\\e[31mred"\nscore: "\\e[31mred"\nfoo\u001b[31m: 1\n`)
    expect(message.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
  })
  it("beyond fifty problems it says how many more", async () => {
    const message = await messageOf(
      `${minimal}grid:\n  - product:\n      data.train: [${Array.from({ length: 60 }, () => -1).join(", ")}]\n`
    )
    expect(message.endsWith("… and 10 more problems")).toBe(true)
  })
})
