import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { codesOf, loadText, messageOf, minimal } from "./files.ts"

describe("extends", () => {
  it.effect("maps are merged, all else is replaced, the later base wins", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(
        "extends: [base.yaml, more/other.yaml]\nexperiment: top\ntrain: { batch: { microTokens: 99 } }\n",
        {
          "base.yaml": `${minimal}seeds: [1, 2]\ndescription: base\n`,
          "more/other.yaml": "seeds: [3]\ntrain: { steps: 20 }\n"
        }
      )
      assert.strictEqual(spec.experiment, "top")
      assert.deepStrictEqual(spec.seeds, [3])
      assert.strictEqual(spec.description, "base")
      assert.deepStrictEqual([spec.train.steps, spec.train.batch.sequences, spec.train.batch.microTokens], [20, 8, 99])
    })
  )
  it.effect("bases may share a base, and null takes away what a base gives", () =>
    Effect.gen(function* () {
      const others: Record<string, string> = { "d0.yaml": `${minimal}teacher: { model: tiny/teacher }\n` }
      for (let i = 1; i <= 30; i++) others[`d${i}.yaml`] = `extends: [d${i - 1}.yaml, d${i - 1}.yaml]\n`
      const { spec } = yield* loadText("extends: d30.yaml\nteacher: null\n", others)
      assert.isNull(spec.teacher)
    })
  )
  it("a problem is located in the file that has it", async () => {
    expect(
      await messageOf("extends: base/base.yaml\nscore: best\n", { "base/base.yaml": `${minimal}loss: { wieght: 1 }\n` })
    ).toMatchInlineSnapshot(`
      "spec.yaml:2:8  unknown-value  score: expected \`strict\`, \`lenient\`, \`first\` or \`forced\`, found \`best\`
        2 | score: best
          |        ^^^^ docs/spec.md#score

      base/base.yaml:5:9  unknown-key  loss.wieght: unexpected key \`wieght\`, expected \`distil\`, \`options\`, \`weight\`, \`temperature\` or \`reduce\`
        5 | loss: { wieght: 1 }
          |         ^^^^^^ Did you mean \`weight\`?  docs/spec.md#loss"
    `)
  })
  it("circles, missing files, wrong values", async () => {
    expect(
      await messageOf("extends: a.yaml\n", { "a.yaml": "extends: b/b.yaml\n", "b/b.yaml": "extends: ../spec.yaml\n" })
    ).toMatchInlineSnapshot(`
      "b/b.yaml:1:10  extends-cycle  extends: files extend each other in a circle: spec.yaml -> a.yaml -> b.yaml -> spec.yaml
        1 | extends: ../spec.yaml
          |          ^^^^^^^^^^^^ Remove one \`extends\`.  docs/spec.md#extends"
    `)
    expect(await messageOf("extends: spec.yaml\n")).toContain("spec.yaml -> spec.yaml")
    expect(await messageOf(`extends: [nowhere.yaml]\n${minimal}`)).toMatchInlineSnapshot(`
      "spec.yaml:1:11  missing-file  extends: \`nowhere.yaml\`: no such file
        1 | extends: [nowhere.yaml]
          |           ^^^^^^^^^^^^ Check the path.  docs/spec.md#extends"
    `)
    expect(await codesOf(`extends: { a: 1 }\n${minimal}`)).toEqual(["1:10 bad-extends"])
    expect(await codesOf(`extends: "\${env-public:HOME}/x.yaml"\n${minimal}`)).toEqual(["1:10 bad-extends"])
  })
  it("a long chain ends", async () => {
    const others: Record<string, string> = {}
    for (let i = 0; i < 80; i++) others[`c${i}.yaml`] = `extends: c${i + 1}.yaml\n`
    expect((await codesOf("extends: c0.yaml\n", others))[0]).toBe("1:10 bad-extends")
  })
})

