/** Selectors on whole data sets: counts that match, shares that nest. */
import { assert, describe, it } from "@effect/vitest"
import type { SelectorPlugin } from "../../../framework/plugin/define.ts"
import first from "../../../plugins/truncation/first.ts"
import divergence from "../../../plugins/selectors/divergence.ts"
import markerClass from "../../../plugins/selectors/marker-class.ts"
import random from "../../../plugins/selectors/random.ts"
import { decoded, sequenceOfTrace, tracesOf, viewOf } from "./traces.ts"

const sequences = tracesOf("free", 60).map(sequenceOfTrace)
const weightsOf = (plugin: SelectorPlugin, written: unknown, seed = 0, supervised: ReadonlyArray<"prompt" | "cot" | "answer"> = ["cot"]) => {
  const view = viewOf(sequences, first, {}, { seed, supervised, selection: { plugin, options: decoded(plugin, written), placement: "chosen" } })
  return sequences.map((_, n) => [...view.row(n).weights])
}
const targets = (weights: ReadonlyArray<number>): ReadonlyArray<number> => weights.flatMap((weight, t) => weight > 0 ? [t] : [])

describe("random", () => {
  for (const ratio of ["0.1", "0.29", "0.5", "1"]) {
    it(`likeRatio ${ratio} has as many targets in every row as truncation leaves, for every set of segments`, () => {
      for (const supervised of [["cot"], ["prompt", "cot"], ["answer"], ["prompt", "cot", "answer"]] as const) {
        const cut = viewOf(sequences, first, {}, { ratio, supervised })
        const drawn = weightsOf(random, { likeRatio: Number(ratio) }, 0, supervised)
        assert.deepStrictEqual(drawn.map((row) => targets(row).length), sequences.map((_, n) => targets([...cut.row(n).weights]).length))
      }
    })
  }

  it("a smaller share is a part of a larger one; another seed draws others", () => {
    const [small, large] = [weightsOf(random, { share: 0.2 }), weightsOf(random, { share: 0.6 })]
    small.forEach((row, n) => assert.isTrue(targets(row).every((t) => large[n]![t] === 1)))
    assert.notDeepEqual(weightsOf(random, { share: 0.2 }, 1), small)
  })

  it("refuses both options, and neither", () => {
    for (const written of [{}, { share: 0.5, likeRatio: 0.5 }, { share: 0 }, { share: 1.5 }]) assert.throws(() => decoded(random, written))
  })
})

describe("by measure", () => {
  it("takes the share of each row, highest first", () => {
    const view = viewOf(sequences, first, {}, {
      supervised: ["cot"],
      selection: {
        plugin: divergence, options: decoded(divergence, { share: 0.25 }), placement: "chosen",
        measures: (row) => {
          const measure_T = Float32Array.from(sequences[row]!.tokens_T, (_, t) => t) // later tokens have more
          return { teacherEntropy_T: measure_T, studentEntropy_T: measure_T, divergence_T: measure_T }
        }
      }
    })
    sequences.forEach(({ closerAt, openerAt }, n) => {
      const count = closerAt! - openerAt!
      const kept = Math.max(1, Math.floor(count / 4))
      assert.deepStrictEqual(targets([...view.row(n).weights]), Array.from({ length: kept }, (_, i) => closerAt! + 1 - kept + i))
    })
  })
})

describe("marker-class", () => {
  it("inside and outside are two halves of the targets", () => {
    const classes = ["deduction", "hesitation"]
    const [inside, outside] = [weightsOf(markerClass, { classes }), weightsOf(markerClass, { classes, inside: 0, outside: 1 })]
    inside.forEach((row, n) => row.forEach((weight, t) => assert.strictEqual(weight + outside[n]![t]!, t > sequences[n]!.openerAt! && t <= sequences[n]!.closerAt! ? 1 : 0)))
  })
  it("refuses a class that is none", () => {
    assert.throws(() => decoded(markerClass, { classes: ["doubt"] }))
    assert.throws(() => decoded(markerClass, { classes: [] }))
  })
})
