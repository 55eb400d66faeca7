import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { issueInCell } from "../../../framework/plan/grid/expand-grid.ts"
import { loadText, minimal } from "../spec/files.ts"
import { gridOf, namesOf, refusalOf, withTeacher } from "./specs.ts"

describe("blocks", () => {
  it("no grid is one cell", async () => {
    expect(await namesOf("")).toEqual(["all"])
    expect(await namesOf("grid: []\n")).toEqual(["all"])
    expect(await namesOf("grid: [{}]\n")).toEqual(["all"])
  })
  it("product crosses, the last axis turns fastest", async () => {
    expect(
      await namesOf(
        "grid:\n  - product:\n      sequence.truncate.ratio: [0.50, 1.0]\n      sequence.supervise: [[cot], [answer, prompt]]\n"
      )
    ).toEqual([
      "ratio=0.5 supervise=cot",
      "ratio=0.5 supervise=prompt+answer",
      "ratio=1 supervise=cot",
      "ratio=1 supervise=prompt+answer"
    ])
  })
  it("zip pairs, and is crossed with product", async () => {
    expect(
      await namesOf(
        "grid:\n  - product: { data.seed: [0, 1] }\n    zip: { train.steps: [10, 20], train.learningRate: [1e-3, 2e-3] }\n"
      )
    ).toEqual(
      [
        "data.seed=0 steps=10 learningRate=0.001",
        "data.seed=0 steps=20 learningRate=0.002",
        "data.seed=1 steps=10 learningRate=0.001",
        "data.seed=1 steps=20 learningRate=0.002"
      ].map((name) => name.replace("data.seed", "seed"))
    )
  })
  it("blocks are united; an axis of one block is the spec's own value in another", async () => {
    expect(
      await namesOf(
        "grid:\n  - product: { train.steps: [10, 20] }\n  - product: { data.train: [60, 30] }\n    role: control\n"
      )
    ).toEqual(["steps=10", "steps=20", "train=30 (control)"])
  })
  it.effect("equal points are one cell, and are counted", () =>
    Effect.gen(function* () {
      const grid = yield* gridOf(
        `${minimal}grid:\n  - product: { sequence.truncate.ratio: [0.5, 0.50, 5e-1] }\n    role: control\n  - product: { sequence.supervise: [[cot, prompt], [prompt, cot]] }\n  - product: { sequence.truncate.ratio: [0.5] }\n`
      )
      assert.deepStrictEqual(
        grid.cells.map(({ name, role }) => `${name} ${role}`),
        ["ratio=0.5 supervise=prompt+cot+answer cell", "ratio=1 supervise=prompt+cot cell"]
      )
      assert.deepStrictEqual(grid.duplicates, [
        { block: 0, sameAs: 0 },
        { block: 0, sameAs: 0 },
        { block: 1, sameAs: 1 },
        { block: 2, sameAs: 0 }
      ])
      assert.strictEqual(grid.numPoints, 6)
    })
  )
  it.effect("cells carry settings, axes and shared sections", () =>
    Effect.gen(function* () {
      const { axes, cells } = yield* gridOf(
        `${withTeacher}grid:\n  - product:\n      sequence.truncate.ratio: [0.29, 1.0]\n      loss.options: [{ beta: 0.5 }, {}]\n      student: [{ model: ./folder }, { model: tiny/base }]\n`
      )
      assert.strictEqual(cells.length, 8)
      assert.strictEqual(cells[0]!.settings.sequence.truncate.ratio as string, "0.29")
      assert.deepStrictEqual(cells[0]!.axes, {
        "sequence.truncate.ratio": 0.29,
        "loss.options": { beta: 0.5 },
        student: { model: "./folder" }
      })
      assert.strictEqual(cells[0]!.name, "ratio=0.29 options=0.5 student=./folder")
      assert.strictEqual(cells[0]!.settings.sequence, cells[3]!.settings.sequence)
      assert.strictEqual(cells[0]!.settings.train, cells[7]!.settings.train)
      assert.strictEqual(cells[0]!.settings.loss, cells[5]!.settings.loss)
      assert.deepStrictEqual(
        axes.map(({ name, values }) => [name, values.length]),
        [
          ["ratio", 2],
          ["options", 2],
          ["student", 2]
        ]
      )
    })
  )
  it("names stay apart", async () => {
    expect(
      await namesOf("grid:\n  - product: { teacher.model: [a/x], student.model: [b/y, b/z] }\n", withTeacher)
    ).toEqual(["teacher.model=a/x student.model=b/y", "teacher.model=a/x student.model=b/z"])
    const long = "x".repeat(60)
    expect(
      await namesOf(`grid:\n  - product: { loss.options: [{ a: ${long}1 }, { a: ${long}2 }] }\n`, withTeacher)
    ).toEqual([`options=${"x".repeat(47)}…`, `options=${"x".repeat(47)}… #1`])
  })
  it("null takes an optional field away", async () => {
    expect(
      await namesOf(
        "grid:\n  - zip: { teacher: [null, { model: tiny/teacher }], loss.distil: [null, tvd] }\n",
        withTeacher
      )
    ).toEqual(["teacher=none distil=none", "teacher=tiny/teacher distil=tvd"])
  })
})

