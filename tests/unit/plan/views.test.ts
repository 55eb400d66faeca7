/** Truncations, conventions and selectors in a plan: what becomes of them in views, schedules, identities and predictions. */
import { assert, describe, it } from "vitest"
import { idsOf, planOf } from "./plans.ts"
import type { Step, TrainWork } from "../../../framework/plan/Step.ts"

type Given = Parameters<typeof planOf>
const trains = (steps: ReadonlyArray<Step>): ReadonlyArray<TrainWork> => steps.flatMap(({ work }) => work.kind === "train" ? [work] : [])
const trainOf = async (...given: Given): Promise<string> => idsOf(await planOf(...given), "train").join(" ")
const sequence = (text: string): Given => [{ sequence: text }]
const refusal = (...given: Given): Promise<string> => planOf(...given).then(() => "", (error: Error) => error.message)

const plain = "{ truncate: { ratio: 0.5 } }"
const whole = (more: string) => `{ truncate: { ratio: 1.0 }, supervise: [cot, answer], ${more} }`

describe("a truncation", () => {
  it("that takes no ratio refuses one, where it is written", async () => {
    const message = await refusal(...sequence("{ truncate: { keep: tokens, options: { tokens: 20 }, ratio: 0.5 } }"))
    assert.match(message, /sequence\.truncate\.ratio: `tokens` takes no ratio.*found ratio 0\.5/u)
    assert.match(await refusal(...sequence("{ truncate: { keep: tokens, options: { tokens: 20 }, grow: { phases: 2 } } }")), /sequence\.truncate\.grow: `tokens` takes no ratio/u)
    assert.match(await refusal({ sequence: "{ truncate: { keep: tokens, options: { tokens: 20 } } }" }, ["train.budget={ flopsOfRatio: 1.0, by: epochs }"]), /train\.budget: `tokens` takes no ratio/u)
    assert.strictEqual(await refusal(...sequence("{ truncate: { keep: tokens, options: { tokens: 20 } } }")), "")
  })
  it("that keeps the same tokens is the same trial, whatever it is called", async () => {
    const [first, tokens] = [await planOf({ sequence: "{ truncate: { keep: tokens, options: { tokens: 1000 } } }" }), await planOf({ sequence: "{ truncate: { ratio: 1 } }" })]
    assert.deepStrictEqual(idsOf(first, "train"), idsOf(tokens, "train"))
  })
  it("of several spans tells the engine of each row's spans", async () => {
    const plan = await planOf({ sequence: "{ truncate: { ratio: 0.5, options: { answer: kept } } }" })
    const [work] = trains(plan.steps)
    const view = work!.view()
    for (let n = 0; n < view.count; n++) {
      const { spans, weights } = view.row(n)
      assert.strictEqual(spans.length, 4)
      assert.isAbove(weights.at(-1)!, 0)
    }
    assert.notStrictEqual(idsOf(plan, "train")[0], await trainOf())
  })
  it("draws anew for each seed only if it is random", async () => {
    const fixed = await planOf({ seeds: "[1, 2]" })
    const drawn = await planOf({ seeds: "[1, 2]", sequence: "{ truncate: { keep: random-budget, options: { unit: tokens, minimum: 10, maximum: 60 } } }" })
    const spansOf = (plan: typeof fixed) => trains(plan.steps).map((work) => Array.from(work.view().row(0).spans).join(","))
    assert.strictEqual(new Set(spansOf(fixed)).size, 1)
    assert.strictEqual(new Set(trains(drawn.steps).map((work) => Array.from({ length: 40 }, (_, n) => Array.from(work.view().row(n).spans).join(",")).join(";"))).size, 2)
  })
})

describe("conventions", () => {
  it("are part of a trial's identity exactly where they change what is learnt", async () => {
    const cot = await trainOf(...sequence("{ supervise: [cot] }"))
    assert.notStrictEqual(await trainOf(...sequence("{ supervise: [cot], thinkTags: both }")), cot)
    assert.notStrictEqual(await trainOf(...sequence("{ supervise: [cot], thinkTags: none }")), cot)
    assert.notStrictEqual(await trainOf(...sequence("{ supervise: [cot], quirks: [cot-runs-on] }")), cot)
    assert.strictEqual(await trainOf(...sequence("{ supervise: [cot], endOfTurn: none }")), cot)
    const half = await trainOf()
    // the answer is cut away, and the prompt's opener is a target either way
    assert.strictEqual(await trainOf(...sequence("{ truncate: { ratio: 0.5 }, thinkTags: both, endOfTurn: none }")), half)
  })
  it("are axes like others", async () => {
    const { cells } = (await planOf({ sequence: "{ supervise: [cot] }", grid: "\n  - product:\n      sequence.thinkTags: [closer, both, none]\n      sequence.endOfTurn: [answer, none]" })).recorded
    assert.deepStrictEqual(cells.map(({ status }) => status), ["distinct", "alias", "distinct", "alias", "distinct", "alias"])
  })
  it("with a generation prompt after each chat there are other data, which are longer", async () => {
    const [one, longer] = [await planOf(), await planOf(...sequence("{ truncate: { ratio: 0.5 }, quirks: [generation-prompt-appended] }"))]
    assert.notDeepEqual(idsOf(longer, "teach"), idsOf(one, "teach"))
  })
})

