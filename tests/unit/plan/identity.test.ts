/** When two trials are one: what bears on their numbers, and nothing else (docs/design.md, identity). */
import { assert, describe, it } from "vitest"
import { digestOf } from "../../../framework/plan/canonical.ts"
import { scheduleDigest, scheduleOf } from "../../../framework/plan/trial.ts"
import { allIds, idsOf, planOf, planText, specText } from "./plans.ts"

const trainOf = async (...given: Parameters<typeof planOf>): Promise<string> => {
  const [id, ...others] = idsOf(await planOf(...given), "train")
  assert.strictEqual(others.length, 0)
  return id!
}

describe("what is no part of a trial's identity", () => {
  const same: Readonly<Record<string, Parameters<typeof planOf>>> = {
    "the experiment's name and description": [{ experiment: "another-name", description: "\"other words\"" }],
    "YAML's formatting": [{ train: "\n  # a comment\n  batch:\n    sequences: 4\n  learningRate: 0.001\n  steps: 4" }],
    "defaults that are written out": [{ train: "{ steps: 4, learningRate: 0.0010, batch: { sequences: 4, microTokens: 4096 }, schedule: { kind: cosine }, optimiser: { beta1: 0.9 } }" }],
    "a ratio's spelling": [{ sequence: "{ truncate: { ratio: 0.50 } }" }],
    "the order of segments": [{ sequence: "{ truncate: { ratio: 0.5 }, supervise: [answer, cot, prompt] }" }],
    "where MLflow is": [{ tracking: "{ uri: \"http://elsewhere:5000\", experimentName: other }" }],
    "slots and retries": [{ resources: "{ slots: 7, retries: 5 }" }],
    "how often it logs": [{}, ["train.logEverySteps=1"]],
    "how often it saves": [{}, ["train.resumeEverySteps=1"]],
    "how often it validates, where the last checkpoint is taken": [{}, ["train.validateEverySteps=2"]]
  }
  for (const [what, given] of Object.entries(same)) {
    it(what, async () => assert.deepStrictEqual(allIds(await planOf(...given)), allIds(await planOf())))
  }

  it("the file's name and folder", async () => {
    const here = await planText(specText(), [], "here.yaml")
    assert.deepStrictEqual(allIds(await planText(specText(), [], "there.yaml")), allIds(here))
    assert.strictEqual((await planText(specText(), [], "there.yaml")).id, here.id)
  })

  it("at weight 0: teacher, temperature, loss and store", async () => {
    const none = await trainOf({ loss: "{ distil: null, weight: 0 }" })
    assert.strictEqual(await trainOf({ loss: "{ distil: js, options: { beta: 0.1 }, weight: 0, temperature: 3 }" }), none)
    assert.strictEqual(await trainOf({ loss: "{ distil: forward-kl, weight: 0 }" }), none)
    assert.strictEqual(await trainOf({ loss: "{ distil: forward-kl, weight: 0 }", teacherStore: "{ mode: topk, k: 4 }" }), none)
    assert.strictEqual(await trainOf({ teacher: undefined, loss: undefined }), none)
    assert.strictEqual(idsOf(await planOf({ loss: "{ distil: js, weight: 0 }" }), "teach").length, 0)
  })

  it("for an evaluation: how the student was asked about elsewhere", async () => {
    const one = await planOf()
    const two = await planOf({ evaluate: "[{ benchmark: chain-arithmetic, items: 5, thoughtTokens: [40] }, { name: more, benchmark: chain-arithmetic, items: 6, thoughtTokens: [40] }]" })
    assert.includeMembers([...idsOf(two, "generate")], [...idsOf(one, "generate")])
    assert.includeMembers([...idsOf(two, "train")], [...idsOf(one, "train")])
  })
})

describe("what is part of a trial's identity", () => {
  const different: Readonly<Record<string, Parameters<typeof planOf>>> = {
    "the learning rate": [{}, ["train.learningRate=2e-3"]],
    "the seed": [{ seeds: "[1]" }],
    "the ratio": [{}, ["sequence.truncate.ratio=0.51"]],
    "the segments": [{ sequence: "{ truncate: { ratio: 0.5 }, supervise: [cot] }" }],
    "what is kept": [{}, ["sequence.truncate.keep=last"]],
    "the loss": [{ loss: "{ distil: forward-kl, weight: 0.5, temperature: 2 }" }],
    "the loss' options": [{}, ["loss.options.beta=0.25"]],
    "the weight": [{}, ["loss.weight=0.25"]],
    "the temperature": [{}, ["loss.temperature=1"]],
    "the reduction": [{}, ["loss.reduce=sequence-mean"]],
    "top-k": [{ teacherStore: "{ mode: topk, k: 8 }" }],
    "the store's precision": [{ teacherStore: "{ dtype: float16 }" }],
    "the teacher": [{ teacher: "{ model: tiny/base }" }],
    "the student": [{ student: "{ model: tiny/teacher }" }],
    "the number of steps": [{}, ["train.steps=5"]],
    "the batch": [{}, ["train.batch.sequences=5"]],
    "the planned split": [{}, ["train.batch.microTokens=64"]],
    "the schedule": [{}, ["train.schedule.kind=linear"]],
    "the optimiser": [{}, ["train.optimiser.weightDecay=0"]],
    "the data's seed": [{}, ["data.seed=1"]],
    "how many problems": [{}, ["data.train=41"]],
    "the choice of checkpoint": [{}, ["train.select={ best: heldout-cross-entropy }"]],
    "threads": [{}, ["resources.threadsPerTrial=2"]],
    "oneDNN": [{}, ["resources.onednn=false"]],
    "recorded or op by op": [{}, ["resources.recordGraphs=false"]]
  }
  for (const [what, given] of Object.entries(different)) {
    it(what, async () => assert.notStrictEqual(await trainOf(...given), await trainOf()))
  }

  it("k, of a top-k store", async () =>
    assert.notStrictEqual(await trainOf({ teacherStore: "{ mode: topk, k: 8 }" }), await trainOf({ teacherStore: "{ mode: topk, k: 9 }" })))

  it("sampling asks the student again, and never trains it again", async () => {
    const [one, two] = [await planOf(), await planOf({ evaluate: "[{ benchmark: chain-arithmetic, items: 5, thoughtTokens: [40], temperature: 0.5 }]" })]
    assert.deepStrictEqual(idsOf(one, "train"), idsOf(two, "train"))
    assert.notDeepEqual(idsOf(one, "generate"), idsOf(two, "generate"))
  })
})