describe("fields that exclude each other", () => {
  it.effect("an axis on one replaces the other, whatever else is varied", () =>
    Effect.gen(function* () {
      for (const more of ["", ", train.batch: [{ sequences: 4 }]"]) {
        const { cells } = yield* gridOf(
          `${minimal}grid:\n  - product: { train.epochs: [1, 2]${more} }\n  - zip: { train.epochs: [3, null], train.steps: [null, 4] }\n`
        )
        assert.deepStrictEqual(
          cells.map(({ settings }) => [settings.train.epochs, settings.train.steps]),
          [
            [1, null],
            [2, null],
            [3, null],
            [null, 4]
          ]
        )
      }
      const { cells } = yield* gridOf(
        `${minimal}grid:\n  - product: { student.train: [a.yaml] }\n  - zip: { student.revision: [a, null], student.model: ["hf:x/y", tiny/base] }\n`
      )
      assert.deepStrictEqual(
        cells.map(({ settings }) =>
          "model" in settings.student
            ? [settings.student.model, settings.student.revision]
            : Object.keys(settings.student)
        ),
        [["train"], ["hf:x/y", "a"], ["tiny/base", null]]
      )
    })
  )
})

describe("conditions", () => {
  const product =
    "grid:\n  - product:\n      sequence.truncate.ratio: [0.1, 0.5, 1.0]\n      sequence.supervise: [[cot], [cot, answer]]\n"
  it("exclude: any of them; within one, all", async () => {
    expect(
      await namesOf(
        `${product}    exclude:\n      - { sequence.truncate.ratio: 0.10, sequence.supervise: [cot] }\n      - { sequence.truncate.ratio: { gt: 0.5 } }\n`
      )
    ).toEqual(["ratio=0.1 supervise=cot+answer", "ratio=0.5 supervise=cot", "ratio=0.5 supervise=cot+answer"])
  })
  it("only, lists of values, and not", async () => {
    expect(
      await namesOf(
        `${product}    only: [{ sequence.truncate.ratio: [0.5, 1] }]\n    exclude: [{ sequence.supervise: { not: [answer, cot] } }]\n`
      )
    ).toEqual(["ratio=0.5 supervise=cot+answer", "ratio=1 supervise=cot+answer"])
    expect(await namesOf(`${product}    only: [{ sequence.truncate.ratio: { gte: 0.1, lt: 1, not: 0.5 } }]\n`)).toEqual(
      ["ratio=0.1 supervise=cot", "ratio=0.1 supervise=cot+answer"]
    )
    expect(
      await namesOf(
        `${product}    only: [{ sequence.supervise: [[cot], [prompt]], sequence.truncate.ratio: { not: { lte: 0.5 } } }]\n`
      )
    ).toEqual(["ratio=1 supervise=cot"])
  })
  it("fields that no axis sets count too", async () => {
    expect(
      await namesOf(`${product}    exclude: [{ train.steps: 11 }]\n    only: [{ train.steps: 10 }]\n`)
    ).toHaveLength(6)
  })
  it("an excluded point need not decode", async () => {
    expect(
      await namesOf(
        "grid:\n  - product: { teacherStore.mode: [full, topk], teacherStore.k: [null, 8] }\n    exclude:\n      - { teacherStore.mode: full, teacherStore.k: 8 }\n      - { teacherStore.mode: topk, teacherStore.k: null }\n"
      )
    ).toEqual(["mode=full", "mode=topk k=8"])
  })
  it("when: an axis applies only where it means something", async () => {
    const grid =
      "grid:\n  - product:\n      loss.distil: [forward-kl, js, tvd]\n      loss.options.beta: [0.1, 0.5]\n    when:\n      loss.options.beta: { loss.distil: js }\n"
    expect(await namesOf(grid, withTeacher)).toEqual([
      "distil=forward-kl",
      "distil=js beta=0.1",
      "distil=js beta=0.5",
      "distil=tvd"
    ])
  })
  it("when: chains, and zipped axes", async () => {
    expect(
      await namesOf(
        "grid:\n  - product:\n      loss.options.gamma: [1, 2]\n      loss.options.beta: [0.1, 0.5]\n      loss.distil: [js, tvd]\n    when:\n      loss.options.gamma: { loss.options.beta: 0.5 }\n      loss.options.beta: { loss.distil: js }\n",
        withTeacher
      )
    ).toEqual(["beta=0.1 distil=js", "distil=tvd", "gamma=1 beta=0.5 distil=js", "gamma=2 beta=0.5 distil=js"])
    expect(
      await namesOf(
        "grid:\n  - zip: { loss.distil: [js, tvd], loss.options.beta: [0.1, 0.2] }\n    when: { loss.options.beta: { loss.distil: js } }\n",
        withTeacher
      )
    ).toEqual(["distil=js beta=0.1", "distil=tvd"])
  })
})