describe("anchors and x- keys", () => {
  it.effect("anchors, merge keys and holders of anchors", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(`x-train: &train { steps: 5, learningRate: 1e-3 }
x-batch: &batch { batch: { sequences: 4 }, steps: 9 }
experiment: anchors
student: &model { model: tiny/base }
teacher: *model
data: { source: chain-arithmetic, train: 60, validation: 30 }
train: { <<: [*train, *batch], logEverySteps: 3 }
`)
      assert.deepStrictEqual([spec.train.steps, spec.train.batch.sequences, spec.train.logEverySteps], [5, 4, 3])
      assert.deepStrictEqual(spec.teacher, spec.student)
    })
  )
  it("what is wrong inside an anchor is shown there", async () => {
    expect(
      await messageOf(`x-batch: &batch { sequences: 0 }\n${minimal.replace("{ sequences: 8 }", "*batch")}`)
    ).toMatchInlineSnapshot(`
      "spec.yaml:1:30  out-of-range  train.batch.sequences: expected a number greater than 0, found \`0\`
        1 | x-batch: &batch { sequences: 0 }
          |                              ^ docs/spec.md#train"
    `)
    expect(await messageOf(`${minimal}x-a: &first 1\nx-b: *frist\n`)).toMatchInlineSnapshot(`
      "spec.yaml:6:6  yaml-syntax  x-b: no anchor \`&frist\` stands before this alias
        6 | x-b: *frist
          |      ^^^^^^ Did you mean \`first\`?"
    `)
    expect(await codesOf(`${minimal}x-a: { <<: 3 }\n`)).toEqual(["5:8 wrong-type"])
  })
})

describe("references", () => {
  it.effect("whole values of any kind, text inside text, and after overrides", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(
        `${minimal}x-list: [7, 8]\nseeds: \${x-list}\ndescription: "$\${x} \${experiment}-\${train.steps}"\nevaluate: [{ benchmark: b, items: "\${data.train}", thoughtTokens: "\${seeds.1}" }]\n`,
        {},
        ["train.steps=33"]
      )
      assert.deepStrictEqual(spec.seeds, [7, 8])
      assert.strictEqual(spec.description, "${x} minimal-33")
      assert.strictEqual(spec.evaluate[0]!.items, 60)
      assert.deepStrictEqual(spec.evaluate[0]!.thoughtTokens, [8])
    })
  )
  it.effect("a base's reference sees the composed spec", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText("extends: base.yaml\nexperiment: top\n", {
        "base.yaml": `${minimal}description: "\${experiment}"\n`
      })
      assert.strictEqual(spec.description, "top")
    })
  )
  it("circles, unknown fields, maps inside text, open braces", async () => {
    expect(
      await messageOf(`${minimal}x-a: \${x-b}\nx-b: \${x-a}\ntracking: { experimentName: "\${tracking}" }\n`)
    ).toMatchInlineSnapshot(`
      "spec.yaml:6:6  reference-cycle  x-b: \`\${x-a}\` refers back to itself
        6 | x-b: \${x-a}
          |      ^^^^^^ Write one of the values out.

      spec.yaml:7:29  reference-cycle  tracking.experimentName: \`\${tracking}\` refers back to itself
        7 | tracking: { experimentName: "\${tracking}" }
          |                             ^^^^^^^^^^^^^ Write one of the values out.  docs/spec.md#tracking"
    `)
    expect(await messageOf(`${minimal}description: \${trian.steps}\nscore: \${loss.weight}\n`)).toMatchInlineSnapshot(`
      "spec.yaml:5:14  unknown-reference  description: \`trian.steps\` is not written in this spec
        5 | description: \${trian.steps}
          |              ^^^^^^^^^^^^^^ Did you mean \`train.steps\`?  docs/spec.md#description

      spec.yaml:6:8  unknown-reference  score: \`loss.weight\` is not written in this spec
        6 | score: \${loss.weight}
          |        ^^^^^^^^^^^^^^ References see written fields, not defaults.  docs/spec.md#score"
    `)
    expect(await codesOf(`${minimal}description: "a \${train}"\nengine: "\${"\nscore: "\${a b}"\n`)).toEqual([
      "5:14 bad-reference",
      "6:9 bad-reference",
      "7:8 bad-reference"
    ])
  })
})

