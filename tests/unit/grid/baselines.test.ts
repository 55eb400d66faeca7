import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { expect } from "vitest"
import { gridOf, refusalOf, withTeacher } from "./specs.ts"

const evaluated = `${withTeacher}evaluate: [{ benchmark: arithmetic, items: 10, thoughtTokens: 5 }]\n`
const grid = `grid:
  - product:
      sequence.truncate.ratio: [0.5, 1.0]
      sequence.supervise: [[cot], [prompt, cot, answer]]
`
const baseline = `baseline:
  matched: { sequence.truncate.ratio: 1.0 }
  reference: { sequence.truncate.ratio: 1.0, sequence.supervise: [answer, cot, prompt] }
`

describe("baselines", () => {
  it.effect("matched and reference resolve for each cell", () =>
    Effect.gen(function* () {
      const { cells } = yield* gridOf(`${evaluated}${grid}${baseline}`)
      assert.deepStrictEqual(
        cells.map((cell) => [cell.baselines.matched, cell.baselines.reference]),
        [
          [2, 3],
          [3, 3],
          [2, 3],
          [3, 3]
        ]
      )
    })
  )
  it.effect("without one there is none", () =>
    Effect.gen(function* () {
      const { cells } = yield* gridOf(`${evaluated}${grid}`)
      assert.deepStrictEqual(cells[0]!.baselines, { matched: null, reference: null })
    })
  )
  it.effect("an axis that applies only sometimes need not agree with a baseline that lacks it", () =>
    Effect.gen(function* () {
      const { cells } = yield* gridOf(`${withTeacher}grid:
  - product: { loss.distil: [forward-kl, js], loss.options.beta: [0.1, 0.5], train.steps: [10, 20] }
    when: { loss.options.beta: { loss.distil: js } }
baseline: { matched: { loss.distil: forward-kl } }
`)
      assert.deepStrictEqual(
        cells.map((cell) => `${cell.name} -> ${cells[cell.baselines.matched!]!.name}`),
        [
          "distil=forward-kl steps=10 -> distil=forward-kl steps=10",
          "distil=forward-kl steps=20 -> distil=forward-kl steps=20",
          "distil=js beta=0.1 steps=10 -> distil=forward-kl steps=10",
          "distil=js beta=0.1 steps=20 -> distil=forward-kl steps=20",
          "distil=js beta=0.5 steps=10 -> distil=forward-kl steps=10",
          "distil=js beta=0.5 steps=20 -> distil=forward-kl steps=20"
        ]
      )
    })
  )
  it("none", async () => {
    expect(
      await refusalOf(
        `${grid}  - product: { train.steps: [5], sequence.truncate.ratio: [0.5] }\n${baseline}`,
        evaluated
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:14:12  baseline-cells  baseline.matched: the cell \`ratio=0.5 supervise=prompt+cot+answer steps=5\` has 0 baselines, expected exactly 1
        14 |   matched: { sequence.truncate.ratio: 1.0 }
           |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Add the missing cells to the grid, or give their block \`role: control\`.  docs/spec.md#baseline

      spec.yaml:15:14  baseline-cells  baseline.reference: the cell \`ratio=0.5 supervise=prompt+cot+answer steps=5\` has 0 baselines, expected exactly 1
        15 |   reference: { sequence.truncate.ratio: 1.0, sequence.supervise: [answer, cot, prompt] }
           |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Add the missing cells to the grid, or give their block \`role: control\`.  docs/spec.md#baseline"
    `)
    expect(await refusalOf(`${grid}baseline: { matched: { train.steps: 11 } }\n`, evaluated)).toContain(
      "has 0 baselines, expected exactly 1 (and for 3 more cells)"
    )
  })
  it("two", async () => {
    expect(
      await refusalOf(`${grid}baseline: { matched: { sequence.truncate.ratio: { gt: 0.1 } } }\n`, evaluated)
    ).toMatchInlineSnapshot(`
      "spec.yaml:12:22  baseline-cells  baseline.matched: the cell \`ratio=0.5 supervise=cot\` has 2 baselines, \`ratio=0.5 supervise=cot\`, \`ratio=1 supervise=cot\`, expected exactly 1 (and for 3 more cells)
        12 | baseline: { matched: { sequence.truncate.ratio: { gt: 0.1 } } }
           |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Name the fields that tell them apart.  docs/spec.md#baseline"
    `)
  })
  it.effect("a control may lack one", () =>
    Effect.gen(function* () {
      const { cells } = yield* gridOf(
        `${evaluated}${grid}  - product: { train.steps: [5], sequence.truncate.ratio: [0.5] }\n    role: control\n${baseline}`
      )
      assert.deepStrictEqual(cells.at(-1)!.baselines, { matched: null, reference: null })
    })
  )
  it("conditions are typed", async () => {
    expect(
      await refusalOf("baseline: { matched: { sequence.truncate.ratoi: 1, train.steps: many } }\n", evaluated)
    ).toMatchInlineSnapshot(`
      "spec.yaml:8:24  unknown-axis  baseline.matched["sequence.truncate.ratoi"]: \`sequence.truncate.ratoi\` is no field of a spec
        8 | baseline: { matched: { sequence.truncate.ratoi: 1, train.steps: many } }
          |                        ^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`sequence.truncate.ratio\`?  docs/spec.md#baseline

      spec.yaml:8:65  wrong-type  baseline.matched["train.steps"]: expected a whole number or null, found \`many\`
        8 | baseline: { matched: { sequence.truncate.ratoi: 1, train.steps: many } }
          |                                                                 ^^^^ docs/spec.md#baseline"
    `)
  })
})

describe("claims", () => {
  it.effect("select cells, controls and baselines apart", () =>
    Effect.gen(function* () {
      const { claims } =
        yield* gridOf(`${evaluated}${grid}  - product: { loss.weight: [0], sequence.truncate.ratio: [0.5, 1.0] }\n    role: control\n${baseline}claims:
  half: { retention: ">= 0.90", at: { sequence.truncate.ratio: 0.5 } }
  reference: { retention: ">=.95", at: {}, against: reference, score: strict, assume: 0.98, evaluation: arithmetic }
`)
      assert.deepStrictEqual(claims, [
        {
          name: "half",
          against: "matched",
          rule: "first",
          evaluation: "arithmetic",
          assume: 1,
          threshold: 0.9,
          cells: [0, 1]
        },
        {
          name: "reference",
          against: "reference",
          rule: "strict",
          evaluation: "arithmetic",
          assume: 0.98,
          threshold: 0.95,
          cells: [0, 1, 2]
        }
      ])
    })
  )
  it.effect("select controls where they say so", () =>
    Effect.gen(function* () {
      const { cells, claims } =
        yield* gridOf(`${evaluated}${grid}  - product: { loss.weight: [0], sequence.truncate.ratio: [0.5, 1.0] }\n    role: control\n${baseline}claims:
  alone: { retention: ">= 0.90", at: { sequence.truncate.ratio: 0.5 }, role: control }
`)
      assert.deepStrictEqual(claims[0]?.cells.map((index) => cells[index]?.name), ["ratio=0.5 supervise=prompt+cot+answer weight=0"])
    })
  )
  it("refusals", async () => {
    expect(
      await refusalOf(
        `${grid}${baseline}claims:
  none: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.75 } }
  itself: { retention: ">= 0.9", at: { sequence.truncate.ratio: 1 } }
  elsewhere: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 }, evaluation: arithmetics }
`,
        evaluated
      )
    ).toMatchInlineSnapshot(`
  "spec.yaml:16:36  claim-cells  claims.none.at: no cell of the grid meets these conditions
    16 |   none: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.75 } }
       |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Rows of the other role are selected by \`role: control\`. \`leadspan plan\` lists them.  docs/spec.md#claims

  spec.yaml:17:38  claim-cells  claims.itself.at: every cell selected here is its own baseline
    17 |   itself: { retention: ">= 0.9", at: { sequence.truncate.ratio: 1 } }
       |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Select cells that differ from their baseline.  docs/spec.md#claims

  spec.yaml:18:87  unknown-evaluation  claims.elsewhere.evaluation: no evaluation is named \`arithmetics\`
    18 |   elsewhere: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 }, evaluation: arithmetics }
       |                                                                                       ^^^^^^^^^^^ The evaluations: arithmetic.  docs/spec.md#claims"
`)
    expect(
      await refusalOf(`${grid}claims:\n  c: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 } }\n`, evaluated)
    ).toMatchInlineSnapshot(`
      "spec.yaml:13:3  claim-cells  claims.c.against: the claim is against \`matched\`, which \`baseline\` does not declare
        13 |   c: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 } }
           |   ^ Add \`baseline.matched\`.  docs/spec.md#claims"
    `)
    expect(
      await refusalOf(
        `${grid}${baseline}claims:\n  c: { retention: "> 90%", at: { sequence.truncate.ratios: 0.5 } }\n`,
        evaluated
      )
    ).toMatchInlineSnapshot(`
      "spec.yaml:16:19  out-of-range  claims.c.retention: expected \`">= NUMBER"\`, e.g. \`">= 0.90"\`, found the text \`> 90%\`
        16 |   c: { retention: "> 90%", at: { sequence.truncate.ratios: 0.5 } }
           |                   ^^^^^^^ docs/spec.md#claims

      spec.yaml:16:34  unknown-axis  claims.c.at["sequence.truncate.ratios"]: \`sequence.truncate.ratios\` is no field of a spec
        16 |   c: { retention: "> 90%", at: { sequence.truncate.ratios: 0.5 } }
           |                                  ^^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`sequence.truncate.ratio\`?  docs/spec.md#claims"
    `)
  })
})