describe("a prefix that grows", () => {
  const grow = (to: string, phases: number) => `{ truncate: { ratio: 0.25, grow: { to: ${to}, phases: ${phases} } } }`
  it("takes the rows of its phase in each optimiser step, for equal shares of them", async () => {
    const [work] = trains((await planOf({ sequence: grow("1.0", 2), train: "{ steps: 5, learningRate: 1e-3, batch: { sequences: 4 } }" })).steps)
    const view = work!.view()
    assert.strictEqual(view.count, 80)
    const phases = work!.schedule().map(({ microBatches }) => [...new Set(microBatches.flatMap(({ rows }) => rows.map((row) => Math.floor(row / 40))))])
    assert.deepStrictEqual(phases, [[0], [0], [0], [1], [1]])
    const own = work!.validation!.ownView()
    assert.deepStrictEqual(Array.from(own.row(0).spans), [0, work!.validation!.lengths.length > 0 ? own.lengths_N[0]! : 0])
    assert.strictEqual(own.count, 8)
  })
  it("sees the same sequences in the same order as a prefix that stays", async () => {
    const rowsOf = async (text: string) => trains((await planOf({ sequence: text })).steps)[0]!.schedule().map(({ microBatches }) =>
      microBatches.flatMap(({ rows }) => rows.map((row) => row % 40)).sort((a, b) => a - b))
    assert.deepStrictEqual(await rowsOf(grow("1.0", 4)), await rowsOf(plain))
  })
  it("validates on its last phase", async () => {
    const own = async (text: string) => {
      const view = trains((await planOf({ sequence: text })).steps)[0]!.validation!.ownView()
      return Array.from({ length: view.count }, (_, n) => Array.from(view.row(n).weights))
    }
    assert.deepStrictEqual(await own(grow("0.5", 3)), await own(plain))
  })
  it("is told apart by where it goes and in how many phases, and is the plain cell where it goes nowhere", async () => {
    const ids = [await trainOf(...sequence(grow("1.0", 2))), await trainOf(...sequence(grow("1.0", 4))), await trainOf(...sequence(grow("0.5", 2)))]
    assert.strictEqual(new Set(ids).size, 3)
    assert.strictEqual(await trainOf(...sequence("{ truncate: { ratio: 0.5, grow: { to: 0.50, phases: 3 } } }")), await trainOf(...sequence(plain)))
  })
  it("is an axis, by parts or as a whole, and costs between its ends", async () => {
    const { cells } = (await planOf({ grid: `
  - product: { sequence.truncate.ratio: [0.25, 1.0] }
  - product: { sequence.truncate.ratio: [0.25], sequence.truncate.grow: [{ to: 1.0, phases: 4 }] }` })).recorded
    const [short, whole_, grown] = cells.map(({ predicted }) => predicted!)
    assert.isTrue(short!.flops < grown!.flops && grown!.flops < whole_!.flops)
    assert.isTrue(short!.targets < grown!.targets && grown!.targets < whole_!.targets)
    assert.isAtMost(grown!.teacherFlopsStandalone, whole_!.teacherFlopsStandalone)
    assert.strictEqual(cells[2]!.name, "ratio=0.25 grow=to 1, phases 4")
  })
  it("has a budget in another ratio's FLOPs", async () => {
    const { cells } = (await planOf({ sequence: grow("1.0", 2), train: "{ steps: 8, learningRate: 1e-3, batch: { sequences: 4 }, budget: { flopsOfRatio: 1.0, by: epochs } }" })).recorded
    assert.isAbove(cells[0]!.predicted!.optimiserSteps, 8)
  })
})

describe("a selector", () => {
  const ramp = whole("selector: { name: ramp }")
  it("has its twin planned beside it: as many targets, another trial", async () => {
    const { recorded: { cells } } = await planOf({ sequence: whole("selector: { name: random, options: { share: 0.25 } }") })
    assert.deepStrictEqual(cells.map(({ name, role, status }) => [name, role, status]), [["all", "cell", "distinct"], ["twin of all", "control", "distinct"]])
    assert.strictEqual(cells[0]!.predicted!.targets, cells[1]!.predicted!.targets)
    const { targets } = (await planOf({ sequence: whole("selector: null") })).recorded.cells[0]!.predicted!
    assert.closeTo(cells[0]!.predicted!.targets / targets, 0.25, 0.01)
  })
  it("has a twin that equals it where it chooses all alike", async () => {
    const { cells } = (await planOf({ sequence: whole("selector: { name: random, options: { share: 1 } }") })).recorded
    assert.deepStrictEqual(cells.map(({ aliasOf, status }) => [status, aliasOf]), [["distinct", null], ["alias", 0]])
    assert.strictEqual(cells[0]!.trials[0]!.id, await trainOf(...sequence(whole("selector: null"))))
  })
  it("weights are part of the identity, and its draws are the seed's", async () => {
    const plan = await planOf({ sequence: ramp, seeds: "[1, 2]" })
    assert.strictEqual(new Set(idsOf(plan, "train")).size, 4)
    const [one, other, ...twins] = trains(plan.steps).map((work) => Array.from(work.view().row(0).weights).join(","))
    assert.strictEqual(one, other)
    assert.notStrictEqual(twins[0], twins[1])
  })
})

