/** The grid against a plain enumeration: every point of random small grids, with random conditions. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { minimal } from "../spec/files.ts"
import { gridOf } from "./specs.ts"

const Small = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 }))
const Values = Schema.Array(Small).check(Schema.isMinLength(1), Schema.isMaxLength(4))
const Case = Schema.Struct({
  steps: Values,
  train: Values,
  zipped: Values,
  excludeSteps: Small,
  excludeTrain: Small,
  onlyBelow: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 5 })),
  whenTrain: Small
})

describe("expandGrid", () => {
  it.effect.prop(
    "is what a plain enumeration gives",
    [Case],
    ([c]) =>
      Effect.gen(function* () {
        const zippedRatio = c.zipped.map((value) => value / 4)
        const text = `${minimal}grid:
  - product: { train.steps: [${c.steps}], data.train: [${c.train}], data.seed: [7, 8] }
    zip: { sequence.truncate.ratio: [${zippedRatio}], train.logEverySteps: [${c.zipped}] }
    exclude: [{ train.steps: ${c.excludeSteps}, data.train: { not: ${c.excludeTrain} } }]
    only: [{ data.train: { lt: ${c.onlyBelow} } }]
    when: { data.seed: { data.train: ${c.whenTrain} } }
`
        const expected = new Set<string>()
        for (const steps of c.steps)
          for (const train of c.train)
            for (const seed of train === c.whenTrain ? [7, 8] : [0])
              for (const zipped of c.zipped) {
                if (steps === c.excludeSteps && train !== c.excludeTrain) continue
                if (train < c.onlyBelow) expected.add(JSON.stringify([steps, train, seed, zipped / 4, zipped]))
              }
        const found = yield* Effect.match(gridOf(text), {
          onFailure: (error) =>
            error.issues.map((issue) => issue.code).join() === "empty-grid" ? [] : [error.message],
          onSuccess: ({ cells }) =>
            cells.map(({ settings: { data, sequence, train } }) =>
              JSON.stringify([train.steps, data.train, data.seed, Number(sequence.truncate.ratio), train.logEverySteps])
            )
        })
        assert.deepStrictEqual(found, [...expected])
      }),
    { arbitrary: { runs: 60 } }
  )
})
