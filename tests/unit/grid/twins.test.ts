/** The controls that selectors get beside them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { gridOf, namesOf } from "./specs.ts"
import { minimal } from "../spec/files.ts"

const selector = "sequence: { selector: { name: ramp } }\n"
const grid = "grid: [{ product: { sequence.truncate.ratio: [0.5, 1.0] } }]\n"

describe("twins of selectors", () => {
  it("are controls after all cells, and say what they are", async () => {
    assert.deepStrictEqual(await namesOf(grid, `${minimal}${selector}`),
      ["ratio=0.5", "ratio=1", "twin of ratio=0.5 (control)", "twin of ratio=1 (control)"])
    assert.deepStrictEqual(await namesOf("", `${minimal}${selector}`), ["all", "twin of all (control)"])
  })
  it("are left away where the spec wants none, or nothing is selected", async () => {
    assert.deepStrictEqual(await namesOf(grid, `${minimal}sequence: { selector: { name: ramp, twin: false } }\n`), ["ratio=0.5", "ratio=1"])
    assert.deepStrictEqual(await namesOf(
      "grid: [{ product: { sequence.selector: [null, { name: ramp }, { name: random, options: { share: 0.5 }, twin: false }] } }]\n"),
      ["all", "selector=ramp", "selector=random, share 0.5", "twin of selector=ramp (control)"])
  })
  it.effect("are compared with what their cell is compared with, and are nobody's baseline and in no claim", () => Effect.gen(function*() {
    const { cells, claims } = yield* gridOf(`${minimal}${selector}${grid}evaluate: [{ benchmark: arithmetic, items: 10, thoughtTokens: 5 }]
baseline: { matched: { sequence.truncate.ratio: 1.0 } }
claims: { half: { retention: ">= 0.9", at: { sequence.truncate.ratio: 0.5 } } }
`)
    assert.deepStrictEqual(cells.map(({ baselines, role, twinOf }) => [role, twinOf, baselines.matched]),
      [["cell", null, 1], ["cell", null, 1], ["control", 0, 1], ["control", 1, 1]])
    assert.deepStrictEqual(claims[0]!.cells, [0])
    assert.deepStrictEqual(cells[2]!.settings, cells[0]!.settings)
  }))
})