describe("equal cells", () => {
  const grid = (segments: string, ratios: string) => ({
    grid: `\n  - product:\n      sequence.truncate.ratio: ${ratios}\n      sequence.supervise: ${segments}`
  })

  it("P+CoT+A is P+CoT where the answer is cut from every sample, and only there", async () => {
    const { recorded } = await planOf(grid("[[prompt, cot], [prompt, cot, answer]]", "[0.5, 1.0]"))
    assert.deepStrictEqual(recorded.cells.map(({ aliasOf, status }) => [status, aliasOf]),
      [["distinct", null], ["alias", 0], ["distinct", null], ["distinct", null]])
    assert.deepStrictEqual(recorded.cells[1]!.trials, recorded.cells[0]!.trials)
  })

  it("what nothing is supervised in is left out with the reason", async () => {
    const { recorded } = await planOf(grid("[[answer], [cot]]", "[0.5, 1.0]"))
    assert.deepStrictEqual(recorded.cells.map(({ reason, status }) => [status, reason]), [
      ["left-out", "nothing to supervise: no sample has a target"], ["distinct", null], ["distinct", null], ["distinct", null]
    ])
  })

  it("weight 0 makes the temperatures of a grid one", async () => {
    const { recorded, steps } = await planOf({ grid: "\n  - product:\n      loss.weight: [0, 0.5]\n      loss.temperature: [1, 2]" })
    assert.deepStrictEqual(recorded.cells.map(({ status }) => status), ["distinct", "alias", "distinct", "distinct"])
    assert.strictEqual(steps.filter(({ kind }) => kind === "teach").length, 2)
  })

  it("one teacher's pass serves every ratio, segment set, loss and seed", async () => {
    const plan = await planOf({
      grid: "\n  - product:\n      sequence.truncate.ratio: [0.25, 0.5, 1.0]\n      sequence.supervise: [[cot], [prompt, cot, answer]]\n      loss.temperature: [1, 2]",
      seeds: "[1, 2]"
    })
    assert.strictEqual(idsOf(plan, "teach").length, 2)
    assert.strictEqual(idsOf(plan, "train").length, 24)
    const [training, heldout] = plan.recorded.teachSteps
    for (const step of plan.steps) if (step.kind === "train") assert.deepStrictEqual(step.inputs, { teacher: training!, validation: heldout! })
  })

  it("a top-k store of a grid holds each of its temperatures, and one pass is enough", async () => {
    const plan = await planOf({ teacherStore: "{ mode: topk, k: 8 }", grid: "\n  - product:\n      loss.temperature: [2, 1, 4]" })
    const teach = plan.steps.filter(({ kind }) => kind === "teach")
    assert.strictEqual(teach.length, 2)
    assert.deepStrictEqual(teach.map(({ work }) => work.kind === "teach" ? work.store.temperatures : []), [[1, 2, 4], [1, 2, 4]])
  })

  it("inputs stand before the steps that read them", async () => {
    const plan = await planOf({ ...grid("[[cot], [prompt, cot]]", "[0.5, 1.0]"), seeds: "[1, 2]" })
    const seen = new Set<string>()
    const known = new Set(allIds(plan))
    for (const step of plan.steps) {
      for (const input of Object.values(step.inputs)) assert.isTrue(seen.has(input) || !known.has(input))
      seen.add(step.id)
    }
  })

  it("growing a grid keeps every trial that there was", async () => {
    const small = await planOf(grid("[[cot], [prompt, cot]]", "[0.5, 1.0]"))
    const grown = await planOf(grid("[[cot], [prompt, cot]]", "[0.25, 0.5, 1.0]"))
    assert.includeMembers([...allIds(grown)], [...allIds(small)])
    assert.strictEqual(idsOf(grown, "train").length, idsOf(small, "train").length + 2)
  })
})

describe("a schedule's digest", () => {
  it("is the digest of the schedule, though it is made of its parts", async () => {
    const plan = await planOf()
    const work = plan.steps.find(({ kind }) => kind === "train")!.work
    const schedule = work.kind === "train" ? work.schedule() : []
    const { train } = plan.grid.cells[0]!.settings
    const split = schedule.map(({ microBatches }) => microBatches)
    assert.deepStrictEqual(scheduleOf(train, split), schedule)
    assert.strictEqual(scheduleDigest(train, split), digestOf(schedule))
  })
})
