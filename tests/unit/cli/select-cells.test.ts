import { Effect, Exit } from "effect"
import { assert, describe, it } from "vitest"
import { wantedSteps } from "../../../framework/cli/select-cells.ts"
import type { Plan } from "../../../framework/plan/make-plan.ts"
import { recordedOrFresh } from "../../../framework/plan/same-plan.ts"
import { samplePlan } from "../tracking/sample-state.ts"

const recorded = samplePlan("sample")
const plan = { recorded, wanted: new Set(["all"]) } as unknown as Plan
const choose = (only: string | null) => Effect.runSync(Effect.exit(wantedSteps(plan, only)))
const chosen = (only: string): ReadonlyArray<string> => {
  const exit = choose(only)
  assert.isTrue(Exit.isSuccess(exit))
  return Exit.isSuccess(exit) ? [...exit.value].sort() : []
}
/** Trials of cells and of the baselines that they are compared with. */
const trialsOf = (...cells: ReadonlyArray<number>): ReadonlyArray<string> => [...new Set(cells.flatMap((index) => {
  const cell = recorded.cells[index]
  return [index, cell?.baselines.matched, cell?.baselines.reference].flatMap((one) => recorded.cells[one ?? -1]?.trials ?? [])
}).map(({ id }) => id))].sort()

describe("--only", () => {
  it("takes everything where nothing is chosen", () => {
    const exit = choose(null)
    assert.isTrue(Exit.isSuccess(exit) && exit.value === plan.wanted)
  })
  it("takes cells by number, and the baselines they are compared with", () => {
    assert.deepStrictEqual(chosen("0"), trialsOf(0))
    assert.deepStrictEqual(chosen("0,2"), trialsOf(0, 2))
  })
  it("takes cells by what their axes say, a list joined by plus signs", () => {
    const wanted = recorded.cells.filter(({ axes, status }) =>
      status !== "left-out" && String(axes["sequence.truncate.ratio"]) === "0.25" && (axes["sequence.supervise"] as Array<string>).join("+") === "cot")
    assert.isAbove(wanted.length, 0)
    assert.deepStrictEqual(chosen("ratio=0.25,supervise=cot"), trialsOf(...wanted.map(({ index }) => index)))
  })
  it("says which axes there are, and where nothing is like that", () => {
    assert.include(JSON.stringify(choose("ratoi=0.5")), "ratio=VALUE, supervise=VALUE")
    assert.include(JSON.stringify(choose("ratio=0.123")), "no cell of the plan")
  })
})

describe("recordedOrFresh", () => {
  it("keeps the recorded plan where predictions alone differ", () => {
    const step = { id: "s", kind: "train", label: "l", inputs: {}, predictedSeconds: 1 } as const
    const before = { ...recorded, steps: [step] }
    const after = { ...recorded, steps: [{ ...step, predictedSeconds: 2 }] }
    assert.strictEqual(recordedOrFresh(before, after), before)
    assert.strictEqual(recordedOrFresh({ ...before, description: "other words" }, after), after)
    assert.strictEqual(recordedOrFresh(null, after), after)
  })
})