describe("a selector that reads measures", () => {
  const measuring = whole("selector: { name: teacher-entropy, options: { share: 0.2 } }")
  const selected = (more = "") => whole(`selector: { name: teacher-entropy, options: { share: 0.2 ${more} } }`)
  it("has its measures taken once, before all cells that read them", async () => {
    const { recorded, steps } = await planOf({ sequence: measuring, seeds: "[1, 2]", grid: "\n  - product:\n      sequence.truncate.ratio: [0.5, 1.0]" })
    const measures = steps.filter(({ kind }) => kind === "measure")
    assert.strictEqual(measures.length, 2)
    assert.deepStrictEqual(measures.map(({ inputs }) => inputs), recorded.teachSteps.map((teacher) => ({ teacher })))
    for (const step of steps) if (step.kind === "train") assert.strictEqual(step.inputs["measures"], measures[0]!.id)
    assert.strictEqual(recorded.cells.length, 4)
  })
  it("makes its view when it is trained, and chooses among what the cell supervises", async () => {
    const [work] = trains((await planOf({ sequence: measuring })).steps)
    assert.throws(() => work!.view(), /made with measures/u)
    const all = trains((await planOf({ sequence: whole("selector: null") })).steps)[0]!.view()
    const view = work!.view((n) => {
      const values = Float32Array.from({ length: all.lengths_N[n]! }, (_, t) => t)
      return { studentEntropy_T: values, teacherEntropy_T: values, divergence_T: values }
    })
    const { weights } = view.row(0)
    const targets = all.row(0).weights.filter((weight) => weight > 0).length
    assert.strictEqual(weights.filter((weight) => weight > 0).length, Math.floor(targets * 0.2))
    assert.isAbove(weights.at(-1)!, 0)
    assert.deepStrictEqual(view.lengths_N, all.lengths_N)
  })
  it("is identified by what it chooses from, by itself and by the measures", async () => {
    const one = await trainOf(...sequence(measuring))
    assert.strictEqual(await trainOf(...sequence(selected())), one)
    const others = [
      await trainOf(...sequence(selected(", keep: lowest"))), await trainOf({ sequence: measuring }, ["sequence.supervise=[cot]"]),
      await trainOf({ sequence: measuring, student: "{ model: tiny/teacher }" }), await trainOf(...sequence(whole("selector: { name: divergence, options: { share: 0.2 } }")))
    ]
    assert.strictEqual(new Set([one, ...others]).size, 5)
    const twice = (await planOf({ sequence: measuring, seeds: "[1, 2]" })).steps.flatMap(({ identity, kind }) => kind === "train" ? [identity as { data: { seed: unknown; placement: string } }] : [])
    assert.deepStrictEqual(twice.map(({ data: { placement, seed } }) => [placement, seed]), [["chosen", null], ["chosen", null], ["random", 1], ["random", 2]])
  })
  it("of the student alone needs no teacher; of the teacher it does", async () => {
    const none = { teacher: undefined, loss: undefined }
    const plan = await planOf({ ...none, sequence: whole("selector: { name: student-entropy, options: { share: 0.2 } }") })
    assert.strictEqual(idsOf(plan, "teach").length, 0)
    assert.deepStrictEqual(plan.steps.filter(({ kind }) => kind === "measure").map(({ inputs }) => inputs), [{}, {}])
    assert.match(await refusal({ ...none, sequence: measuring }), /sequence\.selector\.name: `teacher-entropy` reads what a teacher says of each token, and there is none/u)
  })
  it("has a teacher asked though no loss asks it", async () => {
    const plan = await planOf({ loss: "{ distil: null }", sequence: measuring })
    assert.strictEqual(idsOf(plan, "teach").length, 2)
    assert.isNull(trains(plan.steps)[0]!.teacher)
  })
})

describe("packing", () => {
  it("lays several rows in a line, sees the same rows in each step and counts lines", async () => {
    const given = { sequence: "{ truncate: { keep: random-budget, options: { minimum: 0.1, maximum: 1 } } }" }
    const [apart, packed] = [await planOf(given), await planOf(given, ["train.batch.packing=true"])]
    const rowsOf = (plan: typeof apart) => trains(plan.steps)[0]!.schedule().map(({ microBatches }) => microBatches.flatMap(({ rows }) => rows).sort((a, b) => a - b))
    assert.deepStrictEqual(rowsOf(packed), rowsOf(apart))
    const calls = trains(packed.steps)[0]!.schedule().flatMap(({ microBatches }) => microBatches)
    assert.isTrue(calls.every(({ packs, rows }) => packs !== undefined && packs.flat().length === rows.length))
    assert.strictEqual(packed.recorded.cells[0]!.predicted!.targets, apart.recorded.cells[0]!.predicted!.targets)
    assert.notDeepEqual(idsOf(packed, "train"), idsOf(apart, "train"))
  })
})
