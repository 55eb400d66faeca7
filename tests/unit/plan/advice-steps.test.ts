/** The adviser's steps of a plan, and the data that a plan holds open. */
import { readdirSync, readlinkSync } from "node:fs"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { makePlan } from "../../../framework/plan/make-plan.ts"
import { load } from "../../../framework/spec/load.ts"
import { context, idsOf, planOf, specFile, specText } from "./plans.ts"

const grid = (lines: string) => `\n  - product:\n${lines.split("; ").map((line) => `      ${line}\n`).join("")}`.trimEnd()

describe("the adviser's steps", () => {
  it("are one for all cells of the same data, wanted, and first", async () => {
    const plan = await planOf({ grid: grid("sequence.truncate.ratio: [0.25, 0.5, 1.0]; sequence.supervise: [[cot], [prompt, cot]]"), seeds: "[1, 2]" })
    const [only, ...others] = plan.recorded.adviceSteps!
    assert.deepStrictEqual([others.length, only!.name], [0, ""])
    assert.deepStrictEqual([plan.steps[0]!.id, plan.steps[0]!.kind], [only!.step, "analyse"])
    assert.isTrue(plan.wanted.has(only!.step))
    assert.deepStrictEqual((await planOf()).recorded.adviceSteps, plan.recorded.adviceSteps)
  })

  it("are one for each of several data, named by what tells them apart; what is replayed makes no other", async () => {
    const { recorded } = await planOf({ grid: grid("data.options.style: [early, late]; sequence.truncate.ratio: [0.5, 1.0]") })
    assert.deepStrictEqual(recorded.adviceSteps!.map(({ name }) => name), ["style=early", "style=late"])
    const train = "{ steps: 4, learningRate: 1e-3, batch: { sequences: 4 }, replay: { share: 0.25, source: chain-arithmetic, options: { tier: easy }, count: 10 } }"
    const replayed = await planOf({ train, grid: grid("train.replay.count: [10, 20]") })
    assert.lengthOf(replayed.recorded.adviceSteps!, 1)
    assert.isAbove(idsOf(replayed, "train").length, 1)
  })

  it("do not make another plan, and make what the plan's own line says", async () => {
    const plan = await planOf({ data: "{ source: chain-arithmetic, options: { style: late }, train: 40, validation: 8 }" })
    const [step] = plan.steps
    assert.notInclude(JSON.stringify(step!.identity), "threads")
    const files = step!.work.kind === "analyse" ? await step!.work.advise(new AbortController().signal) : []
    const advice = JSON.parse(files.find(({ name }) => name === "advice.json")!.text) as { samples: number; recommendation: { ratio: string; matcher: string }; warnings: Array<{ code: string }> }
    assert.deepStrictEqual([advice.samples, advice.recommendation.ratio, advice.recommendation.matcher], [40, "1", "told"])
    assert.match(plan.recorded.data.advice![0]!, /ratio 1 keeps 90 %/u)
    assert.include(advice.warnings.map(({ code }) => code), "late-reasoning")
  })
})

/** Prepared data that this process has open. */
const openData = (): number => readdirSync("/proc/self/fd").filter((name) => {
  try {
    return readlinkSync(`/proc/self/fd/${name}`).endsWith("prepared.arrow")
  } catch {
    return false
  }
}).length

describe("prepared data", () => {
  it("are open as long as the plan's scope, whether the plan is made or refused", async () => {
    const before = openData()
    const file = specFile(specText({ grid: grid("data.seed: [7, 8]") }))
    const during = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      const plan = yield* makePlan(yield* load(file), context)
      const train = plan.steps.find(({ kind }) => kind === "train")!.work
      assert.isAbove(train.kind === "train" ? train.view().row(0).weights.length : 0, 1)
      return openData()
    })))
    assert.deepStrictEqual([during - before, openData() - before], [4, 0])
    const refused = specFile(specText({ loss: "{ distil: no-such-loss, weight: 0.5 }" }))
    await Effect.runPromise(Effect.scoped(Effect.flip(Effect.flatMap(load(refused), (loaded) => makePlan(loaded, context)))))
    assert.strictEqual(openData(), before)
  })
})