describe("--set", () => {
  it.effect("values are YAML; a later one wins; lists by index; axes by their dotted name", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(
        `${minimal}evaluate: [{ benchmark: b, items: 9, thoughtTokens: 3 }]\ngrid: [{ product: { train.steps: [1, 2] } }]\n`,
        {},
        [
          "train.steps=20",
          "train.steps=30",
          "evaluate.0.items=5",
          "seeds=[4, 5]",
          "grid.0.product.train.steps=[7]",
          "grid.0.product.data.seed=[1]",
          "tracking.experimentName=a=b",
          "teacher={ model: x }",
          "evaluate.1={ benchmark: c, items: 1, thoughtTokens: [1, 2] }"
        ]
      )
      assert.strictEqual(spec.train.steps, 30)
      assert.deepStrictEqual(
        spec.evaluate.map(({ items }) => items),
        [5, 1]
      )
      assert.deepStrictEqual(spec.seeds, [4, 5])
      assert.deepStrictEqual(spec.grid[0]!.product, { "train.steps": [7], "data.seed": [1] })
      assert.strictEqual(spec.tracking.experimentName, "a=b")
    })
  )
  it("problems are located on the command line", async () => {
    expect(
      await messageOf(minimal, {}, [
        "train.stpes=20",
        "train.steps=none",
        "seeds=[1",
        "nonsense",
        "=3",
        "a..b=1",
        "extends=x.yaml"
      ])
    ).toMatchInlineSnapshot(`
      "--set:1:1  bad-override  expected \`path=value\`
        1 | nonsense
          | ^^^^^^^^ For example \`--set train.steps=100\`.

      --set:1:1  bad-override  expected \`path=value\`
        1 | =3
          | ^^ For example \`--set train.steps=100\`.

      --set:1:1  bad-override  expected field names joined by dots
        1 | a..b=1
          | ^^^^ For example \`--set train.steps=100\`.

      --set:1:1  bad-override  \`extends\` cannot be set
        1 | extends=x.yaml
          | ^^^^^^^ Write a file that extends both.

      --set:1:1  unknown-key  train.stpes: unexpected key \`stpes\`, expected one of \`epochs\`, \`steps\`, \`budget\`, \`learningRate\`, \`schedule\`, \`optimiser\`, \`batch\`, \`replay\`, \`select\`, \`validateEverySteps\`, \`resumeEverySteps\`, \`logEverySteps\`, \`allowSparse\`
        1 | train.stpes=20
          | ^^^^^^^^^^^ Did you mean \`steps\`?  docs/spec.md#train

      --set:1:9  yaml-syntax  flow sequence must end with a ]
        1 | seeds=[1
          |         ^

      --set:1:13  wrong-type  train.steps: expected a whole number or null, found \`none\`
        1 | train.steps=none
          |             ^^^^ docs/spec.md#train"
    `)
    expect(await codesOf(`${minimal}evaluate: []\n`, {}, ["evaluate.7={}", "train.steps.deep=1"])).toEqual([
      "1:1 bad-override",
      "1:1 wrong-type"
    ])
  })
})

describe("fields that exclude each other", () => {
  const base = `${minimal.replace("steps: 10", "epochs: 2").replace("{ model: tiny/base }", '{ model: "hf:a/b", revision: abc }')}`
  it.effect("what is set from above replaces the other way", () =>
    Effect.gen(function* () {
      const over = yield* loadText(
        "extends: base.yaml\nstudent: { init: { hidden_size: 8 }, seed: 1, tokenizer: t }\ntrain: { steps: 5 }\n",
        { "base.yaml": base }
      )
      assert.deepStrictEqual(over.spec.student, { init: { hidden_size: 8 }, seed: 1, tokenizer: "t" })
      assert.deepStrictEqual([over.spec.train.epochs, over.spec.train.steps], [null, 5])
      const other = yield* loadText("extends: base.yaml\nstudent: { model: tiny/base }\n", { "base.yaml": base })
      assert.deepStrictEqual(other.spec.student, { model: "tiny/base", revision: null })
      const same = yield* loadText("extends: base.yaml\nstudent: { revision: def }\n", { "base.yaml": base })
      assert.deepStrictEqual(same.spec.student, { model: "hf:a/b", revision: "def" })
    })
  )
  it.effect("also on the command line", () =>
    Effect.gen(function* () {
      const { spec } = yield* loadText(base, {}, ["train.steps=7", "student.model=tiny/base"])
      assert.deepStrictEqual(
        [spec.train.epochs, spec.train.steps, spec.student],
        [null, 7, { model: "tiny/base", revision: null }]
      )
      const null_ = yield* loadText(base, {}, ["train.steps=null"])
      assert.strictEqual(null_.spec.train.epochs, 2)
    })
  )
  it("within one file both is an error", async () => {
    expect(await codesOf(`extends: base.yaml\ntrain: { steps: 5, epochs: 1 }\n`, { "base.yaml": base })).toEqual([
      "2:17 conflict"
    ])
  })
})