describe("refusals of grids", () => {
  it("axes: unknown, not allowed, empty, twice, of other lengths", async () => {
    expect(
      await refusalOf(
        "grid:\n  - product:\n      sequence.ratio: [0.5]\n      seeds: [1, 2]\n      train.steps: []\n      data.seed: [1]\n    zip:\n      data.seed: [1, 2]\n      loss.temperature: [1, 2, 3]\n"
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:7:7  unknown-axis  grid[0].product["sequence.ratio"]: \`sequence.ratio\` is no field of a spec
        7 |       sequence.ratio: [0.5]
          |       ^^^^^^^^^^^^^^ Did you mean \`sequence.truncate.ratio\`?  docs/spec.md#grid

      spec.yaml:8:7  axis-not-allowed  grid[0].product.seeds: \`seeds\` is equal for all cells and cannot be an axis
        8 |       seeds: [1, 2]
          |       ^^^^^ List the seeds in \`seeds\`: each cell is trained once for each.  docs/spec.md#grid

      spec.yaml:9:20  empty-axis  grid[0].product["train.steps"]: expected at least one value, found an empty list
        9 |       train.steps: []
          |                    ^^ Give values, or remove the axis.  docs/spec.md#grid

      spec.yaml:12:7  axis-twice  grid[0].zip["data.seed"]: two axes of this block set \`data.seed\`
        12 |       data.seed: [1, 2]
           |       ^^^^^^^^^ Keep one of them, or make two blocks.  docs/spec.md#grid

      spec.yaml:13:25  zip-lengths  grid[0].zip["loss.temperature"]: zipped axes have equal lengths: \`loss.temperature\` has 3, \`data.seed\` has 2
        13 |       loss.temperature: [1, 2, 3]
           |                         ^^^^^^^^^ Give each the same number of values, or use \`product\`.  docs/spec.md#grid"
    `)
    expect(
      await refusalOf("grid: [{ product: { loss: [{ weight: 0 }], loss.weight: [0] } }]\n")
    ).toMatchInlineSnapshot(`
      "spec.yaml:5:44  axis-twice  grid[0].product["loss.weight"]: this axis and \`loss\` set the same field
        5 | grid: [{ product: { loss: [{ weight: 0 }], loss.weight: [0] } }]
          |                                            ^^^^^^^^^^^ Keep one of them, or make two blocks.  docs/spec.md#grid"
    `)
  })
  it("values are decoded as the field is", async () => {
    expect(
      await refusalOf(
        "grid:\n  - product:\n      sequence.truncate.ratio: [0.5, 1.5]\n      loss.reduce: [token-mean, mean]\n      sequence.truncate: [{ ratoi: 1 }]\n"
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:7:38  out-of-range  grid[0].product["sequence.truncate.ratio"][1]: expected a decimal number above 0 and at most 1, found \`1.5\`
        7 |       sequence.truncate.ratio: [0.5, 1.5]
          |                                      ^^^ docs/spec.md#grid

      spec.yaml:8:33  unknown-value  grid[0].product["loss.reduce"][1]: expected \`token-mean\`, \`sequence-mean\` or \`fixed\`, found \`mean\`
        8 |       loss.reduce: [token-mean, mean]
          |                                 ^^^^ docs/spec.md#grid

      spec.yaml:9:29  unknown-key  grid[0].product["sequence.truncate"][0].ratoi: unexpected key \`ratoi\`, expected \`keep\`, \`ratio\`, \`options\` or \`grow\`
        9 |       sequence.truncate: [{ ratoi: 1 }]
          |                             ^^^^^ Did you mean \`ratio\`?  docs/spec.md#grid"
    `)
  })
  it("a combination that cannot be is located at the values that make it", async () => {
    expect(
      await refusalOf("grid:\n  - product: { loss.distil: [forward-kl], loss.weight: [0, 0.5] }\n")
    ).toMatchInlineSnapshot(`
      "spec.yaml:6:30  conflict  loss.distil: the distillation loss \`forward-kl\` needs a teacher
        6 |   - product: { loss.distil: [forward-kl], loss.weight: [0, 0.5] }
          |                              ^^^^^^^^^^ Name one in \`teacher\`, or set \`loss.weight\` to 0.  docs/spec.md#loss"
    `)
    expect(await refusalOf("grid:\n  - product: { teacherStore.mode: [full, topk] }\n")).toMatchInlineSnapshot(`
      "spec.yaml:6:42  missing-key  teacherStore.k: mode \`topk\` needs \`k\`, the logits kept a position
        6 |   - product: { teacherStore.mode: [full, topk] }
          |                                          ^^^^ For example \`k: 64\`.  docs/spec.md#teacherstore"
    `)
    expect(await refusalOf("grid:\n  - product: { train.epochs: [1, 2], train.steps: [3] }\n")).toContain(
      "expected one budget"
    )
  })
  it("conditions", async () => {
    expect(
      await refusalOf(`grid:
  - product: { sequence.truncate.ratio: [0.5, 1], loss.options.beta: [1] }
    exclude:
      - { sequence.truncate.ratoi: 0.5 }
      - { sequence.truncate.ratio: { gth: 0.5 } }
      - { sequence.truncate.ratio: { gt: half } }
      - { loss.reduce: { lt: 3 } }
      - { sequence.truncate.ratio: [] }
      - { sequence.truncate.ratio: 2 }
      - { sequence.truncate: { ratio: 1 } }
      - { seeds: 1 }
    when:
      loss.options.beta: { loss.options.beta: 1 }
      loss.options.alpha: { loss.distil: js }
`)
    ).toMatchInlineSnapshot(`
  "spec.yaml:8:11  unknown-axis  grid[0].exclude[0]["sequence.truncate.ratoi"]: \`sequence.truncate.ratoi\` is no field of a spec
    8 |       - { sequence.truncate.ratoi: 0.5 }
      |           ^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`sequence.truncate.ratio\`?  docs/spec.md#grid

  spec.yaml:9:36  bad-condition  grid[0].exclude[1]["sequence.truncate.ratio"]: expected a value, a list of values, or a map of \`gt\`, \`gte\`, \`lt\`, \`lte\` and \`not\`
    9 |       - { sequence.truncate.ratio: { gth: 0.5 } }
      |                                    ^^^^^^^^^^^^ docs/spec.md#grid

  spec.yaml:10:42  bad-condition  grid[0].exclude[2]["sequence.truncate.ratio"].gt: expected a number after \`gt\`
    10 |       - { sequence.truncate.ratio: { gt: half } }
       |                                          ^^^^ docs/spec.md#grid

  spec.yaml:11:30  bad-condition  grid[0].exclude[3]["loss.reduce"].lt: \`loss.reduce\` is not a number and cannot be compared by \`lt\`
    11 |       - { loss.reduce: { lt: 3 } }
       |                              ^ docs/spec.md#grid

  spec.yaml:12:36  bad-condition  grid[0].exclude[4]["sequence.truncate.ratio"]: an empty list of values matches nothing
    12 |       - { sequence.truncate.ratio: [] }
       |                                    ^^ docs/spec.md#grid

  spec.yaml:13:36  out-of-range  grid[0].exclude[5]["sequence.truncate.ratio"]: expected a decimal number above 0 and at most 1, found \`2\`
    13 |       - { sequence.truncate.ratio: 2 }
       |                                    ^ docs/spec.md#grid

  spec.yaml:14:11  bad-condition  grid[0].exclude[6]["sequence.truncate"]: \`sequence.truncate\` is changed in part by the axis \`sequence.truncate.ratio\`
    14 |       - { sequence.truncate: { ratio: 1 } }
       |           ^^^^^^^^^^^^^^^^^ Put the condition on \`sequence.truncate.ratio\`.  docs/spec.md#grid

  spec.yaml:15:11  axis-not-allowed  grid[0].exclude[7].seeds: \`seeds\` is equal for all cells and selects none
    15 |       - { seeds: 1 }
       |           ^^^^^ docs/spec.md#grid

  spec.yaml:17:7  bad-condition  grid[0].when["loss.options.beta"]: whether \`loss.options.beta\` applies hangs on itself
    17 |       loss.options.beta: { loss.options.beta: 1 }
       |       ^^^^^^^^^^^^^^^^^ docs/spec.md#grid

  spec.yaml:18:7  unknown-axis  grid[0].when["loss.options.alpha"]: \`loss.options.alpha\` is no axis of this block
    18 |       loss.options.alpha: { loss.distil: js }
       |       ^^^^^^^^^^^^^^^^^^ Its axes: sequence.truncate.ratio, loss.options.beta.  docs/spec.md#grid"
`)
  })
  it("nothing left", async () => {
    expect(
      await refusalOf("grid:\n  - product: { train.steps: [1, 2] }\n    only: [{ train.steps: { gt: 2 } }]\n")
    ).toMatchInlineSnapshot(`
      "spec.yaml:6:3  empty-grid  grid: nothing is left of the grid: its conditions take out all 2 points
        6 |   - product: { train.steps: [1, 2] }
          |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Loosen \`exclude\` or \`only\`.  docs/spec.md#grid"
    `)
  })
  it("ten million cells, at once, with the count", async () => {
    const start = performance.now()
    const list = `[${Array.from({ length: 1000 }, (_, i) => i + 1).join(", ")}]`
    expect(
      await refusalOf(
        `grid:\n  - product: { train.steps: [1, 2] }\n  - product:\n      train.steps: ${list}\n      data.seed: ${list}\n      data.train: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n`
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:7:5  grid-too-large  grid[1]: the grid has 10,000,002 points, 10,000,000 of them in this block; at most 1,000,000 are expanded
        7 |   - product:
          |     ^^^^^^^^ Cross fewer axes, or zip some of them. Points are counted before \`exclude\` and \`only\`.  docs/spec.md#grid"
    `)
    expect(performance.now() - start).toBeLessThan(3000)
    const huge = Array.from({ length: 40 }, (_, i) => `loss.options.o${i}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]`).join(", ")
    expect(await refusalOf(`grid: [{ product: { ${huge} } }]\n`)).toContain("about 10^40 points")
  })
  it("blocks of a wrong shape", async () => {
    expect(await refusalOf("grid: { product: {} }\n")).toMatchInlineSnapshot(`
      "spec.yaml:5:7  wrong-type  grid: expected a list, found a map
        5 | grid: { product: {} }
          |       ^^^^^^^^^^^^^^^ docs/spec.md#grid"
    `)
    expect(await refusalOf("grid:\n  - product: [1]\n  - zip: { train.steps: 3 }\n  - 4\n")).toMatchInlineSnapshot(`
      "spec.yaml:6:14  wrong-type  grid[0].product: expected a map, found a list
        6 |   - product: [1]
          |              ^^^ docs/spec.md#grid

      spec.yaml:7:25  wrong-type  grid[1].zip["train.steps"]: expected a list, found \`3\`
        7 |   - zip: { train.steps: 3 }
          |                         ^ docs/spec.md#grid

      spec.yaml:8:5  wrong-type  grid[2]: expected a map with \`product\`, \`zip\`, \`when\`, \`exclude\`, \`only\` and \`role\`, found \`4\`
        8 |   - 4
          |     ^ docs/spec.md#grid"
    `)
  })
})

describe("problems of one cell", () => {
  it.effect("are located at the axis value they come from", () =>
    Effect.gen(function* () {
      const loaded = yield* loadText(`${withTeacher}grid:\n  - product: { loss.distil: [forward-kl, forwrad-kl] }\n`)
      const { cells } = yield* gridOf(`${withTeacher}grid:\n  - product: { loss.distil: [forward-kl, forwrad-kl] }\n`)
      const issue = issueInCell(
        loaded,
        cells[1]!,
        "loss.distil",
        "unknown-plugin",
        "no loss is named `forwrad-kl`",
        "Did you mean `forward-kl`?"
      )
      expect(loaded.error([issue]).message).toMatchInlineSnapshot(`
      "spec.yaml:8:42  unknown-plugin  loss.distil: no loss is named \`forwrad-kl\`
        8 |   - product: { loss.distil: [forward-kl, forwrad-kl] }
          |                                          ^^^^^^^^^^ Did you mean \`forward-kl\`?  docs/spec.md#loss"
    `)
      assert.strictEqual(issueInCell(loaded, cells[1]!, "train.steps", "conflict", "x").line, 4)
    })
  )
})
