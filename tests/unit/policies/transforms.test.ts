/** Transforms on whole data sets: what stays, what changes, and how much. */
import { assert, describe, it } from "@effect/vitest"
import type { TraceRecord, TransformPlugin } from "../../../framework/plugin/define.ts"
import { randomStream } from "../../../framework/sequence/random.ts"
import corruptDigits from "../../../plugins/transforms/corrupt-digits.ts"
import deleteSteps from "../../../plugins/transforms/delete-steps.ts"
import shuffleSteps from "../../../plugins/transforms/shuffle-steps.ts"
import { stepsOf } from "../../../plugins/parts/steps.ts"
import { decoded, tracesOf } from "./traces.ts"

const traces = tracesOf("early", 100)
const run = (plugin: TransformPlugin, written: unknown, of: ReadonlyArray<TraceRecord> = traces, seed = 0) => of.map((trace) =>
  plugin.transform(trace, { random: (purpose) => randomStream(seed, purpose, trace.id) }, decoded(plugin, written)))
const stepsIn = ({ cot }: TraceRecord) => stepsOf(cot, "paragraph").steps
const digits = (text: string) => [...text].filter((sign) => /\d/.test(sign)).length

describe("transforms", () => {
  it("leave prompt, answer, problem, tier and id; a derivation stays only where nothing before it changed", () => {
    for (const [plugin, written] of [[shuffleSteps, {}], [deleteSteps, {}], [corruptDigits, {}]] as const) {
      run(plugin, written).forEach((after, n) => {
        const before = traces[n]!
        const { cot, derivedAt, ...rest } = after
        const { cot: _, derivedAt: __, ...same } = before
        assert.deepStrictEqual(rest, same)
        assert.strictEqual(derivedAt, cot.startsWith(before.cot.slice(0, before.derivedAt!)) ? before.derivedAt : null)
      })
      assert.deepStrictEqual(run(plugin, written), run(plugin, written))
      assert.notDeepEqual(run(plugin, written, traces, 1), run(plugin, written))
    }
  })

  it("shuffle-steps keeps every step and most orders change", () => {
    const after = run(shuffleSteps, {})
    after.forEach((trace, n) => assert.deepStrictEqual([...stepsIn(trace)].sort(), [...stepsIn(traces[n]!)].sort()))
    assert.isAbove(after.filter(({ cot }, n) => cot !== traces[n]!.cot).length, 80)
  })

  it("delete-steps keeps the order of what stays, and the count is exact", () => {
    for (const share of [0.25, 0.5, 1]) {
      run(deleteSteps, { share }).forEach((trace, n) => {
        const [kept, all] = [stepsIn(trace), stepsIn(traces[n]!)]
        assert.strictEqual(kept.length, Math.max(1, all.length - Math.floor(share * all.length)))
        let from = 0
        for (const step of kept) {
          from = all.indexOf(step, from) + 1
          assert.isAbove(from, 0)
        }
      })
    }
  })

  it("corrupt-digits changes exactly the share, to other digits, and nothing else", () => {
    for (const share of [0.1, 0.5, 1]) {
      run(corruptDigits, { share }).forEach(({ cot }, n) => {
        const before = traces[n]!.cot
        const changed = [...cot].filter((sign, at) => sign !== before[at]).length
        assert.strictEqual(cot.replaceAll(/\d/g, "0"), before.replaceAll(/\d/g, "0"))
        assert.strictEqual(changed, Math.floor(share * digits(before) + 1e-9))
      })
    }
  })

  it("fewer corrupted digits are a part of more", () => {
    const [few, many] = [run(corruptDigits, { share: 0.2 }), run(corruptDigits, { share: 0.7 })]
    few.forEach(({ cot }, n) => [...cot].forEach((sign, at) => {
      if (sign !== traces[n]!.cot[at]) assert.strictEqual(many[n]!.cot[at], sign)
    }))
  })
})
