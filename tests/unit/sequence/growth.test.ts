import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { phaseOf, phaseRatios } from "../../../framework/sequence/growth.ts"
import { keptLength } from "../../../framework/plugin/kept-length.ts"

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

describe("phases of a growing prefix", () => {
  it("go from one ratio to the other in equal steps of decimals", () => {
    assert.deepStrictEqual(phaseRatios("0.25", { to: "1", phases: 4 }), ["0.25", "0.5", "0.75", "1"])
    assert.deepStrictEqual(phaseRatios("0.1", { to: "0.3", phases: 3 }), ["0.1", "0.2", "0.3"])
    assert.deepStrictEqual(phaseRatios("1", { to: "0.5", phases: 2 }), ["1", "0.5"])
    assert.deepStrictEqual(phaseRatios("0.5", { to: "1", phases: 4 }), ["0.5", "0.666666666667", "0.833333333334", "1"])
  })
  it.prop("keep as many tokens as the fraction itself", { from: within(1, 100), to: within(1, 100), phases: within(2, 12), length: within(1, 5000) }, (
    { from, to, phases, length }
  ) => {
    const ratios = phaseRatios((from / 100).toFixed(2).replace(/\.?0+$/u, ""), { to: (to / 100).toFixed(2).replace(/\.?0+$/u, ""), phases })
    for (const [phase, ratio] of ratios.entries()) {
      const exact = BigInt(length) * BigInt(from * (phases - 1) + (to - from) * phase) / BigInt(100 * (phases - 1))
      assert.strictEqual(keptLength(length, ratio), Math.max(1, Number(exact)))
    }
  })
  it.prop("have equal shares of the steps, in order", { steps: within(1, 500), phases: within(2, 12) }, ({ steps, phases }) => {
    const counts = Array<number>(phases).fill(0)
    let last = 0
    for (let step = 0; step < steps; step++) {
      const phase = phaseOf(step, steps, phases)
      assert.isTrue(phase >= last && phase < phases)
      last = phase
      counts[phase]!++
    }
    assert.isAtMost(Math.max(...counts) - Math.min(...counts), 1)
  })
})
